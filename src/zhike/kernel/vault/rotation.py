"""New data keys, and everything sealed with the old ones sealed again, while others read and write.

Nothing has to be remembered between runs: a value names its key, so whoever comes later, also after a kill, finds what
is left. A value that somebody else writes in the same moment is left as he or she wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction

from zhike.kernel.vault.cipher import MARK
from zhike.kernel.vault.fields import Placed, Sealed, placed_fields
from zhike.kernel.vault.keys import INDEX, alone, new_key, ring, unwrap, wrap, wrapping_key
from zhike.kernel.vault.models import DataKey

AT_ONCE = 200
"""Values that are sealed again in one transaction: others wait no longer than that takes."""

Tell = Callable[[str, int], None]


@dataclass(frozen=True, kw_only=True)
class KeyStatus:
    """A key, and how many stored values it opens; None for a purpose whose values are not columns of their own."""

    key: DataKey
    values: int | None


def status() -> list[KeyStatus]:
    """Every key of the database. Counting reads the sealed columns whole."""
    columns = _columns()
    return [
        KeyStatus(key=key, values=_used(columns[key.purpose], key.pk) if key.purpose in columns else None)
        for key in DataKey.objects.order_by("purpose", "created_at", "pk")
    ]


def rotate(*, now: datetime, tell: Tell) -> int:
    """Seal everything with new keys, or carry on with a rotation that was interrupted; how many values were sealed.

    `tell` hears of each purpose and what it came to so far. Keys that nothing uses any more are retired.
    """
    columns = _columns()
    unfinished = DataKey.objects.filter(superseded_at__isnull=False, retired_at__isnull=True, purpose__in=columns)
    if not unfinished.exists():
        _supersede(now)
    done = 0
    for key in list(unfinished.order_by("purpose", "created_at")):
        for field in columns[key.purpose]:
            for count in _resealed(field, key.pk):
                done += count
                tell(key.purpose, done)
        if not _used(columns[key.purpose], key.pk):
            DataKey.objects.filter(pk=key.pk).update(retired_at=now)
    return done


def retire(purpose: str, *, now: datetime) -> int:
    """Retire the superseded keys of a purpose whose values are no columns of their own; how many keys went.

    The caller has sealed those values again.
    """
    superseded = DataKey.objects.filter(purpose=purpose, superseded_at__isnull=False, retired_at__isnull=True)
    return superseded.update(retired_at=now)


def rewrap(secret: str) -> int:
    """Wrap every key of the database with another master key, all or none; how many there are."""
    with alone():
        rows = list(DataKey.objects.select_for_update())
        for row in rows:
            row.wrapped = wrap(unwrap(row), row.purpose, wrapping_key(secret))
            row.save(update_fields=["wrapped"])
    return len(rows)


def _supersede(now: datetime) -> None:
    """Make a new key for every purpose, when nobody is in the middle of sealing."""
    with alone():
        for purpose in DataKey.objects.filter(superseded_at__isnull=True).values_list("purpose", flat=True):
            if purpose != INDEX:
                DataKey.objects.filter(purpose=purpose, superseded_at__isnull=True).update(superseded_at=now)
                new_key(purpose)


def _columns() -> dict[str, list[Placed]]:
    """Every sealed column, by purpose."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for model in apps.get_models():
        for field in placed_fields(model):
            found[field.purpose].append(field)
    return dict(found)


def _sealed_with(field: Placed, name: str) -> models.QuerySet[models.Model]:
    prefix = f"{MARK}{name}."
    column = connection.ops.quote_name(field.column)
    # The ORM refuses to look into sealed columns; which key a value names is no secret.
    rows: models.QuerySet[models.Model] = models.QuerySet(field.model).order_by("pk")
    return rows.extra(where=[f"substr({column}, 1, {len(prefix)}) = %s"], params=[prefix])  # noqa: S610


def _used(fields: list[Placed], name: str) -> int:
    return sum(_sealed_with(field, name).count() for field in fields)


def _resealed(field: Placed, name: str) -> Iterator[int]:
    """Seal a column again, some rows at a time; how many each time."""
    meta = field.model._meta
    names = (meta.db_table, field.column, str(meta.pk.column))
    table, column, pk_column = (connection.ops.quote_name(name) for name in names)
    update = f"UPDATE {table} SET {column} = %s WHERE {pk_column} = %s AND {column} = %s"
    rows = _sealed_with(field, name)
    last = None
    while True:
        beyond = rows if last is None else rows.filter(pk__gt=last)
        found = list(beyond.values_list("pk", field.attname, *field.identity)[:AT_ONCE])
        if not found:
            return
        last = found[-1][0]
        with transaction.atomic(), connection.cursor() as cursor:
            for pk, value, *identity in found:
                text = value.text if isinstance(value, Sealed) else value
                place = field.place(identity)
                plain = ring.opening(field.purpose, text).open(text, place)
                cursor.execute(update, [ring.sealing(field.purpose).seal(plain, place), pk, text])
        yield len(found)
