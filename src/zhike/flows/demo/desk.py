"""The demo company's personal-information desk: what contacts have agreed to, and what some have asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact
from zhike.domain.privacy import services
from zhike.domain.privacy.models import Consent, PersonRequest
from zhike.flows.privacy import desk

_WHY = "the demo company's whole past"
_CARD, _FAIR, _CONTRACT = "名片背面勾选同意", "展会现场扫码签署同意书", "采购合同第 8 条（联系人信息用途）"
_GIVEN = (
    ("service", "contract", "paper", _CONTRACT, 0.92),
    ("survey", "consent", "paper", _FAIR, 0.55),
    ("marketing_email", "consent", "website", _CARD, 0.3),
    ("marketing_message", "consent", "wechat", "微信对话中回复“同意”", 0.25),
    ("recording", "consent", "phone", "通话开头口头同意", 0.15),
)
_ASKED = (
    (27, "object", "为什么我会收到满意度调查？"),
    (16, "copy", "请提供一份副本。"),
    (9, "correct", "手机号已更换，请更正。"),
    (3, "access", "想了解贵公司保存了我的哪些信息。"),
)
"""How many days ago, what, and in which words; the first is late by now, the second has its answer."""

_WITHDRAWN = 0.06
_TAKEN = timedelta(days=700)


def fill(random: Random, *, staff: User, now: datetime) -> None:
    """Consents of most contacts, some withdrawn since, and four requests: two open, one late, one answered."""
    people = list(Contact.objects.unscoped(_WHY).filter(deleted_at__isnull=True).order_by("pk"))
    Consent.objects.bulk_create([entry for person in people for entry in _history(random, person, now)], batch_size=500)
    asking = iter(random.sample(people, len(_ASKED)))
    for days, kind, wish in _ASKED:
        received_at = now - timedelta(days=days)
        request = _ask(kind, next(asking), wish, staff=staff, received_at=received_at)
        if kind == "copy":
            soon = received_at + timedelta(days=1)
            services.check_identity(request=request, proof="known_contact", actor=staff, now=soon)
            services.begin_request(request=request, actor=staff, now=soon)
            sent = "已将副本以加密压缩包发送至登记邮箱。"
            desk.answer(request=request, text=sent, actor=staff, now=received_at + timedelta(days=3))


def _ask(kind: str, person: Contact, wish: str, *, staff: User, received_at: datetime) -> PersonRequest:
    return desk.receive(
        kind=kind, person=person, asked_by=f"{person.name}（本人）", channel="email", received_at=received_at,
        owner=staff, actor=staff, now=received_at, wish=wish,
    )  # fmt: skip


def _history(random: Random, person: Contact, now: datetime) -> list[Consent]:
    entries = []
    for purpose, basis, channel, evidence, share in _GIVEN:
        if random.random() > share:
            continue
        at = now - random.random() * _TAKEN
        entries.append(_entry(person, purpose, basis, channel, at, evidence=evidence))
        if basis == "consent" and random.random() < _WITHDRAWN:
            entries.append(_entry(person, purpose, basis, "phone", at + random.random() * (now - at), is_given=False))
    return entries


def _entry(
    person: Contact, purpose: str, basis: str, channel: str, at: datetime, *, evidence: str = "", is_given: bool = True
) -> Consent:
    return Consent(
        customer_id=person.customer_id,
        contact=person,
        purpose=purpose,
        basis=basis,
        is_given=is_given,
        at=at,
        channel=channel,
        evidence=evidence,
        recorded_at=at,
    )
