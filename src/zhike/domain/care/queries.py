"""Reads of the care plans: the list with its filters, how much of it was kept, the month, what customers answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, CommitmentQuerySet, ServiceStandard
from zhike.domain.commitments.queries import DueDay, OnTime, due_by_day, with_endings
from zhike.domain.commitments.queries.board import selected, with_tier
from zhike.domain.commitments.queries.year import Day, year
from zhike.domain.commitments.rules.due import add_months
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import matching_customers
from zhike.domain.interactions.models import Interaction
from zhike.kernel.scope import Actor, sight_on


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


def told(rows: CommitmentQuerySet, actor: Actor) -> CommitmentQuerySet:
    """The rows with `tier`, `said` in the interaction by which they were kept, and by whom that was logged."""
    kept_by = Interaction.objects.for_user(actor).filter(pk=OuterRef("closing_id"))
    words = Case(When(feedback="", then="summary"), default="feedback")
    said, said_by = (
        Case(When(closing_kind="interaction", then=Subquery(kept_by.values(found=found)[:1])))
        for found in (words, F("logged_by"))
    )
    return with_tier(rows, actor).annotate(said=said, said_by=said_by).select_related("customer", "standard", "owner")


def heard(rows: Iterable[Commitment], actor: Actor) -> list[Commitment]:
    """The rows as `told`, with `feedback`: what was said as the actor is shown it, None where that is not known."""
    items = with_endings(actor, rows)
    for item in items:
        known: Any = item
        talk = Interaction(customer=item.customer, logged_by_id=known.said_by, feedback=known.said or "")
        known.feedback = None if known.said is None else sight_on(actor, talk).show(talk).feedback
    return items


def plan_rows(actor: Actor, ids: Sequence[int]) -> list[Commitment]:
    """The items of one page, in the order of the ids, as `heard`."""
    rows = told(Commitment.objects.for_user(actor), actor).filter(pk__in=ids)
    found = {row.pk: row for row in heard(rows, actor)}
    return [found[pk] for pk in ids if pk in found]


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


def on_time_shares(rows: CommitmentQuerySet, actor: Actor, *, now: datetime) -> tuple[list[Share], list[Share]]:
    """Of the scoped rows that have fallen due: by standard, and by the customer's present tier. One query."""
    fell_due = with_tier(rows.filter(due_at__lt=now).exclude(outcome=Commitment.Outcome.WAIVED), actor)
    kept = Q(outcome=Commitment.Outcome.KEPT)
    counts = (
        fell_due.order_by()
        .values("standard__key", "tier")  # type: ignore[misc]  # annotated by with_tier
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
    """A day of the month as the calendar has it, with what is due on it."""

    day: Day
    due: DueDay


def planned_month(rows: CommitmentQuerySet, *, first: date) -> list[list[PlannedDay | None]]:
    """The weeks of a month, Monday first, with those of the scoped items that are due on each day. Four queries."""
    due = due_by_day(rows, first=first, end=add_months(first, 1))
    weeks = year(first.year).months[first.month - 1].weeks
    return [[PlannedDay(day=day, due=due.get(day.date, DueDay())) if day else None for day in week] for week in weeks]
