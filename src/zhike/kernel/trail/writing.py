"""Writing the trail: every write leaves a line, in the transaction of the write itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import transaction

from zhike.kernel import bulk
from zhike.kernel.models import Activity, ActivityValues
from zhike.kernel.scope import Actor
from zhike.kernel.trail import chain
from zhike.kernel.trail.values import Changes, divided, plain

_COLUMNS: Final = (
    "id", "at", "actor", "verb", "kind", "object_id", "customer_id", "changes", "note", "mac",
)  # fmt: skip
_ROWS_AT_ONCE: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the trail before it is written; a `number` names its record until somebody has looked up the id."""

    at: datetime
    actor_id: int | None
    verb: str
    kind: str
    object_id: int
    customer_id: int | None = None
    changes: dict[str, Any]
    note: str = ""
    number: str = ""


@transaction.atomic(savepoint=False)
def record(
    *,
    verb: str,
    kind: str,
    object_id: int,
    actor: Actor | None,
    now: datetime,
    customer_id: int | None = None,
    changes: dict[str, list[Any]] | dict[str, Any] | None = None,
    note: str = "",
) -> Activity:
    """Write one line. `changes` maps a field to `[before, after]`; what is personal in it is masked and kept sealed.

    Whoever looks at the pages as somebody else is named as the one who did it, and as whom.
    """
    shown, whole = divided(kind, (changes or {}) | seen_as(actor))
    [number] = chain.take_numbers(1)
    activity = Activity(
        id=number,
        at=now,
        actor_id=doer_id(actor),
        verb=verb,
        kind=kind,
        object_id=object_id,
        customer_id=customer_id,
        changes=shown,
        note=plain(note),
    )
    activity.mac = chain.mac(getattr(activity, name) for name in chain.CONTENT)
    activity.save(force_insert=True)
    if whole:
        ActivityValues(activity_id=number, sealed=whole).save(force_insert=True)
    return activity


def record_many(
    rows: Iterable[tuple[int, int | None, Changes]], *, verb: str, kind: str, actor: Actor | None, now: datetime
) -> None:
    """Write one line for each `(object id, customer id, changes)`: what one action did to many records."""
    actor_id = doer_id(actor)
    write(
        Line(
            at=now,
            actor_id=actor_id,
            verb=verb,
            kind=kind,
            object_id=object_id,
            customer_id=customer_id,
            changes=changes,
        )
        for object_id, customer_id, changes in rows
    )


def write(lines: Iterable[Line]) -> None:
    """Write lines by the thousand."""
    waiting = iter(lines)
    while some := tuple(islice(waiting, _ROWS_AT_ONCE)):
        with transaction.atomic(savepoint=False):
            _write_some(some)


def _write_some(lines: tuple[Line, ...]) -> None:
    values: list[tuple[int, Changes]] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, line in zip(chain.take_numbers(len(lines)), lines, strict=True):
            shown, whole = divided(line.kind, line.changes)
            note = plain(line.note)
            content = (number, line.at, line.actor_id, line.verb, line.kind, line.object_id, line.customer_id)
            if whole:
                values.append((number, whole))
            yield (*content, json.dumps(shown), note, chain.mac((*content, shown, note)))

    bulk.insert_rows(Activity, _COLUMNS, list(rows()))
    if values:
        bulk.insert_rows(ActivityValues, ("activity", "sealed"), values)


def doer_id(actor: Actor | None) -> int | None:
    """The id of the person who really acts: whoever looks as somebody else stands behind that person (`seen_by`)."""
    person = getattr(actor, "seen_by", None) or actor
    return person.pk if person else None


def seen_as(actor: Actor | None) -> dict[str, Any]:
    """As whom somebody looks, for the changes of a line; nothing for those who act as themselves."""
    return {"seen_as": [None, str(actor)]} if getattr(actor, "seen_by", None) else {}


def differences(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """The fields of `after` whose value differs from `before`, as `{field: [before, after]}`."""
    return {field: [before.get(field), value] for field, value in after.items() if before.get(field) != value}
