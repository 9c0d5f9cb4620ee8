"""Taking back what a batch did to the records of one model: made ones go, changed ones become what they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from zhike.domain.imports.models import RecordChange
from zhike.domain.imports.rules.changes import Applied
from zhike.kernel.scope import ScopedQuerySet

Undo = RecordChange.Undo


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What taking back has to know of a model.

    `parts` are the tables, with their column for the record, that go with it; `derived` those of what the system itself
    found out, whose rows go with it where the condition holds, and hold it elsewhere. `put_back` restores what is
    `special`, no plain field: given the record, the name, the value before and the one after, False where it was
    changed since. `freshen` is called before a restored record is stored, and names the further fields it has set.
    `is_touched` says whether somebody has worked with a made record, where its time of last change does not.
    """

    model: type[models.Model]
    parts: tuple[tuple[type[models.Model], str], ...] = ()
    derived: tuple[tuple[type[models.Model], str, models.Q], ...] = ()
    put_back: Callable[[Any, str, Any, Any], bool] | None = None
    special: frozenset[str] = field(default_factory=frozenset)
    freshen: Callable[[Any, datetime], Sequence[str]] | None = None
    is_touched: Callable[[Any], bool] | None = None


WHY = "undo takes back what the batch wrote, whoever may see it now"


@transaction.atomic
def take_back(keeping: Keeping, applied: Sequence[Applied], *, now: datetime) -> dict[int, str]:
    """Take the changes back; says of each record, by id, what came of it (`RecordChange.Undo`)."""
    rows = _rows(keeping.model).filter(pk__in=[each.object_id for each in applied]).select_for_update().in_bulk()
    made = {each.object_id: each for each in applied if each.before is None}
    outcomes = {each.object_id: str(Undo.DONE) for each in applied}
    untouched = []
    for pk, each in made.items():
        record = rows.get(pk)
        if record is not None and _is_touched(keeping, record, each):
            outcomes[pk] = Undo.CHANGED_SINCE
        elif record is not None:
            untouched.append(pk)
    needed = _needed(keeping, untouched)
    outcomes |= dict.fromkeys(needed, str(Undo.NEEDED))
    _delete(keeping, [pk for pk in untouched if pk not in needed])
    for each in applied:
        if each.before is not None:
            record = rows.get(each.object_id)
            is_whole = record is not None and _restore(keeping, record, each, now)
            outcomes[each.object_id] = Undo.DONE if is_whole else Undo.CHANGED_SINCE
    return outcomes


def _rows(model: Any) -> models.QuerySet[Any]:
    """Every row of a table, whether or not it asks for whom."""
    rows: models.QuerySet[Any] = model.objects.all()
    return rows.unscoped("a batch is taken back as a whole") if isinstance(rows, ScopedQuerySet) else rows


def _is_touched(keeping: Keeping, record: Any, each: Applied) -> bool:
    if keeping.is_touched is not None:
        return keeping.is_touched(record)
    return bool(getattr(record, "changed_at", each.at) != each.at)


def _needed(keeping: Keeping, ids: list[int]) -> set[int]:
    """Those of the records that rows of other tables point to."""
    needed: set[int] = set()
    parts = {part for part, _column in keeping.parts}
    derived = {model: condition for model, _column, condition in keeping.derived}
    for relation in keeping.model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in parts or not ids:
            continue
        column = relation.field.attname
        rows = _rows(relation.related_model).filter(**{f"{column}__in": ids})
        if relation.related_model in derived:
            rows = rows.exclude(derived[relation.related_model])
        needed.update(rows.values_list(column, flat=True).distinct())
    return needed


def _delete(keeping: Keeping, ids: list[int]) -> None:
    if not ids:
        return
    for part, column in keeping.parts:
        _rows(part).filter(**{f"{column}__in": ids}).delete()
    for model, column, condition in keeping.derived:
        _rows(model).filter(condition, **{f"{column}__in": ids}).delete()
    _rows(keeping.model).filter(pk__in=ids).delete()


def _restore(keeping: Keeping, record: Any, each: Applied, now: datetime) -> bool:
    """Put every field back that still holds what the batch wrote; whether that was all of them."""
    restored: list[str] = []
    is_whole = True
    before, after = each.before or {}, each.after or {}
    for name, former in before.items():
        if name in keeping.special:
            assert keeping.put_back is not None
            is_whole = keeping.put_back(record, name, former, after.get(name)) and is_whole
            continue
        column = record._meta.get_field(name)
        if getattr(record, column.attname) == _value(column, after.get(name)):
            setattr(record, column.attname, _value(column, former))
            restored.append(name)
        else:
            is_whole = False
    further = keeping.freshen(record, now) if keeping.freshen else ()
    record.save(update_fields=[*restored, *further])
    return is_whole


def _value(column: Any, value: Any) -> Any:
    return (column.target_field if isinstance(column, models.ForeignKey) else column).to_python(value)
