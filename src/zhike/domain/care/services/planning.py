"""The turns of every cadence within the horizon become commitments, whole tiers at a time.

Days and deadlines are computed once for each place of a cycle, written to a temporary table, and joined to the
customers in the database: the work in Python does not grow with their number. Runs on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from zhike.domain.care.rules import PlannedCycle, planned_cycles
from zhike.domain.care.services.duties import duties
from zhike.domain.commitments.models import ServiceStandard
from zhike.domain.commitments.queries import working_calendar
from zhike.domain.commitments.rules.cycles import parse_cadence
from zhike.domain.segmentation.models import Standing

SOURCE = "plan"
WITHDRAWN = "replanned"
"""How an item ended that planning itself took back: it may be planned again, unlike one that a person waived."""
LAPSED = "lapsed"
"""How an item ended that nobody had kept when the next cycle began."""

UNTOUCHED = Q(source_kind=SOURCE, assigned_by__isnull=True, snoozed_until__isnull=True) & (
    Q(closed_at__isnull=True) | Q(closing_kind__in=(WITHDRAWN, LAPSED))
)
"""Items that planning made and nobody has kept, closed, put off or given to somebody else."""

# The first NOT EXISTS repeats the condition of the unique index on live items word for word: so the index serves it.
# It and the turn speak of the standing: so customers who have their item, or whose day is far, are not even read. The
# second has to read items: it speaks of the customer, so it comes last. CROSS JOIN holds SQLite to this order.
_CREATE = """
CREATE TEMPORARY TABLE care_turn (
    cycle text, place integer, planned_on date, due_at {instant}, PRIMARY KEY (cycle, place))
"""
_PLAN = """
INSERT INTO commitments_commitment
    (customer_id, standard_id, content, owner_id, due_at, planned_on, cycle, source_kind, created_at,
     escalated_to_step, outcome, closing_note, closing_kind)
SELECT c.id, %(standard)s, '', d.person_id, t.due_at, t.planned_on, %(cycle)s, %(source)s, %(now)s, 0, '', '', ''
FROM segmentation_standing s
CROSS JOIN care_turn t
CROSS JOIN customers_customer c
JOIN care_duty d ON d.role = %(role)s AND d.owner_id = COALESCE(c.owner_id, 0)
    AND d.department_id = COALESCE(c.department_id, 0) AND d.share = c.id %% d.shares
WHERE t.cycle = %(turns)s AND t.place = CASE WHEN s.customer_id %% %(places)s < %(passed)s
        THEN %(places)s + s.customer_id %% %(left)s ELSE s.customer_id %% %(places)s END
    AND c.id = s.customer_id
    AND s.scheme_id = %(scheme)s AND s.tier IN ({tiers}) AND s.ended_on IS NULL AND c.deleted_at IS NULL {only}
    AND NOT EXISTS (
        SELECT 1 FROM commitments_commitment k
        WHERE k.customer_id = s.customer_id AND k.standard_id IN ({versions}) AND k.cycle = %(cycle)s
            AND NOT k.cycle = '' AND NOT k.outcome = 'waived')
    AND NOT EXISTS (
        SELECT 1 FROM commitments_commitment k
        WHERE k.customer_id = c.id AND k.standard_id IN ({versions}) AND k.cycle = %(cycle)s
            AND k.outcome = 'waived' AND k.closing_kind <> %(withdrawn)s)
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def plan(*, as_of: date, now: datetime, customer_ids: Sequence[int] | None = None) -> int:
    """Plan what the cadences in force promise up to 60 days ahead, for all customers or for some; returns how many.

    Doing it again adds nothing: a customer gets one item for each standard and cycle, whichever version of the
    standard made it.
    """
    standards = _meant_for(customer_ids)
    if not standards:
        return 0
    calendar = working_calendar()
    cycles = {
        rule: list(planned_cycles(parse_cadence(rule), calendar, as_of=as_of))
        for rule in {standard.rule for standard in standards}
    }
    versions: dict[str, list[int]] = {}
    for key, pk in ServiceStandard.objects.order_by("pk").values_list("key", "pk"):
        versions.setdefault(key, []).append(pk)
    with duties(customer_ids) as cursor:
        _write_turns(cursor, cycles)
        made = sum(
            _plan(cursor, standard, versions[standard.key], cycle, now=now, customer_ids=customer_ids)
            for standard in standards
            for cycle in cycles[standard.rule]
        )
        cursor.execute("DROP TABLE care_turn")
    return made


def cadences_in_force() -> list[ServiceStandard]:
    """The standards that make care plans now, in order of their key."""
    in_force = ServiceStandard.objects.filter(trigger=ServiceStandard.Trigger.CADENCE, retired_at__isnull=True)
    return list(in_force.exclude(scheme=None).order_by("key"))


def _meant_for(customer_ids: Sequence[int] | None) -> list[ServiceStandard]:
    """The cadences in force that speak of a tier which one of the customers has."""
    standards = cadences_in_force()
    if customer_ids is None:
        return standards
    standings = Standing.objects.unscoped("care plans are kept for every customer").current()
    held = set(standings.filter(customer__in=customer_ids).order_by().values_list("scheme_id", "tier").distinct())
    return [row for row in standards if any((row.scheme_id, tier) in held for tier in row.tiers)]


def _write_turns(cursor: Any, cycles: dict[str, list[PlannedCycle]]) -> None:
    cursor.execute(_CREATE.format(instant="timestamptz" if connection.vendor == "postgresql" else "datetime"))
    adapt = connection.ops
    rows = [
        (
            f"{rule} {cycle.key}",
            turn.place,
            adapt.adapt_datefield_value(turn.planned_on),
            adapt.adapt_datetimefield_value(turn.due_at),
        )
        for rule, planned in cycles.items()
        for cycle in planned
        for turn in cycle.turns
    ]
    cursor.executemany("INSERT INTO care_turn VALUES (%s, %s, %s, %s)", rows)


def _plan(
    cursor: Any,
    standard: ServiceStandard,
    versions: Sequence[int],
    cycle: PlannedCycle,
    *,
    now: datetime,
    customer_ids: Sequence[int] | None,
) -> int:
    tiers = {f"tier{number}": tier for number, tier in enumerate(standard.tiers)}
    statement = _PLAN.format(
        tiers=", ".join(f"%({name})s" for name in tiers),
        versions=_numbers(versions),
        only="" if customer_ids is None else f"AND c.id IN ({_numbers(customer_ids)})",
    )
    values = {
        "standard": standard.pk,
        "scheme": standard.scheme_id,
        "role": standard.owner_role,
        "cycle": cycle.key,
        "turns": f"{standard.rule} {cycle.key}",
        "places": cycle.places,
        "passed": cycle.passed,
        "left": cycle.left,
        "source": SOURCE,
        "now": connection.ops.adapt_datetimefield_value(now),
        "withdrawn": WITHDRAWN,
    }
    cursor.execute(statement, values | tiers)
    return int(cursor.rowcount)


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(str(int(value)) for value in values)
