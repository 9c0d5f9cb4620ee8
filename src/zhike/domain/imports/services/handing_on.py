"""Batches that changed the same records, taken back in any order: what the others bring back stays right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from zhike.domain.imports.models import RecordChange

Touches: TypeAlias = Mapping[int, Sequence[datetime]]
"""When somebody changed a record, by its id; what batches did to it is not counted."""


@transaction.atomic
def hand_down(changes: Sequence[RecordChange], *, touches: Touches, now: datetime) -> None:
    """Let the next batch that changed these records bring back what was before this one, which is taken back already.

    The records stayed because that batch has changed them since. A record that this one made is the next one's to take
    away, where nobody changed it between the two; of a changed one, the fields that the next found as this one left
    them, and the record counts as left alone `now` since the last.
    """
    later = _open_beside(changes)
    for each in changes:
        following = [row for row in later.get(each.object_id, []) if row.pk > each.pk and row.before is not None]
        if each.before is not None:
            _hand_values(each, following)
            if following and not _is_touched(following[-1], now, touches):
                following[-1].at = now
                following[-1].save(update_fields=["at"])
        elif following and not _is_touched(each, following[0].at, touches):
            following[0].before = following[0].after = None
            following[0].save(update_fields=["before", "after"])


@transaction.atomic
def hand_back(changes: Sequence[RecordChange], *, touches: Touches, now: datetime) -> None:
    """Let records that became what they were `now` count as left alone since the batch before, if they were."""
    earlier = _open_beside(changes)
    for each in changes:
        former = [row for row in earlier.get(each.object_id, []) if row.pk < each.pk]
        if former and not _is_touched(former[-1], now, touches):
            former[-1].at = now
            former[-1].save(update_fields=["at"])


def _hand_values(change: RecordChange, following: Sequence[RecordChange]) -> None:
    left = dict(change.before or {})
    for row in following:
        former = row.before or {}
        found = left.keys() & former.keys()
        own = {name: left.pop(name) for name in found}
        own = {name: value for name, value in own.items() if former[name] == (change.after or {}).get(name)}
        if own:
            row.before = former | own
            row.save(update_fields=["before"])


def _open_beside(changes: Sequence[RecordChange]) -> dict[int, list[RecordChange]]:
    """What other batches did to the same records and have not taken back, in their order."""
    rows = RecordChange.objects.filter(kind=changes[0].kind, undo=RecordChange.Undo.NOT_TRIED)
    rows = rows.filter(object_id__in=[each.object_id for each in changes]).exclude(batch=changes[0].batch_id)
    found: dict[int, list[RecordChange]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.object_id, []).append(row)
    return found


def _is_touched(change: RecordChange, until: datetime, touches: Touches) -> bool:
    return any(change.at < moment < until for moment in touches.get(change.object_id, ()))
