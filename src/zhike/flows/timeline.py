"""One customer's timeline: what every package has to tell, in one order, the latest first, a page at a time."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from heapq import merge
from itertools import islice
from typing import Any, Final, TypeAlias

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Department, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.models import Standing
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor, Way, every_row, sight_on, way
from zhike.kernel.trail import whole_changes

KINDS: Final = ("interaction", "order", "tier", "promise", "change")
"""What a timeline can be narrowed to, in the order in which entries of one instant stand."""

_CHANGED_KINDS: Final = ("customer", "contact", "needs_profile")
_UNTOLD_VERBS: Final = ("viewed", "revealed", "exported")
_WITH_WORDS: Final = ("interaction", "promise")
_Rows: TypeAlias = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what kind (see KINDS), and the record that tells of it, as its reader sees it."""

    at: datetime
    kind: str
    record: Any

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Where it stands among the others; greater is later."""
        return self.at, -KINDS.index(self.kind), self.record.pk


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """One page of entries, and the cursor of what lies further back."""

    entries: tuple[Entry, ...]
    before: str = ""
    names: Mapping[tuple[str, int], str]


def timeline(actor: Actor, *, customer: Customer, kind: str = "", size: int = 20, before: str = "") -> Timeline:
    """The entries in front of the cursor `before`, or the latest, of a customer in the actor's sight.

    Raises Refused on an unknown kind or cursor.
    """
    if kind and kind not in KINDS:
        raise Refused(_("The timeline shows %(kinds)s.") % {"kinds": ", ".join(KINDS)}, field="kind")
    start = _read(before) if before else None
    wanted = [one for one in KINDS if kind in ("", one)]
    sources = (_entries(actor, customer, one, start, size + 1) for one in wanted)
    found = list(islice(merge(*sources, key=lambda entry: entry.place, reverse=True), size + 1))
    shown = tuple(_shown(actor, customer, entry) for entry in found[:size])
    _open_changes(shown)
    return Timeline(entries=shown, before=_write(shown[-1]) if len(found) > size else "", names=_names(shown))


def _shown(actor: Actor, customer: Customer, entry: Entry) -> Entry:
    """Free text is masked, or whole, by who reads it."""
    if entry.kind not in _WITH_WORDS:
        return entry
    entry.record.customer = customer
    return replace(entry, record=sight_on(actor, entry.record).show(entry.record))


def _entries(
    actor: Actor, customer: Customer, kind: str, start: tuple[datetime, int, int] | None, limit: int
) -> Iterable[Entry]:
    rows, field, moment = _SOURCES[kind](actor, customer)
    if start:
        rows = rows.filter(_earlier(kind, field, start))
    ordered = rows.order_by(f"-{field}", "-pk")[:limit]
    return sorted((Entry(moment(row), kind, row) for row in ordered), key=lambda entry: entry.place, reverse=True)


def _earlier(kind: str, field: str, start: tuple[datetime, int, int]) -> Q:
    at, place, pk = start
    edge: Any = at if field in {"occurred_at", "closed_at", "at"} else at.astimezone(COMPANY_ZONE).date()
    own = -KINDS.index(kind)
    if edge != at and at != _day_starts(edge):
        # A day's record stands at its beginning, hence before anything that happened during it.
        return Q(**{f"{field}__lte": edge})
    same = Q(**{field: edge, "pk__lt": pk}) if own == place else Q(**{field: edge}) if own < place else Q(pk__in=[])
    return Q(**{f"{field}__lt": edge}) | same


def _day_starts(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=COMPANY_ZONE).astimezone(UTC)


def _interactions(actor: Actor, customer: Customer) -> tuple[_Rows, str, Callable[[Any], datetime]]:
    rows = Interaction.objects.for_user(actor).filter(customer=customer)
    return (
        rows.select_related("logged_by").prefetch_related("contacts", "staff"),
        "occurred_at",
        lambda row: row.occurred_at,
    )


def _orders(actor: Actor, customer: Customer) -> tuple[_Rows, str, Callable[[Any], datetime]]:
    rows = Order.objects.for_user(actor).filter(customer=customer, cancelled_at__isnull=True)
    return rows, "ordered_on", lambda row: _day_starts(row.ordered_on)


def _tiers(actor: Actor, customer: Customer) -> tuple[_Rows, str, Callable[[Any], datetime]]:
    rows = Standing.objects.for_user(actor).filter(customer=customer, scheme__retired_at__isnull=True)
    related = rows.select_related("scheme", "version", "override")
    return related, "started_on", lambda row: _day_starts(row.started_on)


def _promises(actor: Actor, customer: Customer) -> tuple[_Rows, str, Callable[[Any], datetime]]:
    rows = Commitment.objects.for_user(actor).filter(customer=customer, closed_at__isnull=False)
    told = rows.exclude(outcome=Commitment.Outcome.WAIVED, closed_by__isnull=True)
    return told.select_related("standard", "owner", "closed_by"), "closed_at", lambda row: row.closed_at


def _changes(actor: Actor, customer: Customer) -> tuple[_Rows, str, Callable[[Any], datetime]]:
    rows = Activity.objects.filter(customer_id=customer.pk, kind__in=_CHANGED_KINDS).exclude(verb__in=_UNTOLD_VERBS)
    if way(actor, "contact", "view", customer) in (None, Way.WORK):
        seen = Contact.objects.for_user(actor).filter(customer=customer)
        rows = rows.exclude(Q(kind="contact") & ~Q(object_id__in=seen.values("pk")))
    if way(actor, "customer", "view", customer) is Way.WORK:
        rows = rows.exclude(kind="needs_profile")
    return rows.select_related("actor"), "at", lambda row: row.at


_SOURCES: Final[Mapping[str, Callable[[Actor, Customer], tuple[_Rows, str, Callable[[Any], datetime]]]]] = {
    "interaction": _interactions,
    "order": _orders,
    "tier": _tiers,
    "promise": _promises,
    "change": _changes,
}


def _open_changes(entries: Iterable[Entry]) -> None:
    """Let changes tell whole what they changed, and of whom; whoever shows them masks what their reader may not see."""
    rows = [entry.record for entry in entries if entry.kind == "change"]
    if not rows:
        return
    whole = whole_changes(rows)
    people = {row.object_id for row in rows if row.kind == "contact"}
    contacts = Contact.objects.unscoped("changes of contacts are read above for those who may see contacts")
    names = {pk: contact.name for pk, contact in contacts.in_bulk(people).items()} if people else {}
    for row in rows:
        row.changes = whole[row.pk]
        row.note = names.get(row.object_id, "") if row.kind == "contact" else row.note


def _names(entries: Iterable[Entry]) -> dict[tuple[str, int], str]:
    """The names of people and departments that changes speak of by their ids: a query for each only where needed."""
    wanted: dict[str, set[int]] = {"owner": set(), "department": set()}
    for entry in entries:
        if entry.kind == "change":
            for name, ids in wanted.items():
                ids.update(pk for pk in entry.record.changes.get(name, ()) if isinstance(pk, int))
    models: dict[str, type[Model]] = {"owner": User, "department": Department}
    return {
        (name, pk): label
        for name, ids in wanted.items()
        if ids
        for pk, label in every_row(models[name], "names are no secret").filter(pk__in=ids).values_list("pk", "name")
    }


def _write(entry: Entry) -> str:
    at, place, pk = entry.place
    return urlsafe_b64encode(json.dumps([at.isoformat(), place, pk]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int, int]:
    try:
        at, place, pk = json.loads(urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or type(place) is not int or type(pk) is not int:
            raise ValueError(cursor)
        return moment.astimezone(UTC), place, pk
    except (ValueError, TypeError, ArithmeticError) as error:
        raise Refused(_("This part of the timeline cannot be found: reload the page."), field="before") from error
