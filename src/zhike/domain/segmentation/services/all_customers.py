"""The evaluation of all customers, written in whole sets: only what changed, a hundred thousand rows a transaction.

Each transaction is short, so nobody else waits long; a night that dies between two of them is finished by the next,
because what is already written is no longer a change.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhike.domain.segmentation.models import SchemeVersion
from zhike.domain.segmentation.rules import Breakpoints
from zhike.kernel import trail
from zhike.kernel.errors import Conflict
from zhike.kernel.retrying import retried
from zhike.kernel.scope import Actor
from zhike.warehouse import staging

ROWS_A_TRANSACTION: Final = 100_000
STAGED: Final = "segmentation_staged"

MATCHED: Final = "segmentation_matched"

# A table of its own, narrow: writing these into the staged rows would write every row's figures a second time.
_MATCH: Final = f"""
INSERT INTO {MATCHED}
SELECT t.customer_id, s.id, COALESCE(s.tier, ''), CASE WHEN s.tier = t.tier THEN 0 ELSE 1 END,
    CASE WHEN s.tier <> t.tier AND s.started_on < %(as_of)s THEN 1 ELSE 0 END
FROM {STAGED} t
LEFT JOIN segmentation_standing s
    ON s.customer_id = t.customer_id AND s.scheme_id = %(scheme)s AND s.ended_on IS NULL
"""
_END: Final = f"""
UPDATE segmentation_standing SET ended_on = %(as_of)s
WHERE id IN (SELECT standing_id FROM {MATCHED} WHERE is_period = 1)
"""
# Names the tier apart from the rest: SQLite writes an index anew for every row whose column is named, changed or not.
_CORRECT: Final = f"""
UPDATE segmentation_standing SET tier = t.tier, previous_tier = m.previous_tier
FROM {MATCHED} m JOIN {STAGED} t ON t.customer_id = m.customer_id
WHERE segmentation_standing.id = m.standing_id AND m.is_move = 1 AND m.is_period = 0
"""
_UPDATE: Final = f"""
UPDATE segmentation_standing SET version_id = %(version)s, recency_score = t.recency_score,
    frequency_score = t.frequency_score, monetary_score = t.monetary_score, total_score = t.total_score,
    figures = t.figures, override_id = t.override_id, evaluated_on = %(as_of)s
FROM {MATCHED} m JOIN {STAGED} t ON t.customer_id = m.customer_id
WHERE segmentation_standing.id = m.standing_id AND m.is_period = 0
"""
_BEGIN: Final = f"""
INSERT INTO segmentation_standing (customer_id, scheme_id, version_id, tier, previous_tier, recency_score,
    frequency_score, monetary_score, total_score, figures, evaluated_on, started_on, override_id)
SELECT t.customer_id, %(scheme)s, %(version)s, t.tier, m.previous_tier, t.recency_score,
    t.frequency_score, t.monetary_score, t.total_score, t.figures, %(as_of)s, %(as_of)s, t.override_id
FROM {MATCHED} m JOIN {STAGED} t ON t.customer_id = m.customer_id
JOIN customers_customer c ON c.id = t.customer_id
WHERE m.standing_id IS NULL OR m.is_period = 1
ORDER BY t.customer_id
ON CONFLICT DO NOTHING
"""


def write_changes(*, version_id: int, file: Path, as_of: date) -> int:
    """Write the changed rows of a file (as `flows.evaluation.evaluate` makes it); returns how many tiers began.

    A tier that changes ends its period on `as_of` and begins the next; one that changes again within a day, or for an
    earlier day than it began on, is set right in place. Raises Conflict where the version is no longer in force.
    """
    return sum(
        retried(partial(_write_batch, lines, version_id=version_id, as_of=as_of))
        for lines in staging.batches(file, size=ROWS_A_TRANSACTION)
    )


@transaction.atomic
def _write_batch(lines: list[str], *, version_id: int, as_of: date) -> int:
    version = SchemeVersion.objects.select_for_update(no_key=True).get(pk=version_id)
    if version.ended_at is not None:
        raise Conflict(_("The scheme was changed while it was being evaluated; evaluate it again."))
    staging.load(connection, STAGED, _columns(), lines)
    words: dict[str, str | int] = {"as_of": as_of.isoformat(), "scheme": version.scheme.pk, "version": version.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {MATCHED} (customer_id bigint, standing_id bigint, previous_tier varchar(40),"
            " is_move integer, is_period integer)"
        )
        for statement in (_MATCH, _END, _CORRECT, _UPDATE, _BEGIN):
            cursor.execute(statement, words)
        cursor.execute(f"SELECT count(*) FROM {MATCHED} WHERE is_move = 1")
        moved: int = cursor.fetchone()[0]
        cursor.execute(f"DROP TABLE {MATCHED}")
        cursor.execute(f"DROP TABLE {STAGED}")
    return moved


def _columns() -> dict[str, str]:
    return {
        "customer_id": "integer PRIMARY KEY" if connection.vendor == "sqlite" else "bigint PRIMARY KEY",
        "tier": "varchar(40)",
        "recency_score": "smallint",
        "frequency_score": "smallint",
        "monetary_score": "smallint",
        "total_score": "double precision",
        "figures": "text" if connection.vendor == "sqlite" else "jsonb",
        "override_id": "bigint",
    }


@transaction.atomic
def finish_evaluation(
    *, version_id: int, breakpoints: dict[str, Any], as_of: date, moved: int, actor: Actor | None, now: datetime
) -> None:
    """Keep the breakpoints of an evaluation whose changes are all written, for whoever is evaluated at once by day."""
    version = SchemeVersion.objects.select_for_update(no_key=True).get(pk=version_id)
    version.breakpoints = Breakpoints.from_data(breakpoints).to_data()
    version.evaluated_on = as_of
    version.save(update_fields=["breakpoints", "evaluated_on"])
    trail.record(
        verb="evaluated",
        kind="scheme",
        object_id=version.scheme_id,
        actor=actor,
        now=now,
        changes={"as_of": as_of.isoformat(), "moved": moved},
    )
