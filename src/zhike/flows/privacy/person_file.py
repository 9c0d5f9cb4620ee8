"""The file of a person: everything that is held about one contact or person customer, as JSON and as a workbook.

Rows come through the same scoped managers as on every page. Other people are blotted out of the texts: the file is for
the person, not about colleagues.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import wording
from zhike.domain.customers.models import Contact, Customer, NeedsProfile
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.domain.privacy.models import PersonRequest
from zhike.domain.privacy.queries import consent_history
from zhike.domain.privacy.services import note_export
from zhike.gateways.spreadsheets.writing import Sheet, write_workbook
from zhike.kernel import trail
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.models import Activity
from zhike.kernel.money import decimal_string
from zhike.kernel.scope import Actor, Level
from zhike.kernel.traces import Traces

_ARCHIVE: Final = {
    Contact: (
        "name", "title", "title_level", "decision_role", "phone", "email", "wechat", "preferred_channel",
        "preferred_hours", "birthday", "note", "created_at", "changed_at",
    ),
    Customer: (
        "number", "external_id", "name", "industry", "founded_on", "main_business", "region", "address", "credit_code",
        "source", "lifecycle", "payment_method", "cooperation_started_on", "note", "created_at", "changed_at",
    ),
}  # fmt: skip
_NEEDS: Final = ("pain_points", "purchase_preference", "decision_process", "plans")

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the file: what it is called, and its rows, all with the same keys."""

    key: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    """Everything about one person. `subject` names the row it is about, such as `contact 12`."""

    subject: str
    made_at: datetime
    parts: tuple[Part, ...]

    def to_json(self) -> str:
        """For the person's computer, or another company's: one document, texts as they are."""
        document = {"subject": self.subject, "made_at": self.made_at.isoformat()}
        return json.dumps(
            document | {part.key: list(part.rows) for part in self.parts}, ensure_ascii=False, indent=2
        )  # fmt: skip

    def to_workbook(self) -> bytes:
        """For the person's eyes: a sheet for each part."""
        target = io.BytesIO()
        write_workbook(target, [_sheet(part) for part in self.parts])
        return target.getvalue()


@transaction.atomic
def export_person(
    *,
    person: Contact | Customer,
    reason: str,
    actor: Actor,
    now: datetime,
    language: str,
    request: PersonRequest | None = None,
) -> PersonFile:
    """Collect everything the actor may see of the person; leaves a line in the trail, and a step with the request.

    Raises Denied, Refused without a reason or for a company.
    """
    if actor.level("privacy", "edit") == Level.NONE:
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    if not reason.strip():
        raise Refused(_("Say why this is given out, such as the number of the request."), field="reason")
    if isinstance(person, Customer) and person.kind != Customer.Kind.PERSON:
        raise Refused(_("A company has no personal information: choose one of its contacts."))
    made = _collect(person, actor, now, language)
    kind = "contact" if isinstance(person, Contact) else "customer"
    trail.record(
        verb="exported",
        kind=kind,
        object_id=person.pk,
        customer_id=person.customer_id if isinstance(person, Contact) else person.pk,
        actor=actor,
        now=now,
        changes={"rows": [None, sum(len(part.rows) for part in made.parts)], "reason": [None, reason.strip()]},
    )
    if request is not None:
        note_export(request=request, actor=actor, now=now, note=reason)
    return made


def _collect(person: Contact | Customer, actor: Actor, now: datetime, language: str) -> PersonFile:
    customer_id = person.customer_id if isinstance(person, Contact) else person.pk
    others = _others(person, actor, customer_id)
    parts = [
        Part(key="archive", title=_("Archive"), rows=tuple(_archive(person, actor))),
        Part(key="consents", title=_("Consents"), rows=tuple(_consents(person, actor))),
        Part(key="requests", title=_("Requests"), rows=tuple(_requests(person, actor))),
        Part(key="interactions", title=_("Interactions"), rows=tuple(_interactions(person, actor, others))),
        Part(key="changes", title=_("Changes"), rows=tuple(_changes(person))),
    ]
    if isinstance(person, Customer):
        parts += [
            Part(key="orders", title=_("Orders"), rows=tuple(_orders(person, actor))),
            Part(key="commitments", title=_("Promises"), rows=tuple(_commitments(person, actor, language, others))),
        ]
    subject = f"{'contact' if isinstance(person, Contact) else 'customer'} {person.pk}"
    return PersonFile(subject=subject, made_at=now, parts=tuple(parts))


def _others(person: Contact | Customer, actor: Actor, customer_id: int) -> Traces:
    """What the other people at the customer are known by."""
    rows = Contact.objects.unscoped("nobody else may appear in a person's file").filter(customer_id=customer_id)
    if isinstance(person, Contact):
        rows = rows.exclude(pk=person.pk)
    own = {person.name}
    return Traces(
        value for other in rows for value in (other.name, other.phone, other.email, other.wechat) if value not in own
    )


def _archive(person: Contact | Customer, actor: Actor) -> list[Row]:
    rows = [_fact(person, name) for name in _ARCHIVE[type(person)]]
    rows += [{"field": key, "value": str(value)} for key, value in person.extra.items()]
    if isinstance(person, Customer):
        for needs in NeedsProfile.objects.for_user(actor).filter(customer=person):
            rows += [_fact(needs, name) for name in _NEEDS]
    return [row for row in rows if row["value"]]


def _fact(record: Any, name: str) -> Row:
    field = record._meta.get_field(name)
    shown = getattr(record, f"get_{name}_display", None)
    value = shown() if shown else getattr(record, name)
    return {"field": str(capfirst(str(field.verbose_name))), "value": _text(value)}


def _consents(person: Contact | Customer, actor: Actor) -> list[Row]:
    return [
        {
            "purpose": row.get_purpose_display(),
            "basis": row.get_basis_display(),
            "state": _("given") if row.is_given else _("withdrawn"),
            "from": _text(row.at),
            "until": _text(row.expires_at),
            "how": row.get_channel_display(),
            "evidence": row.evidence,
            "kept": row.evidence_reference,
        }
        for row in consent_history(actor, person)
    ]


def _requests(person: Contact | Customer, actor: Actor) -> list[Row]:
    rows = PersonRequest.objects.for_user(actor)
    rows = rows.filter(contact=person) if isinstance(person, Contact) else rows.filter(customer=person)
    return [
        {
            "number": row.number,
            "kind": row.get_kind_display(),
            "state": row.get_state_display(),
            "received": _text(row.received_at),
            "wish": row.wish,
            "answer": row.answer,
        }
        for row in rows.order_by("pk")
    ]


def _interactions(person: Contact | Customer, actor: Actor, others: Traces) -> list[Row]:
    rows = Interaction.objects.for_user(actor)
    rows = rows.filter(contacts=person) if isinstance(person, Contact) else rows.filter(customer=person)
    return [
        {
            "at": _text(row.occurred_at),
            "channel": row.get_channel_display(),
            "summary": others.blotted(row.summary),
            "feedback": others.blotted(row.feedback),
        }
        for row in rows.order_by("occurred_at", "pk")
    ]


def _changes(person: Contact | Customer) -> list[Row]:
    """What was changed about the person, the values whole: they are the person's own."""
    kind = "contact" if isinstance(person, Contact) else "customer"
    lines = list(Activity.objects.filter(kind=kind, object_id=person.pk).order_by("pk"))
    whole = trail.whole_changes(lines)
    return [
        {"at": _text(line.at), "what": line.verb, "field": name, "before": _text(pair[0]), "after": _text(pair[1])}
        for line in lines
        for name, pair in whole[line.pk].items()
        if isinstance(pair, list) and len(pair) == 2 and name in _ARCHIVE[type(person)]
    ]


def _orders(person: Customer, actor: Actor) -> list[Row]:
    rows = Order.objects.for_user(actor).filter(customer=person).order_by("ordered_on", "pk")
    return [
        {
            "number": row.number,
            "day": _text(row.ordered_on),
            "amount": decimal_string(row.amount_minor),
            "lines": "；".join(f"{line.product.name} × {line.quantity.normalize():f}" for line in row.lines.all()),
        }
        for row in rows.prefetch_related("lines__product")
    ]


def _commitments(person: Customer, actor: Actor, language: str, others: Traces) -> list[Row]:
    rows = Commitment.objects.for_user(actor).filter(customer=person).select_related("standard").order_by("due_at")
    return [
        {
            "content": others.blotted(wording(row, language)),
            "due": _text(row.due_at),
            "state": row.get_outcome_display() if row.outcome else _("Open"),
            "closed": _text(row.closed_at),
        }
        for row in rows
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _sheet(part: Part) -> Sheet:
    headings: Sequence[str] = list(part.rows[0]) if part.rows else []
    titles: Mapping[str, str] = _headings()
    return Sheet(
        name=part.title[:31],
        headings=[titles.get(name, name) for name in headings],
        rows=[list(row.values()) for row in part.rows],
    )


def _headings() -> dict[str, str]:
    return {
        "field": _("Field"), "value": _("Value"), "purpose": _("Purpose"), "basis": _("Basis"), "state": _("State"),
        "from": _("From"), "until": _("Ends on"), "how": _("How"), "evidence": _("Evidence"),
        "kept": _("Where the evidence is kept"), "number": _("No."), "kind": _("Kind"), "received": _("Received"),
        "wish": _("In the person's words"), "answer": _("Answer"), "at": _("At"), "channel": _("Channel"),
        "summary": _("Summary"), "feedback": _("Customer's feedback"), "what": _("What"), "before": _("Before"),
        "after": _("After"), "day": _("Day"), "amount": _("Amount"), "lines": _("What was bought"),
        "content": _("What was promised"),
        "due": _("Due"), "closed": _("Closed"),
    }  # fmt: skip
