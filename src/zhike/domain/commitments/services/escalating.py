"""Late commitments are put before the heads above their owner, one step of their standard after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhike.domain.commitments.models import Commitment, Escalation, ServiceStandard
from zhike.domain.commitments.queries.company import organisation, working_calendar
from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.duty import Organisation
from zhike.domain.commitments.rules.escalation import ORDINARY_STEPS, latest_deadlines, parse_steps

CHUNK = 2_000


@transaction.atomic
def escalate_overdue(*, now: datetime) -> int:
    """Take every step that has come for an open commitment; returns how many were taken.

    Doing it twice takes no step twice. The first step goes to the nearest superior of the owner, each further one to
    the next above; where the chain ends, its last person hears again. The escalations themselves are the trail.
    """
    calendar, people = working_calendar(), organisation()
    return sum(
        _escalate(Q(standard__in=standards) if standards else Q(standard__isnull=True), steps, calendar, people, now)
        for steps, standards in _standards_by_steps()
    )


def _standards_by_steps() -> list[tuple[tuple[str, ...], list[int]]]:
    """Standards with the same steps together; an empty list stands for commitments without a standard."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for standard, steps in ServiceStandard.objects.values_list("pk", "escalation"):
        groups[tuple(steps)].append(standard)
    return [*groups.items(), (ORDINARY_STEPS, [])]


def _escalate(which: Q, steps: tuple[str, ...], calendar: WorkingCalendar, people: Organisation, now: datetime) -> int:
    taken = 0
    limits = latest_deadlines(parse_steps(steps), now=now, calendar=calendar)
    for number, limit in enumerate(limits, start=1):
        late = Commitment.everything.filter(
            which, closed_at__isnull=True, due_at__lte=limit, escalated_to_step=number - 1
        )
        rows = late.order_by("pk").values_list("pk", "owner_id", "customer__department_id")
        while chunk := list(rows[:CHUNK]):
            _take_step(number, chunk, people, now)
            taken += len(chunk)
    return taken


def _take_step(number: int, rows: Iterable[tuple[int, int, int | None]], people: Organisation, now: datetime) -> None:
    escalations = []
    for commitment, owner, department in rows:
        superiors = people.superiors(owner, department) or (owner,)
        told = superiors[min(number, len(superiors)) - 1]
        escalations.append(Escalation(commitment_id=commitment, step=number, to_id=told, at=now))
    Escalation.objects.bulk_create(escalations, ignore_conflicts=True)
    Commitment.everything.filter(pk__in=[row.commitment_id for row in escalations]).update(escalated_to_step=number)
