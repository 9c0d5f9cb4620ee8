"""Late commitments are put before the heads above their owner, one step of their standard after the other.

Whole sets at a time: who stands above whom is worked out once for each owner and department, written to a temporary
table, and joined to the late commitments in the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.commitments.queries.company import organisation, working_calendar
from zhike.domain.commitments.rules.escalation import ORDINARY_STEPS, latest_deadlines, parse_steps

_CREATE = """
CREATE TEMPORARY TABLE escalation_superior (
    owner_id bigint, department_id bigint, step integer, person_id bigint,
    PRIMARY KEY (owner_id, department_id, step))
"""
_TELL = """
INSERT INTO commitments_escalation (commitment_id, step, to_id, at)
SELECT k.id, %(step)s, p.person_id, %(now)s
FROM commitments_commitment k
JOIN customers_customer c ON c.id = k.customer_id
JOIN escalation_superior p ON p.owner_id = k.owner_id AND p.department_id = COALESCE(c.department_id, 0)
    AND p.step = %(step)s
WHERE k.closed_at IS NULL AND k.due_at <= %(limit)s AND k.escalated_to_step = %(step)s - 1 AND {which}
ON CONFLICT DO NOTHING
"""
_TAKE = """
UPDATE commitments_commitment SET escalated_to_step = %(step)s
WHERE closed_at IS NULL AND due_at <= %(limit)s AND escalated_to_step = %(step)s - 1 AND {which}
"""


@transaction.atomic
def escalate_overdue(*, now: datetime) -> int:
    """Take every step that has come for an open commitment; returns how many were taken.

    Doing it twice takes no step twice. The first step goes to the nearest superior of the owner, each further one to
    the next above; where the chain ends, its last person hears again. The escalations themselves are the trail.
    """
    groups = _standards_by_steps()
    calendar = working_calendar()
    taken = 0
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        rows = list(_superiors(now, most_steps=max(len(steps) for steps, _ in groups)))
        cursor.executemany("INSERT INTO escalation_superior VALUES (%s, %s, %s, %s)", rows)
        for steps, standards in groups:
            limits = latest_deadlines(parse_steps(steps), now=now, calendar=calendar)
            taken += _take_steps(cursor, standards, limits, now=now)
        cursor.execute("DROP TABLE escalation_superior")
    return taken


def _standards_by_steps() -> list[tuple[tuple[str, ...], list[int]]]:
    """Standards with the same steps together; an empty list stands for commitments without a standard."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for standard, steps in ServiceStandard.objects.values_list("pk", "escalation"):
        groups[tuple(steps)].append(standard)
    return [*groups.items(), (ORDINARY_STEPS, [])]


def _superiors(now: datetime, *, most_steps: int) -> Iterator[tuple[int, int, int, int]]:
    """Who hears of the n-th step, for every owner and department among what is late."""
    people = organisation()
    late = (
        Commitment.objects.unscoped("what is late goes up whoever owes it")
        .filter(closed_at__isnull=True, due_at__lt=now)
        .order_by()
    )
    for owner, department in late.values_list("owner_id", "customer__department_id").distinct():
        superiors = people.superiors(owner, department) or (owner,)
        for step in range(1, most_steps + 1):
            yield owner, department or 0, step, superiors[min(step, len(superiors)) - 1]


def _take_steps(cursor: Any, standards: Sequence[int], limits: Sequence[datetime], *, now: datetime) -> int:
    numbers = ", ".join(str(int(standard)) for standard in standards)
    which = f"standard_id IN ({numbers})" if standards else "standard_id IS NULL"
    adapt = connection.ops.adapt_datetimefield_value
    taken = 0
    for step, limit in enumerate(limits, start=1):
        values = {"step": step, "limit": adapt(limit), "now": adapt(now)}
        cursor.execute(_TELL.format(which=f"k.{which}"), values)
        cursor.execute(_TAKE.format(which=which), values)
        taken += int(cursor.rowcount)
    return taken
