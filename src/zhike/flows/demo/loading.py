"""Loads the demo company: its past through the import, its tiers quarter by quarter, its plans month by month."""

from __future__ import annotations

import csv
import io
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import is_set_up
from zhike.domain.care.services import follow_tiers
from zhike.domain.commitments import services as commitments
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.rules.cycles import parse_cadence
from zhike.domain.imports import services as imports
from zhike.domain.imports.models import Kind
from zhike.domain.interactions.models import Interaction
from zhike.flows import night, promises
from zhike.flows.demo import archive, desk, talk, trade
from zhike.flows.demo.company import ADMINISTRATOR, DESK, SIGN_IN, found
from zhike.flows.intake import arrival, work
from zhike.kernel.clock import COMPANY_ZONE, local_date
from zhike.kernel.errors import Conflict
from zhike.kernel.scope import ScopedQuerySet

SEED = 20_240_501
EVALUATED = (7, 4, 2, 1)
MONTHS = 8
_KEPT, _LATE, _KEPT_LATELY = 0.86, 0.07, 0.6


@dataclass(frozen=True)
class Login:
    """How to sign in to the demo company: as its administrator or as others, all with one password."""

    email: str
    others: tuple[str, ...]
    password: str

    @property
    def sentence(self) -> str:
        """What to print."""
        others = ", ".join(self.others)
        return f"Demo company loaded. Sign in as {self.email} with the password {self.password} (or as {others})"


def load_demo(*, now: datetime) -> Login:
    """Fill an empty installation. Raises Conflict where a company is there already."""
    if is_set_up():
        raise Conflict(_("There is a company here already; the demo company goes into an empty ZHIKE_HOME."))
    random = Random(SEED)  # noqa: S311 - believable, not secret
    today = local_date(now)
    password = secrets.token_urlsafe(12)
    staff = found(password=password, now=now)
    owners = {region: [person.name for person in people] for region, people in staff.keepers.items()}
    everyone = archive.customers(random, owners, today)
    actor = staff.administrator
    people = archive.contacts(random, everyone, today)
    for is_new, opened in ((False, now - timedelta(days=365 * archive.YEARS)), (True, now - archive.NEW_SINCE)):
        files = [customer for customer in everyone if (customer.habit.kind == "new") == is_new]
        known = {customer.external_id for customer in files}
        _import(Kind.CUSTOMERS, "客户档案.csv", [customer.row for customer in files], actor, opened)
        _import(Kind.CONTACTS, "联系人.csv", [row for row in people if row["客户编号"] in known], actor, opened)
    _import(Kind.ORDERS, "历史订单.csv", trade.orders(random, everyone, today), actor, now)
    _remember(today)
    met = _people_at(people)
    kept = _decide(random, today, now, met)
    said = [done.row for done in kept if done.row] + _chats(random, everyone, today, met)
    _import(Kind.INTERACTIONS, "往来记录.csv", said, actor, now)
    _sign()
    _keep(kept, now)
    desk.fill(random, staff=User.objects.get(email=f"{DESK}@example.com"), now=now)
    promises.escalate(now=now)
    night.run(as_of=today, now=now, actor=None)
    missed = Commitment.objects.unscoped("the demo company's whole past").filter(outcome=Commitment.Outcome.MISSED)
    missed.update(closed_at=F("due_at") + timedelta(days=21))
    return Login(ADMINISTRATOR, tuple(f"{name}@example.com" for name in SIGN_IN), password)


def _import(kind: Kind, name: str, rows: Iterable[dict[str, object]], actor: User, now: datetime) -> None:
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, listed[0])
    writer.writeheader()
    writer.writerows(listed)
    batch = arrival.take_in([text.getvalue().encode()], kind=kind, name=name, actor=actor, now=now)
    work.run(imports.queue(batch=batch, is_dry_run=False, actor=actor, now=now), clock=lambda: now)


def _remember(today: date) -> None:
    """Evaluate as of some past months, and plan care as of all of them, as it would have been done then."""
    evaluated = {_months_before(today, months) for months in EVALUATED}
    for month in sorted({_months_before(today, month) for month in range(1, MONTHS + 1)}):
        moment = datetime.combine(month, time(2), COMPANY_ZONE)
        if month in evaluated:
            night.evaluate(as_of=month, now=moment)
        follow_tiers(as_of=month, now=moment)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True)
class _Done:
    """A plan item that was done, when, and the row of the conversation that did it, if one did."""

    item: Commitment
    at: datetime
    row: dict[str, object] | None


def _people_at(people: Iterable[dict[str, object]]) -> dict[str, list[str]]:
    """The names of the people at each customer, by its external number."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in people:
        found[str(row["客户编号"])].append(str(row["联系人姓名"]))
    return found


def _talks() -> ScopedQuerySet[Interaction]:
    return Interaction.objects.unscoped("the demo company's whole past")


def _sign() -> None:
    """Let each conversation be logged by whoever held it, as if it had not come from a file."""
    rows = _talks()
    for person in User.objects.filter(pk__in=rows.values("staff")):
        rows.filter(staff=person).update(logged_by=person)


def _decide(random: Random, today: date, now: datetime, met: dict[str, list[str]]) -> list[_Done]:
    """For the plan items of the past: whether each was done, when, and what was said."""
    items = Commitment.objects.unscoped("the demo company's whole past").open().planned()
    past = items.filter(planned_on__lt=today).select_related("customer", "owner", "standard")
    decided: list[_Done] = []
    for item in past.order_by("planned_on", "pk"):
        luck = random.random()
        if luck > _chance(item, today):
            continue
        shift = random.randint(2, 9) if luck > _KEPT else -random.choice((0, 0, 0, 1, 2))
        at = talk.moment(random, item.due_at + timedelta(days=shift))
        if at < now:
            decided.append(_Done(item, at, _row_of(random, item, at, len(decided), met)))
    return decided


def _chance(item: Commitment, today: date) -> float:
    """How likely an item was done: less so in the last days; hardly ever left undone for weeks in a running cycle."""
    assert item.planned_on is not None
    assert item.standard is not None
    age = today - item.planned_on
    if age < timedelta(days=12):
        return _KEPT_LATELY
    is_running = parse_cadence(item.standard.rule).cycle_of(today).key == item.cycle
    return 1.0 if is_running and age > timedelta(days=25) else _KEPT + _LATE


def _row_of(
    random: Random, item: Commitment, at: datetime, serial: int, met: dict[str, list[str]]
) -> dict[str, object] | None:
    channel = item.standard.channel if item.standard else ""
    if channel == "task":
        return None
    row = _row(random, f"HF{serial:05d}", item.customer.number, channel, at, item.owner.name)
    return row | _with_whom(met[item.customer.external_id], serial)


def _with_whom(people: list[str], serial: int) -> dict[str, object]:
    """Whom it was said to: the people there in turn, most often the first."""
    return {"客户方人员": people[serial // 3 % len(people) if serial % 3 == 0 else 0] if people else ""}


def _chats(
    random: Random, everyone: list[archive.DemoCustomer], today: date, met: dict[str, list[str]]
) -> list[dict[str, object]]:
    """What was said outside any plan, the warnings among it."""
    rows: list[dict[str, object]] = []
    noon = datetime.combine(today, time(12), COMPANY_ZONE)
    for customer in everyone:
        for _turn in range({"key": 10, "regular": 6, "lost": 4}.get(customer.habit.kind, 3)):
            at = talk.moment(random, noon - timedelta(days=random.randint(2, 700)))
            row = _row(random, f"GT{len(rows):05d}", customer.external_id, "", at, customer.owner)
            if customer.habit.kind == "lost" and random.random() < 0.4:
                row |= {"内容": talk.LEAVING, "流失意向": "是"}
            elif random.random() < 0.04:
                row |= {"内容": talk.COMPETITOR, "提到竞争对手": "是"}
            rows.append(row | _with_whom(met[customer.external_id], len(rows)))
    return rows


def _row(random: Random, external_id: str, customer: str, channel: str, at: datetime, person: str) -> dict[str, object]:
    is_connected = random.random() < 0.93
    return {
        "记录编号": external_id,
        "客户编号": customer,
        "时间": f"{at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}",
        "沟通方式": _CHANNELS.get(channel) or _CHANNELS[random.choice(talk.CHANNELS)],
        "我方人员": person,
        "是否接通": "是" if is_connected else "否",
        "内容": random.choice(talk.SUMMARIES) if is_connected else "未接通，改日再联系。",
        "客户反馈": random.choice(talk.FEEDBACKS) if is_connected else "",
        "提到竞争对手": "",
        "流失意向": "",
    }


_CHANNELS = {
    "phone": "电话",
    "visit": "拜访",
    "wechat": "微信",
    "email": "邮件",
    "meeting": "线上会议",
    "other": "其他",
}


@transaction.atomic
def _keep(kept: list[_Done], now: datetime) -> None:
    """Close the items that were done, each by the conversation that did it."""
    known = _talks().exclude(external_id="")
    ids = dict(known.values_list("external_id", "pk"))
    for done in kept:
        interaction_id = ids[str(done.row["记录编号"])] if done.row else None
        commitments.fulfil(
            commitment=done.item,
            actor=done.item.owner,
            now=now,
            kept_at=done.at,
            closing_kind="interaction" if interaction_id else "",
            closing_id=interaction_id,
        )
