"""The directory: a page of customers with what every package knows of them at a glance (tiers, turnover, promises)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Customer, CustomerQuerySet
from zhike.domain.customers.queries import CustomerFilters, narrowed
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.models import Standing
from zhike.domain.segmentation.queries import spec_of, versions_in_force
from zhike.domain.segmentation.rules import in_language
from zhike.kernel import paging
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor, ScopedQuerySet

YEAR: Final = timedelta(days=365)
COLUMNS: Final = {"name": "name", "number": "number", "created": "created_at"}
TURNOVER: Final = {"last_order": Max("ordered_on"), "amount": Sum("amount_minor")}
SORTS: Final = (*COLUMNS, *TURNOVER)


@dataclass(frozen=True, kw_only=True)
class Filters(CustomerFilters):
    """Those of the archive, and what other packages know. `tier` is `scheme:tier`."""

    tier: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier as a badge: its scheme, its place from the top (1 is best), and both names in the reader's language."""

    scheme: str
    scheme_name: str
    key: str
    name: str
    rank: int
    colour: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One customer of the directory. Amounts in 分; None where the actor may not see orders or promises."""

    customer: Customer
    tiers: Sequence[Tier]
    year_minor: int | None = None
    last_order_on: date | None = None
    open_promises: int = 0
    overdue_promises: int = 0


@dataclass(frozen=True, kw_only=True)
class Directory:
    """One page of customers, and the cursors of the pages on either side."""

    entries: tuple[Entry, ...]
    after: str = ""
    before: str = ""
    filters: Filters = field(default_factory=Filters)


def customers(
    actor: Actor,
    *,
    now: datetime,
    filters: Filters | None = None,
    sort: str = "-created",
    size: int = 50,
    after: str = "",
    before: str = "",
) -> Directory:
    """A page of the customers in the actor's sight: six queries. Raises Refused on an unknown sort or a bad cursor."""
    filters = filters or Filters()
    rows = selected(actor, filters, now=now)
    page = paging.page(_segments(rows, sort, actor, local_date(now)), size=size, after=after, before=before)
    return Directory(entries=entries(actor, page.ids, now=now), after=page.after, before=page.before, filters=filters)


def selected(actor: Actor, filters: Filters, *, now: datetime) -> CustomerQuerySet:
    """The customers in the actor's sight that pass the filters, in no order."""
    rows = narrowed(Customer.objects.for_user(actor).present(), filters, actor)
    if filters.tier:
        scheme, _colon, tier = filters.tier.partition(":")
        standings = Standing.objects.for_user(actor).current().filter(scheme__key=scheme, tier=tier)
        rows = rows.filter(pk__in=standings.values("customer_id"))
    if filters.is_overdue:
        rows = rows.filter(pk__in=Commitment.objects.for_user(actor).overdue(now).values("customer_id"))
    return rows


def entries(actor: Actor, ids: Iterable[int], *, now: datetime) -> tuple[Entry, ...]:
    """The customers with these ids that the actor may see, in this order, with what is known at a glance."""
    order = list(ids)
    rows = Customer.objects.for_user(actor).filter(pk__in=order).select_related("owner", "department")
    found = {customer.pk: customer for customer in rows.defer("search_text", "note").prefetch_related("tags")}
    tiers = _tiers(actor, order)
    turnover = _turnover(actor, order, local_date(now))
    promises = _promises(actor, order, now)
    return tuple(
        Entry(
            customer=found[pk],
            tiers=tiers[pk],
            year_minor=turnover[pk][0] if turnover else None,
            last_order_on=turnover[pk][1] if turnover else None,
            open_promises=promises[pk][0],
            overdue_promises=promises[pk][1],
        )
        for pk in order
        if pk in found
    )


def _segments(rows: CustomerQuerySet, sort: str, actor: Actor, today: date) -> list[paging.Segment]:
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    if name in COLUMNS:
        return paging.by_key(rows, COLUMNS[name], descending=descending)
    if name not in TURNOVER:
        known = _(", ").join(SORTS)
        raise Refused(
            _("The list cannot be sorted by “%(sort)s”; it can be by %(known)s.") % {"sort": name, "known": known}
        )
    orders = _orders(actor)
    if name == "amount":
        orders = orders.filter(ordered_on__gt=today - YEAR)
    bought = orders.filter(customer_id__in=rows.values("pk")).values("customer_id").annotate(key=TURNOVER[name])
    others = rows.filter(~Exists(orders.filter(customer_id=OuterRef("pk"))))
    return [
        paging.Segment(rows=bought, key="key", id="customer_id", descending=descending),
        paging.Segment(rows=others, key="pk", descending=descending),
    ]


def _orders(actor: Actor) -> ScopedQuerySet[Order]:
    return Order.objects.for_user(actor).filter(cancelled_at__isnull=True)


def tiers_in_force() -> dict[int, dict[str, Tier]]:
    """Every tier that a customer may have now, by scheme id and key, in the order of schemes and tiers. One query."""
    language = get_language() or "zh-hans"
    found: dict[int, dict[str, Tier]] = {}
    for version in versions_in_force():
        spec = spec_of(version)
        scheme_name = in_language(spec.name, language)
        found[version.scheme_id] = {
            tier.key: Tier(spec.key, scheme_name, tier.key, in_language(tier.name, language), rank, tier.colour)
            for rank, tier in enumerate(spec.tier_list(), start=1)
        }
    return found


def _tiers(actor: Actor, ids: Sequence[int]) -> Mapping[int, list[Tier]]:
    standings = Standing.objects.for_user(actor).current().filter(customer_id__in=ids)
    held = {
        (customer, scheme): tier for customer, scheme, tier in standings.values_list("customer_id", "scheme_id", "tier")
    }
    found: dict[int, list[Tier]] = defaultdict(list)
    for scheme, tiers in tiers_in_force().items():
        for customer in ids:
            if tier := tiers.get(held.get((customer, scheme), "")):
                found[customer].append(tier)
    return found


def _turnover(actor: Actor, ids: Sequence[int], today: date) -> Mapping[int, tuple[int, date | None]]:
    """Amount of the last 365 days and day of the last order, by customer; empty where the actor may not see orders."""
    bought = Q(is_return=False)
    sums = (
        _orders(actor)
        .filter(customer_id__in=ids)
        .values("customer_id")
        .annotate(
            year=Sum("amount_minor", filter=Q(ordered_on__gt=today - YEAR), default=0),
            last=Max("ordered_on", filter=bought),
        )
    )
    found: dict[int, tuple[int, date | None]] = defaultdict(lambda: (0, None))
    found.update({row["customer_id"]: (row["year"], row["last"]) for row in sums})
    return found


def _promises(actor: Actor, ids: Sequence[int], now: datetime) -> Mapping[int, tuple[int, int]]:
    """How many promises are open, and how many of them past their time, by customer."""
    counts = (
        Commitment.objects.for_user(actor)
        .open()
        .filter(customer_id__in=ids)
        .values("customer_id")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)))
    )
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    found.update({row["customer_id"]: (row["open"], row["overdue"]) for row in counts})
    return found
