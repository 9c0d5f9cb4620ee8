"""What a batch leaves behind: the changes that undo reads, and the problems that the errors workbook shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from zhike.domain.imports.models import Batch, RecordChange, RowProblem
from zhike.domain.imports.rules.changes import Change
from zhike.kernel.bulk import insert_rows

_SHOWN = 200

#: Row, heading, value, code, and the parameters as JSON.
ProblemValues = tuple[int, str, str, str, str]


@transaction.atomic
def keep_changes(*, batch: Batch, changes: Sequence[Change], now: datetime) -> None:
    """Remember what was made and changed. A record that the batch changes again keeps what it was before the batch."""
    again = _known(batch, [change for change in changes if change.before is not None])
    for change in changes:
        known = again.get((change.kind, change.object_id))
        if known is not None:
            known.at = now
            if known.before is not None:
                known.before = _plain(change.before) | known.before
                known.after = (known.after or {}) | _plain(change.after)
            known.save(update_fields=["before", "after", "at"])
    insert_rows(
        RecordChange,
        ("batch", "kind", "object_id", "before", "after", "at", "undo"),
        (
            (batch.pk, change.kind, change.object_id, _json(change.before), _json(change.after), now, "")
            for change in changes
            if (change.kind, change.object_id) not in again
        ),
    )


def _known(batch: Batch, changes: Sequence[Change]) -> dict[tuple[str, int], RecordChange]:
    if not changes:
        return {}
    rows = batch.record_changes.filter(object_id__in=[change.object_id for change in changes])
    wanted = {(change.kind, change.object_id) for change in changes}
    return {(row.kind, row.object_id): row for row in rows if (row.kind, row.object_id) in wanted}


@transaction.atomic
def keep_problems(*, batch: Batch, problems: Iterable[ProblemValues]) -> None:
    """Remember what was wrong with which cell."""
    insert_rows(
        RowProblem,
        ("batch", "row", "heading", "value", "code", "parameters"),
        (
            (batch.pk, row, heading[:_SHOWN], value[:_SHOWN], code, parameters)
            for row, heading, value, code, parameters in problems
        ),
    )


def _json(values: dict[str, object] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False, default=str)


def _plain(values: dict[str, object] | None) -> dict[str, object]:
    plain: dict[str, object] = json.loads(_json(values or {}) or "{}")
    return plain
