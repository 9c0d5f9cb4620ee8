"""Lists of commitments as people read them: today, a month, a customer's, and how many were kept in time."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber, TruncDate

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.commitments.models import Commitment, CommitmentQuerySet
from zhike.domain.commitments.queries.company import working_calendar
from zhike.kernel.clock import COMPANY_ZONE, local_date
from zhike.kernel.scope import Actor

MOST_OVERDUE = 100
MOST_UPCOMING = 200
MOST_SNOOZED = 50
SHOWN_A_DAY = 4


def wording(commitment: Commitment, language: str) -> str:
    """What is owed, in the reader's language: the commitment's own words, else its standard's."""
    if commitment.content or commitment.standard is None:
        return commitment.content
    return in_reader_language(commitment.standard.content or commitment.standard.name, language)


@dataclass(frozen=True)
class Today:
    """Open commitments by urgency, earliest first; the totals count also those that the lists cut off."""

    overdue: list[Commitment]
    today: list[Commitment]
    this_week: list[Commitment]
    later: list[Commitment]
    snoozed: list[Commitment]
    overdue_total: int
    today_total: int
    open_total: int


def today(actor: Actor, *, now: datetime, owner_id: int | None = None) -> Today:
    """What is owed now and next, by one person or by everybody in the actor's sight: four queries."""
    reach = Commitment.objects.for_user(actor).open()
    if owner_id is not None:
        reach = reach.filter(owner=owner_id)
    day = local_date(now)
    end_of_day = _midnight(day + timedelta(days=1))
    end_of_week = _midnight(day + timedelta(days=7 - day.weekday()))
    totals = reach.aggregate(
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=end_of_day)),
        all=Count("pk"),
    )
    rows = reach.select_related("customer", "standard", "owner").order_by("due_at", "pk")
    awake = rows.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now))
    upcoming = list(awake.filter(due_at__gte=now)[:MOST_UPCOMING])
    return Today(
        overdue=list(awake.filter(due_at__lt=now)[:MOST_OVERDUE]),
        today=[row for row in upcoming if row.due_at < end_of_day],
        this_week=[row for row in upcoming if end_of_day <= row.due_at < end_of_week],
        later=[row for row in upcoming if row.due_at >= max(end_of_day, end_of_week)],
        snoozed=list(rows.filter(snoozed_until__gt=now)[:MOST_SNOOZED]),
        overdue_total=totals["overdue"],
        today_total=totals["today"],
        open_total=totals["all"],
    )


@dataclass(frozen=True)
class CalendarDay:
    """A day of the month view: whether it is worked, its first few commitments, and how many there are."""

    day: date
    is_working: bool
    commitments: tuple[Commitment, ...]
    total: int


def month(rows: CommitmentQuerySet, *, year: int, month: int) -> list[CalendarDay]:
    """The days of a month with those of the scoped rows that fall due on each, whatever became of them."""
    first = date(year, month, 1)
    length = monthrange(year, month)[1]
    day = TruncDate("due_at", tzinfo=COMPANY_ZONE)
    found = (
        rows.filter(due_at__gte=_midnight(first), due_at__lt=_midnight(first + timedelta(days=length)))
        .annotate(
            place=Window(RowNumber(), partition_by=day, order_by=[F("due_at").asc(), F("pk").asc()]),
            total=Window(Count("pk"), partition_by=day),
        )
        .filter(place__lte=SHOWN_A_DAY)
        .select_related("customer", "standard", "owner")
        .order_by("due_at", "pk")
    )
    by_day: dict[date, list[Commitment]] = defaultdict(list)
    for commitment in found:
        by_day[local_date(commitment.due_at)].append(commitment)
    calendar = working_calendar()
    days = [first + timedelta(days=offset) for offset in range(length)]
    return [CalendarDay(day, calendar.is_working_day(day), tuple(by_day[day]), _total(by_day[day])) for day in days]


def _total(shown: Iterable[Commitment]) -> int:
    return next((commitment.total for commitment in shown), 0)  # type: ignore[attr-defined]


def of_customer(actor: Actor, customer_id: int) -> CommitmentQuerySet:
    """A customer's commitments, the open ones first by deadline."""
    rows = Commitment.objects.for_user(actor).filter(customer=customer_id)
    return rows.select_related("standard", "owner").order_by(F("closed_at").desc(nulls_first=True), "due_at", "pk")


def filtered(
    actor: Actor, *, owner_email: str = "", due_by: date | None = None, status: str = ""
) -> CommitmentQuerySet:
    """Commitments in the actor's sight by deadline; `due_by` includes that day, `status` is open or an outcome."""
    rows = Commitment.objects.for_user(actor)
    if owner_email:
        rows = rows.filter(owner__email__iexact=owner_email)
    if due_by:
        rows = rows.filter(due_at__lt=_midnight(due_by + timedelta(days=1)))
    if status:
        rows = rows.open() if status == "open" else rows.filter(outcome=status)
    return rows.select_related("customer", "standard", "owner").order_by("due_at", "pk")


@dataclass(frozen=True)
class OnTime:
    """How many promises that fell due were kept in time, kept late, or broken (missed, or open past their time)."""

    in_time: int
    late: int
    broken: int

    @property
    def rate(self) -> float | None:
        """The share kept in time, None where nothing fell due."""
        everything = self.in_time + self.late + self.broken
        return self.in_time / everything if everything else None


def kept_on_time(rows: CommitmentQuerySet, *, since: datetime, until: datetime) -> OnTime:
    """Count those of the scoped rows that fell due in [since, until); what was waived does not count."""
    counts = rows.filter(due_at__gte=since, due_at__lt=until).aggregate(
        in_time=Count("pk", filter=Q(outcome=Commitment.Outcome.KEPT, closed_at__lte=F("due_at"))),
        late=Count("pk", filter=Q(outcome=Commitment.Outcome.KEPT, closed_at__gt=F("due_at"))),
        broken=Count("pk", filter=Q(outcome__in=["", Commitment.Outcome.MISSED])),
    )
    return OnTime(**counts)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=COMPANY_ZONE)
