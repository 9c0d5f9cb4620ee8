"""Lists of commitments as people read them: the days of a month, a customer's, and how many were kept in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, TruncDate

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.commitments.models import ENDED_BY_ITSELF, Commitment, CommitmentQuerySet
from zhike.kernel.clock import COMPANY_ZONE, local_date
from zhike.kernel.scope import Actor, sight_on
from zhike.kernel.sensitivity import Shown

SHOWN_A_DAY = 4


def wording(commitment: Commitment, language: str) -> str:
    """What is owed, in the reader's language: the commitment's own words, else its standard's."""
    if commitment.content or commitment.standard is None:
        return commitment.content
    return in_reader_language(commitment.standard.content or commitment.standard.name, language)


@dataclass(frozen=True)
class DueDay:
    """The first few commitments of a day, and how many there are."""

    commitments: tuple[Commitment, ...] = ()
    total: int = 0


def due_by_day(rows: CommitmentQuerySet, *, first: date, end: date) -> dict[date, DueDay]:
    """Those of the scoped rows that fall due in [first, end), whatever became of them, by day. One query."""
    day = TruncDate("due_at", tzinfo=COMPANY_ZONE)
    found = (
        rows.filter(due_at__gte=_midnight(first), due_at__lt=_midnight(end))
        .annotate(
            place=Window(RowNumber(), partition_by=day, order_by=[F("due_at").asc(), F("pk").asc()]),
            total=Window(Count("pk"), partition_by=day),
        )
        .filter(place__lte=SHOWN_A_DAY)
        .select_related("customer", "standard", "owner")
        .order_by("due_at", "pk")
    )
    days = groupby(found, key=lambda commitment: local_date(commitment.due_at))
    shown = {day: tuple(commitments) for day, commitments in days}
    return {day: DueDay(few, few[0].total) for day, few in shown.items()}  # type: ignore[attr-defined]


def closing_words(commitment: Shown) -> str:
    """What was written when it was closed, as its reader is shown it, or why it ended by itself; nothing while open."""
    note: str = commitment.closing_note
    return note or str(ENDED_BY_ITSELF.get(commitment.closing_kind, ""))


def with_endings(actor: Actor, commitments: Iterable[Commitment]) -> list[Commitment]:
    """The commitments, read with their customers, with `ending`: their closing words as the actor is shown them."""
    found = list(commitments)
    for commitment in found:
        commitment.ending = closing_words(sight_on(actor, commitment).show(commitment))  # type: ignore[attr-defined]
    return found


def of_customer(actor: Actor, customer_id: int) -> CommitmentQuerySet:
    """A customer's commitments, the open ones first by deadline."""
    rows = Commitment.objects.for_user(actor).filter(customer=customer_id)
    return rows.select_related("customer", "standard", "owner").order_by(
        F("closed_at").desc(nulls_first=True), "due_at", "pk"
    )


def filtered(
    actor: Actor, *, owner_email: str = "", due_by: date | None = None, status: str = ""
) -> CommitmentQuerySet:
    """Commitments in the actor's sight by deadline; `due_by` includes that day, `status` is open or an outcome."""
    rows = Commitment.objects.for_user(actor).of_present_customers()
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
    def fell_due(self) -> int:
        """How many promises it is about."""
        return self.in_time + self.late + self.broken

    @property
    def rate(self) -> float | None:
        """The share kept in time, None where nothing fell due."""
        return self.in_time / self.fell_due if self.fell_due else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=COMPANY_ZONE)
