"""The trail as auditors read it, and as the worker keeps it: collected, sealed, verified, trimmed, handed out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final, TypeAlias

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhike.domain.accounts import services as accounts
from zhike.domain.accounts.models import ExportRequest, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.kernel import leases, paging, trail
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.models import Activity, Seal, UnsealedActivity
from zhike.kernel.scope import Actor, Level
from zhike.kernel.sensitivity import DOTS, Mask, classes_of
from zhike.kernel.trail.values import model_of

NOBODY: Final = "system"
_Owned: TypeAlias = type[Contact] | type[Interaction] | type[Order] | type[Commitment]
_OF_A_CUSTOMER: Final[Mapping[str, _Owned]] = {
    "contact": Contact,
    "interaction": Interaction,
    "order": Order,
    "commitment": Commitment,
}
_LEASE: Final = timedelta(minutes=5)
_AT_ONCE: Final = 2000


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the trail is narrowed to: days of the company (both included), who, what, and of which record.

    `person` is an id, or NOBODY for what the system did by itself; `customer` a customer number; `record` the number
    of a record of the given `kind`; `newest` the number of the last line there was.
    """

    since: date | None = None
    until: date | None = None
    person: str = ""
    kind: str = ""
    verb: str = ""
    customer: str = ""
    record: int | None = None
    newest: int | None = None

    def words(self) -> str:
        """The filters in use, for the line that an export or a look leaves."""
        return " ".join(f"{name}={value}" for name, value in self.plain().items() if name != "newest")

    def plain(self) -> dict[str, Any]:
        """The filters in use as JSON keeps them."""
        given = {name: value for name, value in vars(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Filters:
        """What `plain` gave, read back."""
        days = {name: date.fromisoformat(plain[name]) for name in ("since", "until") if name in plain}
        return cls(**{**plain, **days})


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page of the trail, the latest first, with the customers and colleagues that it speaks of."""

    rows: tuple[Activity, ...]
    numbers: dict[int, str]
    people: dict[int, str]
    after: str = ""
    before: str = ""


def lines(actor: Actor, *, filters: Filters, size: int, after: str = "", before: str = "") -> Lines:
    """A page of the trail. Raises Denied to whoever is no auditor, Refused on a bad cursor. Four queries."""
    rows = _narrowed(actor, filters, "view").select_related("actor")
    segment = paging.Segment(rows=rows, key="at", descending=True, is_whole=True)
    page = paging.page([segment], size=size, after=after, before=before)
    with_words(page.rows)
    return Lines(
        rows=page.rows,
        numbers=numbers_of(page.rows),
        people=people_of(page.rows),
        after=page.after,
        before=page.before,
    )


def line(actor: Actor, number: int) -> Activity | None:
    """One line of the trail. Raises Denied to whoever is no auditor."""
    return next(iter(with_words(_narrowed(actor, Filters(), "view").select_related("actor").filter(pk=number))), None)


def with_words(rows: Iterable[Activity]) -> list[Activity]:
    """The lines, what was typed with each opened as its note: auditors read reasons, also where they name somebody."""
    found = [*rows]
    words = trail.typed_words(found)
    for row in found:
        row.note = row.note or words.get(row.pk, "")
    return found


def changes_of(row: Activity, *, shows_amounts: bool) -> dict[str, Any]:
    """What a line says has changed: personal values are masked in it, amounts of money are unless shown.

    What was typed with it is its note (`with_words`), and no change.
    """
    model = model_of(row.kind)
    classes = {} if shows_amounts or model is None else classes_of(model)
    hidden = {name for name in row.changes if name in classes and classes[name].mask is Mask.AMOUNT}
    told = {name: pair for name, pair in row.changes.items() if name not in trail.TYPED}
    return {name: _dotted(pair) if name in hidden else pair for name, pair in told.items()}


def _dotted(pair: Any) -> Any:
    return [DOTS if each not in (None, "") else each for each in pair] if isinstance(pair, list) else DOTS


def numbers_of(rows: tuple[Activity, ...]) -> dict[int, str]:
    """The numbers of the customers that lines speak of, by id: a number, unlike a name, says nothing about anybody."""
    wanted = {row.customer_id for row in rows if row.customer_id}
    customers = Customer.objects.unscoped("auditors know customers by their numbers alone")
    return dict(customers.filter(pk__in=wanted).values_list("pk", "number")) if wanted else {}


def seal_of(found: Activity) -> Seal | None:
    """The seal that covers a line, or None where it waits for one."""
    if UnsealedActivity.objects.filter(pk=found.pk).exists():
        return None
    for seal in Seal.objects.filter(last_id__gte=found.pk).order_by("number"):
        if any(first <= found.pk <= last for first, last in trail.read_ranges(seal.ranges)):
            return seal
    return None


def waiting() -> int:
    """How many lines wait for their seal."""
    return UnsealedActivity.objects.count()


def keep_for(actor: Actor, *, days: int, now: datetime) -> None:
    """Choose for how long lines are kept. Raises Denied, and Refused for less than the law wants."""
    if actor.level("security", "edit") == Level.NONE:
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    trail.keep_for(days=days, actor=actor, now=now)


def people_of(rows: tuple[Activity, ...]) -> dict[int, str]:
    """The names of the colleagues that lines are about, by id."""
    wanted = {row.object_id for row in rows if row.kind == "person" and row.object_id}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def verbs() -> list[str]:
    """The verbs that the last lines use, for a list to choose from."""
    recent = Activity.objects.order_by("-at", "-pk")[:_RECENT].values_list("verb", flat=True)
    return sorted(set(recent))


_RECENT: Final = 5000


@transaction.atomic
def ask_for_lines(actor: User, *, filters: Filters, reason: str, now: datetime) -> ExportRequest:
    """Ask for the lines there are now, to be handed out with `hand_out`. Raises Denied and Refused as it does."""
    lines_asked_for = replace(filters, newest=_newest())
    return accounts.request_export(
        kind="audit",
        filters=lines_asked_for.plain(),
        rows=_narrowed(actor, lines_asked_for, "export").count(),
        reason=reason,
        actor=actor,
        now=now,
    )


@transaction.atomic
def hand_out_asked(asked: ExportRequest, *, actor: User, now: datetime) -> tuple[int, Iterator[Activity]]:
    """The lines that were asked for, once, where nobody else has to agree or has agreed.

    Raises Denied, and Refused as `accounts.check_export` does.
    """
    filters = Filters.of(asked.filters)
    rows = _narrowed(actor, filters, "export").count()
    accounts.spend_export(request=asked, rows=rows, actor=actor, now=now)
    return hand_out(actor, filters=filters, reason=asked.reason, now=now)


@transaction.atomic
def hand_out(actor: Actor, *, filters: Filters, reason: str, now: datetime) -> tuple[int, Iterator[Activity]]:
    """The lines that an export holds, the oldest first, and how many; the export itself leaves a line.

    Raises Denied, and Refused without a reason.
    """
    chosen = _narrowed(actor, replace(filters, newest=filters.newest or _newest()), "export")
    if not reason.strip():
        raise Refused(_("Say what the export is for: the reason is kept on the trail."), field="reason")
    count = chosen.count()
    trail.record(
        verb="exported",
        kind="trail",
        object_id=0,
        actor=actor,
        now=now,
        changes={"rows": [None, count], "filters": [None, filters.words()], "reason": [None, reason.strip()]},
    )
    ordered = chosen.select_related("actor").order_by("at", "pk").iterator(chunk_size=_AT_ONCE)
    return count, _handed_out(ordered)


def _handed_out(rows: Iterator[Activity]) -> Iterator[Activity]:
    while some := with_words(islice(rows, _AT_ONCE)):
        yield from some


def collect(*, now: datetime) -> int:
    """Write the accesses that pages have noted to the trail; returns how many. Nothing where another worker does it."""
    holder = leases.this_process()
    if not trail.has_accesses() or not leases.acquire("trail accesses", holder=holder, now=now, lasting=_LEASE):
        return 0
    try:
        return trail.collect_accesses(_completed)
    finally:
        leases.release("trail accesses", holder=holder)


def _completed(noted: list[trail.Line]) -> list[trail.Line]:
    """The lines with the ids of the customers that they name by number, or by a record of theirs."""
    everybody = "the trail says of whom somebody read, whoever it was"
    numbers = {each.number for each in noted if each.kind == "customer" and each.number}
    by_number = dict(
        Customer.objects.unscoped(everybody).filter(number__in=numbers).values_list("number", "pk") if numbers else ()
    )
    found: list[trail.Line] = []
    homes = {kind: _homes(model, kind, noted) for kind, model in _OF_A_CUSTOMER.items()}
    for each in noted:
        pk = by_number.get(each.number, 0) or each.object_id
        customer_id = pk if each.kind == "customer" else homes.get(each.kind, {}).get(pk)
        found.append(replace(each, object_id=pk, customer_id=customer_id or None))
    return found


def _homes(model: _Owned, kind: str, noted: list[trail.Line]) -> dict[int, int]:
    ids = {each.object_id for each in noted if each.kind == kind and each.object_id}
    rows = model.objects.unscoped("the trail says of whom somebody read, whoever it was").filter(pk__in=ids)
    return dict(rows.values_list("pk", "customer_id")) if ids else {}


def seal(*, now: datetime) -> int:
    """Seal what waits for it and note the head of the chain outside the database; returns how many lines."""
    is_first = trail.head() is None
    sealed = trail.seal_rows(now=now)
    if sealed:
        trail.note_head(is_first=is_first)
    return sealed


def accept_head(actor: Actor, *, reason: str, now: datetime) -> str:
    """Take the chain as it is for whole, as after a backup was restored; it leaves a line. Returns the head."""
    trail.record(
        verb="accepted",
        kind="trail",
        object_id=0,
        actor=actor,
        now=now,
        changes={"head": [trail.noted_head(), trail.head_text(trail.head())], "reason": [None, reason]},
    )
    trail.seal_rows(now=now)
    trail.note_head(anew=True)
    return trail.noted_head()


def _narrowed(actor: Actor, filters: Filters, action: str) -> QuerySet[Activity]:
    if actor.level("audit", action) == Level.NONE:
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    rows = Activity.objects.all()
    if filters.since:
        rows = rows.filter(at__gte=_start_of(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_start_of(filters.until + timedelta(days=1)))
    if filters.person:
        rows = rows.filter(Q(actor__isnull=True) if filters.person == NOBODY else Q(actor_id=filters.person))
    exact: dict[str, Any] = {"kind": filters.kind, "verb": filters.verb, "object_id": filters.record}
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in (None, "")})
    if filters.newest:
        rows = rows.filter(pk__lte=filters.newest)
    if filters.customer:
        customers = Customer.objects.unscoped("auditors know customers by their numbers alone")
        known = customers.filter(number=filters.customer).values_list("pk", flat=True).first()
        rows = rows.filter(customer_id=known) if known else rows.none()
    return rows


def _newest() -> int:
    return Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=COMPANY_ZONE)
