"""The directory: a page of customers with what every package knows of them at a glance (tiers, turnover, promises)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import BigIntegerField, Count, DateField, Exists, IntegerField, Max, OuterRef, Q, Sum, Value
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact, Customer, CustomerQuerySet
from zhike.domain.customers.queries import CustomerFilters, narrowed, worn_tags
from zhike.domain.orders.models import Order
from zhike.domain.privacy.queries import contactable, contactable_customers
from zhike.domain.segmentation.models import Standing
from zhike.domain.segmentation.queries import spec_of, versions_in_force
from zhike.domain.segmentation.rules import in_language
from zhike.kernel import paging
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.scope import Actor, ScopedQuerySet, Way, sees_finance, way
from zhike.kernel.sensitivity import DOTS

YEAR: Final = timedelta(days=365)
COLUMNS: Final = {"name": "sort_name", "number": "number", "created": "created_at"}
TURNOVER: Final = {"last_order": Max("ordered_on"), "amount": Sum("amount_minor")}
PALEST: Final = 4
_A_TAG: Final = 0
"""Stands in the place of a scheme, of which none has this id."""
SORTS: Final = (*COLUMNS, *TURNOVER)
SHOWN: Final = (
    "uuid", "number", "kind", "name", "strategic", "lifecycle", "region", "created_at", "owner__name", "department",
)  # fmt: skip
"""What an entry holds of its customer: what a row shows and who may see it, and nothing to be thrown away."""


@dataclass(frozen=True, kw_only=True)
class Filters(CustomerFilters):
    """Those of the archive, and what other packages know. `tier` is `scheme:tier`, `contact_for` a purpose."""

    tier: str = ""
    contact_for: str = ""
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

    @property
    def shade(self) -> int:
        """The shade of the badge: 1 is the strongest colour, 4 the palest."""
        return min(self.rank, PALEST)


@dataclass(frozen=True, slots=True)
class Glance:
    """What a customer bought and is owed, as far as the reader may see it.

    `year_minor` is the turnover of the last 365 days in 分, or a mask where that is not the reader's to see;
    `kept_promises` and `missed_promises` count those that were closed in the same time.
    """

    year_minor: int | str = 0
    last_order_on: date | None = None
    open_promises: int = 0
    overdue_promises: int = 0
    kept_promises: int = 0
    missed_promises: int = 0


GLANCED: Final = tuple(Glance.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One customer of the directory (its fields of `SHOWN`), its tiers in the order of the schemes, and its tags.

    `tells_every_promise` says whether its promises count what everybody owes, not only what the reader does.
    """

    customer: Customer
    glance: Glance
    tiers: Sequence[Tier]
    tags: Sequence[str]
    tells_every_promise: bool = True


@dataclass(frozen=True, kw_only=True)
class Directory:
    """One page of customers, the cursors of the pages on either side, and the tiers that there are."""

    entries: tuple[Entry, ...]
    after: str = ""
    before: str = ""
    schemes: Mapping[int, Mapping[str, Tier]] = field(default_factory=dict)


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
    """A page of the customers in the actor's sight: five queries. Raises Refused on an unknown sort or a bad cursor."""
    filters = filters or Filters()
    rows = selected(actor, filters, now=now)
    page = paging.page(_segments(rows, sort, actor, local_date(now)), size=size, after=after, before=before)
    schemes = tiers_in_force()
    shown = entries(actor, page.ids, schemes=schemes, now=now)
    return Directory(entries=shown, after=page.after, before=page.before, schemes=schemes)


def selected(actor: Actor, filters: Filters, *, now: datetime) -> CustomerQuerySet:
    """The customers in the actor's sight that pass the filters, in no order."""
    rows = narrowed(Customer.objects.for_user(actor).present(), filters, actor)
    if filters.tier:
        scheme, _colon, tier = filters.tier.partition(":")
        standings = Standing.objects.for_user(actor).current().filter(scheme__key=scheme, tier=tier)
        rows = rows.filter(pk__in=standings.values("customer_id"))
    if filters.is_overdue:
        rows = rows.filter(pk__in=Commitment.objects.for_user(actor).overdue(now).values("customer_id"))
    if filters.contact_for:
        seen = Contact.objects.for_user(actor)
        people = contactable(seen, filters.contact_for, now).values("customer_id")
        persons = contactable_customers(Customer.objects.for_user(actor), filters.contact_for, now).values("pk")
        rows = rows.filter(Q(pk__in=people) | Q(pk__in=persons))
    return rows


def known(actor: Actor, number: str, *, action: str = "view", kind: str = "customer") -> Customer:
    """The customer of that number, to do `action` to it, or to a record of `kind` that hangs on it.

    Raises NotFound if unseen, Denied if seen but out of reach.
    """
    seen = Customer.objects.for_user(actor).present().filter(number=number)
    customer = _found(seen.select_related("owner", "department", "referred_by", "needs_profile"))
    if action != "view" and way(actor, kind, action, customer) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    return customer


def one(actor: Actor, number: str, *, now: datetime) -> tuple[Customer, Glance]:
    """The customer of that number, at a glance. Raises NotFound if unseen."""
    seen = Customer.objects.for_user(actor).present().filter(number=number)
    customer = _found(seen.select_related("owner", "department", "needs_profile"))
    return customer, _glances(actor, [customer], now=now)[customer.pk]


def sees_every_promise(actor: Actor, customer: Customer) -> bool:
    """Whether the actor sees all that is owed to this customer, not only what he or she owes it."""
    return way(actor, "commitment", "view", customer) not in (None, Way.WORK)


def sees_amounts_of_all(actor: Actor) -> bool:
    """Whether the actor is shown amounts of money of every customer in sight, so that these may order the list."""
    return actor.level("finance", "view") >= actor.level("customer", "view")


def _found(rows: CustomerQuerySet) -> Customer:
    customer = rows.first()
    if customer is None:
        raise NotFound(_("There is no such customer."))
    return customer


def entries(
    actor: Actor, ids: Iterable[int], *, schemes: Mapping[int, Mapping[str, Tier]], now: datetime
) -> tuple[Entry, ...]:
    """The customers with these ids that the actor may see, in this order, with what is known at a glance."""
    order = list(ids)
    rows = Customer.objects.for_user(actor).filter(pk__in=order).select_related("owner").only(*SHOWN)
    found = {customer.pk: customer for customer in rows}
    tiers, tags = _badges(actor, found, schemes)
    glances = _glances(actor, found.values(), now=now)
    return tuple(
        Entry(
            customer=found[pk],
            glance=glances[pk],
            tiers=tiers[pk],
            tags=tags.get(pk, ()),
            tells_every_promise=sees_every_promise(actor, found[pk]),
        )
        for pk in order
        if pk in found
    )


def _glances(actor: Actor, customers: Collection[Customer], *, now: datetime) -> dict[int, Glance]:
    """Each of these customers at a glance, by id: one query, of sums over their orders and over their promises."""
    ids, counted = [customer.pk for customer in customers], _counted(now)
    bought = _orders(actor).filter(customer_id__in=ids).order_by().values("customer_id")
    owed = Commitment.objects.for_user(actor).filter(customer_id__in=ids).order_by().values("customer_id")
    sums = bought.annotate(
        year_minor=Sum("amount_minor", filter=Q(ordered_on__gt=local_date(now) - YEAR)),
        last_order_on=Max("ordered_on", filter=Q(is_return=False)),
        **dict.fromkeys(counted, Value(None, output_field=IntegerField())),
    )
    counts = owed.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=now - YEAR)).annotate(
        year_minor=Value(None, output_field=BigIntegerField()),
        last_order_on=Value(None, output_field=DateField()),
        **{name: Count("pk", filter=condition) for name, condition in counted.items()},
    )
    told: dict[int, dict[str, Any]] = defaultdict(dict)
    for pk, *found in sums.union(counts, all=True).values_list("customer_id", *GLANCED):
        told[pk] |= {name: value for name, value in zip(GLANCED, found, strict=True) if value is not None}
    for customer in customers:
        if not sees_finance(actor, customer):
            told[customer.pk]["year_minor"] = DOTS
    return {pk: Glance(**told[pk]) for pk in ids}


def _counted(now: datetime) -> dict[str, Q]:
    """Which promises the numbers of a glance count."""
    still_open = Q(closed_at__isnull=True)
    return {
        "open_promises": still_open,
        "overdue_promises": still_open & Q(due_at__lt=now),
        "kept_promises": Q(outcome=Commitment.Outcome.KEPT),
        "missed_promises": Q(outcome=Commitment.Outcome.MISSED),
    }


def _segments(rows: CustomerQuerySet, sort: str, actor: Actor, today: date) -> list[paging.Segment]:
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    if name in COLUMNS:
        return paging.by_key(rows, COLUMNS[name], descending=descending)
    if name not in TURNOVER or (name == "amount" and not sees_amounts_of_all(actor)):
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


def _badges(
    actor: Actor, ids: Collection[int], schemes: Mapping[int, Mapping[str, Tier]]
) -> tuple[Mapping[int, list[Tier]], Mapping[int, list[str]]]:
    """Tiers in the order of the schemes, and tags by name, by customer: one query for both."""
    standings = Standing.objects.for_user(actor).current().filter(customer_id__in=ids)
    tags = worn_tags(ids).values_list("customer_id", Value(_A_TAG), "tag__name")
    held: dict[tuple[int, int], str] = {}
    named: dict[int, list[str]] = defaultdict(list)
    for pk, scheme, word in standings.values_list("customer_id", "scheme_id", "tier").union(tags, all=True):
        if scheme == _A_TAG:
            named[pk].append(word)
        else:
            held[pk, scheme] = word
    tiers: dict[int, list[Tier]] = defaultdict(list)
    for scheme, known in schemes.items():
        for pk in ids:
            if tier := known.get(held.get((pk, scheme), "")):
                tiers[pk].append(tier)
    return tiers, {pk: sorted(words) for pk, words in named.items()}
