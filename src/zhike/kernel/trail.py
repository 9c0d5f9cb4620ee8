"""The trail: every write leaves one row, in the transaction of the write itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeAlias

from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor

Changes: TypeAlias = dict[str, list[Any]]
"""What differs, as `{field: [before, after]}`."""


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
    """Write one row. `changes` maps a field to `[before, after]`; dates and decimals are stored as text."""
    return Activity.objects.create(
        at=now,
        actor_id=actor.pk if actor else None,
        verb=verb,
        kind=kind,
        object_id=object_id,
        customer_id=customer_id,
        changes={field: _plain(value) for field, value in (changes or {}).items()},
        note=note,
    )


def record_many(
    rows: Iterable[tuple[int, int | None, Changes]], *, verb: str, kind: str, actor: Actor | None, now: datetime
) -> None:
    """Write one row for each `(object id, customer id, changes)`: what one action did to many records."""
    Activity.objects.bulk_create(
        [
            Activity(
                at=now,
                actor_id=actor.pk if actor else None,
                verb=verb,
                kind=kind,
                object_id=object_id,
                customer_id=customer_id,
                changes={field: _plain(value) for field, value in changes.items()},
            )
            for object_id, customer_id, changes in rows
        ],
        batch_size=500,
    )


def differences(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """The fields of `after` whose value differs from `before`, as `{field: [before, after]}`."""
    return {field: [before.get(field), value] for field, value in after.items() if before.get(field) != value}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str | dict):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
