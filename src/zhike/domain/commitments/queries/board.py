"""What the Today page shows: the lists of one person or a team, the figures above them, and a commitment's story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery

from zhike.domain.accounts.models import Company
from zhike.domain.commitments.models import Commitment, CommitmentQuerySet, Escalation
from zhike.domain.commitments.queries.lists import OnTime
from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.models import Standing
from zhike.kernel import trail
from zhike.kernel.clock import COMPANY_ZONE, local_date
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor
from zhike.kernel.sensitivity import EVERYTHING, Sight

MOST_OVERDUE = 100
MOST_UPCOMING = 150
MOST_ESCALATED = 50
MOST_LISTED = 200
ON_TIME_PERIOD = timedelta(days=30)


class Source(StrEnum):
    """What made a commitment: a care plan, another standard of the company, or a promise that somebody gave."""

    PLAN = "plan"
    STANDARD = "standard"
    FOLLOW_UP = "follow_up"


def source_of(commitment: Commitment) -> Source:
    """Which of the three made it."""
    if commitment.cycle:
        return Source.PLAN
    return Source.FOLLOW_UP if commitment.standard_id is None else Source.STANDARD


_SOURCES = {
    Source.PLAN: ~Q(cycle=""),
    Source.STANDARD: Q(cycle="", standard__isnull=False),
    Source.FOLLOW_UP: Q(cycle="", standard__isnull=True),
}


def selected(actor: Actor, *, owner_id: int | None = None, source: str = "", tier: str = "") -> CommitmentQuerySet:
    """Commitments in the actor's sight, of one person or of all, of one source, of customers of one primary tier."""
    rows = Commitment.objects.for_user(actor).of_present_customers()
    if owner_id is not None:
        rows = rows.filter(owner=owner_id)
    if source:
        rows = rows.filter(_SOURCES[Source(source)])
    if tier:
        rows = rows.filter(Exists(_primary_standings(actor).filter(tier=tier)))
    return rows


def with_tier(rows: CommitmentQuerySet, actor: Actor) -> CommitmentQuerySet:
    """The rows with `tier`: the key of the customer's tier under the primary scheme, None where it has none."""
    return rows.annotate(tier=Subquery(_primary_standings(actor).values("tier")[:1]))


def _primary_standings(actor: Actor) -> Any:
    standings = Standing.objects.for_user(actor).current()
    return standings.filter(customer=OuterRef("customer_id"), scheme__is_primary=True)


@dataclass(frozen=True, kw_only=True)
class Board:
    """Open commitments by urgency, each list earliest first; long lists are cut off."""

    overdue: list[Commitment] = field(default_factory=list)
    today: list[Commitment] = field(default_factory=list)
    this_week: list[Commitment] = field(default_factory=list)
    later: list[Commitment] = field(default_factory=list)
    snoozed: list[Commitment] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is owed."""
        return not (self.overdue or self.today or self.this_week or self.later or self.snoozed)


def board(rows: CommitmentQuerySet, *, now: datetime) -> Board:
    """The open ones of the scoped rows; what is snoozed stands apart until its day. Three queries."""
    rows = rows.open().select_related("customer", "standard", "owner").order_by("due_at", "pk")
    overdue = list(rows.filter(due_at__lt=now)[:MOST_OVERDUE])
    upcoming = list(rows.filter(due_at__gte=now)[:MOST_UPCOMING])
    end_of_today, end_of_week = _ends(now)
    snoozed = [row for row in [*overdue, *upcoming] if is_snoozed(row, now)]
    upcoming = [row for row in upcoming if not is_snoozed(row, now)]
    return Board(
        overdue=[row for row in overdue if not is_snoozed(row, now)],
        today=[row for row in upcoming if row.due_at < end_of_today],
        this_week=[row for row in upcoming if end_of_today <= row.due_at < end_of_week],
        later=[row for row in upcoming if row.due_at >= end_of_week],
        snoozed=snoozed,
    )


def is_snoozed(commitment: Commitment, now: datetime) -> bool:
    """Whether it is out of sight for now."""
    return commitment.snoozed_until is not None and commitment.snoozed_until > now


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures above the lists; `on_time` is about the promises that fell due within 30 days."""

    overdue: int
    due_today: int
    done_this_week: int
    on_time: OnTime


def figures(rows: CommitmentQuerySet, *, now: datetime) -> Figures:
    """Count the scoped rows in one query; what was waived counts nowhere."""
    end_of_today, _ = _ends(now)
    week = start_of_week(now)
    since = now - ON_TIME_PERIOD
    fell_due = Q(due_at__gte=since, due_at__lt=now)
    kept = Q(outcome=Commitment.Outcome.KEPT)
    counted = rows.filter(Q(closed_at__isnull=True, due_at__lt=end_of_today) | Q(closed_at__gte=week) | fell_due)
    counts = counted.aggregate(
        overdue=Count("pk", filter=Q(closed_at__isnull=True, due_at__lt=now)),
        due_today=Count("pk", filter=Q(closed_at__isnull=True, due_at__gte=now, due_at__lt=end_of_today)),
        done_this_week=Count("pk", filter=kept & Q(closed_at__gte=week)),
        in_time=Count("pk", filter=fell_due & kept & Q(closed_at__lte=F("due_at"))),
        late=Count("pk", filter=fell_due & kept & Q(closed_at__gt=F("due_at"))),
        broken=Count("pk", filter=fell_due & Q(outcome__in=["", Commitment.Outcome.MISSED])),
    )
    on_time = OnTime(counts.pop("in_time"), counts.pop("late"), counts.pop("broken"))
    return Figures(**counts, on_time=on_time)


def done_this_week(rows: CommitmentQuerySet, *, now: datetime) -> CommitmentQuerySet:
    """Those kept since Monday, the latest first."""
    kept = rows.filter(outcome=Commitment.Outcome.KEPT, closed_at__gte=start_of_week(now))
    return kept.select_related("customer", "standard", "owner").order_by("-closed_at", "-pk")[:MOST_LISTED]


def fell_due(rows: CommitmentQuerySet, *, now: datetime) -> CommitmentQuerySet:
    """Those behind the on-time rate, the latest first."""
    due = rows.filter(due_at__gte=now - ON_TIME_PERIOD, due_at__lt=now).exclude(outcome=Commitment.Outcome.WAIVED)
    return due.select_related("customer", "standard", "owner").order_by("-due_at", "-pk")[:MOST_LISTED]


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one person owes."""

    person_id: int
    name: str
    overdue: int
    due_today: int
    open: int


def team(actor: Actor, *, now: datetime) -> list[Load]:
    """Everybody in the actor's sight who owes something, the most overdue first."""
    end_of_today, _ = _ends(now)
    rows = (
        Commitment.objects.for_user(actor)
        .open()
        .values("owner", "owner__name")
        .annotate(
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            due_today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=end_of_today)),
            open=Count("pk"),
        )
        .order_by("-overdue", "-due_today", "owner__name", "owner")
    )
    return [
        Load(
            person_id=row["owner"],
            name=row["owner__name"],
            overdue=row["overdue"],
            due_today=row["due_today"],
            open=row["open"],
        )
        for row in rows
    ]


def escalated_to(actor: Actor, *, now: datetime) -> CommitmentQuerySet:
    """Overdue commitments of others that were put before the actor, the latest first."""
    # As a list that is read once: looked up row by row, SQLite would walk all that was put before the actor each time.
    told = Escalation.objects.filter(to=actor.pk).values("commitment")
    rows = Commitment.objects.for_user(actor).overdue(now).filter(pk__in=told).exclude(owner=actor.pk)
    return rows.select_related("customer", "standard", "owner").order_by("due_at", "pk")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened to a commitment; `who` is empty where the system itself did it."""

    at: datetime
    verb: str
    who: str = ""
    note: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


def history(commitment: Commitment, sight: Sight = EVERYTHING) -> list[Step]:
    """How it came about, what was done to it, whom it was put before: oldest first. Two queries.

    What was said about a step is shown as the `sight` of its reader has it.
    """
    rows = Activity.objects.filter(kind="commitment", object_id=commitment.pk).exclude(verb__in=("viewed", "denied"))
    lines = list(rows.select_related("actor"))
    whole = trail.whole_changes(lines)
    steps = [
        Step(
            at=row.at,
            verb=row.verb,
            who=row.actor.name if row.actor else "",
            note=sight.of(Commitment, "closing_note", row.note or _said(whole[row.pk])),
            changes=row.changes,
        )
        for row in lines
        if row.verb != "promised"
    ]
    steps += [
        Step(at=escalation.at, verb="escalated", who=escalation.to.name)
        for escalation in commitment.escalations.select_related("to")
    ]
    author = next((row.actor.name for row in lines if row.verb == "promised" and row.actor), "")
    return [Step(at=commitment.created_at, verb="promised", who=author), *sorted(steps, key=lambda step: step.at)]


def _said(changes: Mapping[str, Any]) -> str:
    """The words that went with a step; none where they were erased."""
    _before, words = changes.get("closing_note") or ("", "")
    return words or ""


@dataclass(frozen=True)
class FirstSteps:
    """How far a new company has come on the way to its first plan."""

    playbook: bool = False
    customers: bool = False
    orders: bool = False
    tiers: bool = False

    @property
    def are_done(self) -> bool:
        """Whether nothing is left of them."""
        return self.playbook and self.customers and self.orders and self.tiers


def first_steps() -> FirstSteps:
    """Which of the first steps the company has done, whoever may see what came of them. One query."""
    found = Company.objects.values_list(
        ExpressionWrapper(~Q(playbook=""), output_field=BooleanField()),
        Exists(Customer.objects.unscoped("whether the company has any customer at all").present()),
        Exists(Order.objects.unscoped("whether the company has any order at all")),
        Exists(Standing.objects.unscoped("whether any customer has a tier at all")),
    ).first()
    return FirstSteps(*found) if found else FirstSteps()


def start_of_week(now: datetime) -> datetime:
    """Monday midnight, where the company works."""
    day = local_date(now)
    return _midnight(day - timedelta(days=day.weekday()))


def _ends(now: datetime) -> tuple[datetime, datetime]:
    """When today and this week are over."""
    return _midnight(local_date(now) + timedelta(days=1)), start_of_week(now) + timedelta(days=7)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=COMPANY_ZONE)
