"""Reads of the care plans: the list with its filters, how much of it was kept, the month, what customers answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, CommitmentQuerySet, ServiceStandard
from zhike.domain.commitments.queries import OnTime, month
from zhike.domain.commitments.queries.board import selected, with_tier
from zhike.domain.commitments.queries.year import Day, year
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import matching_customers
from zhike.domain.interactions.models import Interaction
from zhike.kernel.scope import Actor


@dataclass(frozen=True, kw_only=True)
class PlanFilters:
    """What the list may be narrowed to; an empty value leaves it as it is. The period is [first, end)."""

    first: date | None = None
    end: date | None = None
    owner_id: int | None = None
    tier: str = ""
    status: str = ""
    standard: str = ""
    text: str = ""


def plan_items(actor: Actor, filters: PlanFilters, *, now: datetime) -> CommitmentQuerySet:
    """Items of care plans in the actor's sight; those withdrawn only where they are asked for."""
    rows = selected(actor, owner_id=filters.owner_id, tier=filters.tier).planned()
    if filters.first:
        rows = rows.filter(planned_on__gte=filters.first)
    if filters.end:
        rows = rows.filter(planned_on__lt=filters.end)
    if filters.standard:
        rows = rows.filter(standard__key=filters.standard)
    if filters.text:
        found = matching_customers(Customer.objects.for_user(actor), filters.text, actor)
        rows = rows.filter(customer__in=found.values("pk"))
    return _with_status(rows, filters.status, now)


def _with_status(rows: CommitmentQuerySet, status: str, now: datetime) -> CommitmentQuerySet:
    if status == "open":
        return rows.open()
    if status == "overdue":
        return rows.overdue(now)
    if status:
        return rows.filter(outcome=status)
    return rows.exclude(outcome=Commitment.Outcome.WAIVED)


def plan_rows(actor: Actor, ids: Sequence[int]) -> list[Commitment]:
    """The items of one page, in the order of the ids, with their `tier`."""
    rows = with_tier(Commitment.objects.for_user(actor), actor).select_related("customer", "standard", "owner")
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


@dataclass(frozen=True, kw_only=True)
class PlanItem:
    """An item of a plan and the interaction by which it was kept, where the reader may see one."""

    commitment: Commitment
    kept_by: Interaction | None


def with_feedback(actor: Actor, items: Sequence[Commitment]) -> list[PlanItem]:
    """The items with the interactions that kept them. One query."""
    ids = {item.closing_id for item in items if item.closing_kind == "interaction" and item.closing_id}
    found = Interaction.objects.for_user(actor).in_bulk(ids)
    return [
        PlanItem(
            commitment=item,
            kept_by=found.get(item.closing_id or 0) if item.closing_kind == "interaction" else None,
        )
        for item in items
    ]


def standards_planned() -> list[ServiceStandard]:
    """The cadences in force, for choosing one."""
    cadences = ServiceStandard.objects.filter(trigger=ServiceStandard.Trigger.CADENCE, retired_at__isnull=True)
    return list(cadences.order_by("key"))


def owners_of_plans(actor: Actor) -> list[User]:
    """The people in the actor's sight who owe an item of a plan."""
    owed = Commitment.objects.for_user(actor).open().planned()
    return list(User.objects.filter(pk__in=owed.order_by().values("owner").distinct()).order_by("name", "pk"))


@dataclass(frozen=True, kw_only=True)
class Share:
    """How the items of one standard or of one tier ended that have fallen due; `key` is empty for no tier."""

    key: str
    on_time: OnTime

    @property
    def fell_due(self) -> int:
        """How many items the share is about."""
        return self.on_time.in_time + self.on_time.late + self.on_time.broken


def on_time_shares(rows: CommitmentQuerySet, actor: Actor, *, now: datetime) -> tuple[list[Share], list[Share]]:
    """Of the scoped rows that have fallen due: by standard, and by the customer's present tier. One query."""
    fell_due = with_tier(rows.filter(due_at__lt=now).exclude(outcome=Commitment.Outcome.WAIVED), actor)
    kept = Q(outcome=Commitment.Outcome.KEPT)
    counts = (
        fell_due.order_by()
        .values("standard__key", "tier")
        .annotate(
            in_time=Count("pk", filter=kept & Q(closed_at__lte=F("due_at"))),
            late=Count("pk", filter=kept & Q(closed_at__gt=F("due_at"))),
            broken=Count("pk", filter=Q(outcome__in=["", Commitment.Outcome.MISSED])),
        )
    )
    found = [
        (row["standard__key"] or "", row["tier"] or "", OnTime(row["in_time"], row["late"], row["broken"]))
        for row in counts
    ]
    by_standard = _summed((standard, on_time) for standard, _, on_time in found)
    return by_standard, _summed((tier, on_time) for _, tier, on_time in found)


def _summed(parts: Iterable[tuple[str, OnTime]]) -> list[Share]:
    groups: dict[str, list[OnTime]] = defaultdict(list)
    for key, on_time in parts:
        groups[key].append(on_time)
    return [
        Share(
            key=key,
            on_time=OnTime(
                sum(one.in_time for one in group), sum(one.late for one in group), sum(one.broken for one in group)
            ),
        )
        for key, group in sorted(groups.items())
    ]


@dataclass(frozen=True, kw_only=True)
class PlannedDay:
    """A day of the month as the calendar has it, with its first few items and how many there are."""

    day: Day
    items: tuple[Commitment, ...]
    total: int


def planned_month(rows: CommitmentQuerySet, *, first: date) -> list[list[PlannedDay | None]]:
    """The weeks of a month, Monday first, with those of the scoped items that are due on each day."""
    due = {found.day: found for found in month(rows, year=first.year, month=first.month)}

    def planned(day: Day) -> PlannedDay:
        return PlannedDay(day=day, items=due[day.date].commitments, total=due[day.date].total)

    weeks = year(first.year).months[first.month - 1].weeks
    return [[planned(day) if day else None for day in week] for week in weeks]
