"""Taking back what a batch did to the records of one model: made ones go, changed ones become what they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from zhike.domain.imports.models import RecordChange
from zhike.domain.imports.rules.changes import Applied
from zhike.kernel import trail
from zhike.kernel.scope import Actor, ScopedQuerySet

Undo = RecordChange.Undo


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What taking back has to know of a model.

    `parts` are the tables, with their column for the record, that go with it; `derived` those of what the system itself
    found out, whose rows go with it where the condition holds, and hold it elsewhere. `put_back` restores what is
    `special`, no plain field: given the record, the name, the value before and the one after, False where it was
    changed since. `freshen` is called before a restored record is stored, and names the further fields it has set.
    `is_touched` says whether somebody has worked with a made record, where its time of last change does not.
    `kind` is what the trail calls the record (nothing: it leaves no lines); `told` turns what was put back, or the
    name of what is gone, into what the line says. `own` are the records that the actor may take back although the right
    to change them does not reach.
    """

    model: type[models.Model]
    kind: str = ""
    told: Callable[[Any, trail.Changes], trail.Changes] | None = None
    own: models.Q = field(default_factory=lambda: models.Q(pk__in=[]))
    parts: tuple[tuple[type[models.Model], str], ...] = ()
    derived: tuple[tuple[type[models.Model], str, models.Q], ...] = ()
    put_back: Callable[[Any, str, Any, Any], bool] | None = None
    special: frozenset[str] = field(default_factory=frozenset)
    freshen: Callable[[Any, datetime], Sequence[str]] | None = None
    is_touched: Callable[[Any], bool] | None = None


@transaction.atomic
def take_back(keeping: Keeping, applied: Sequence[Applied], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Take the changes back; says of each record, by id, what came of it (`RecordChange.Undo`).

    What the actor may not change stays. Every record that becomes what it was leaves a line, and one that goes where
    its making left one.
    """
    rows = _rows(keeping.model).filter(pk__in=[each.object_id for each in applied]).select_for_update().in_bulk()
    beyond = rows.keys() - _reached(keeping, list(rows), actor)
    return dict.fromkeys(beyond, str(Undo.OUT_OF_REACH)) | _take_back(
        keeping, [each for each in applied if each.object_id not in beyond], rows, actor=actor, now=now
    )


def _reached(keeping: Keeping, ids: list[int], actor: Actor) -> set[int]:
    """Those of the records that the actor may change; where nobody in particular owns them, all."""
    rows = keeping.model.objects.all()  # type: ignore[attr-defined]
    if not isinstance(rows, ScopedQuerySet):
        return set(ids)
    found = rows.for_user(actor, "edit").filter(pk__in=ids).values_list("pk", flat=True)
    own = _rows(keeping.model).filter(keeping.own, pk__in=ids).values_list("pk", flat=True)
    return {*found, *own}


def _take_back(
    keeping: Keeping, applied: Sequence[Applied], rows: Mapping[int, Any], *, actor: Actor, now: datetime
) -> dict[int, str]:
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
    gone = [pk for pk in untouched if pk not in needed]
    _delete(keeping, gone)
    lines = [(rows[pk], {"name": [rows[pk].name, None]}) for pk in gone if hasattr(rows[pk], "name")]
    for each in applied:
        if each.before is not None:
            record = rows.get(each.object_id)
            restored: trail.Changes = {}
            is_whole = record is not None and _restore(keeping, record, each, restored, now)
            outcomes[each.object_id] = Undo.DONE if is_whole else Undo.CHANGED_SINCE
            lines += [(record, restored)] if restored else []
    _record(keeping, lines, actor=actor, now=now)
    return outcomes


def _record(keeping: Keeping, lines: Sequence[tuple[Any, trail.Changes]], *, actor: Actor, now: datetime) -> None:
    """Leave a line for each record: what it was like, and what it is like again."""
    if not keeping.kind:
        return
    trail.record_many(
        [
            (
                record.pk,
                getattr(record, "customer_id", record.pk),
                keeping.told(record, changes) if keeping.told else changes,
            )
            for record, changes in lines
        ],
        verb="undone",
        kind=keeping.kind,
        actor=actor,
        now=now,
    )


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


def _restore(keeping: Keeping, record: Any, each: Applied, told: trail.Changes, now: datetime) -> bool:
    """Put every field back that still holds what the batch wrote, which is `told`; whether that was all of them."""
    restored: list[str] = []
    is_whole = True
    before, after = each.before or {}, each.after or {}
    for name, former in before.items():
        if name in keeping.special:
            assert keeping.put_back is not None
            if keeping.put_back(record, name, former, after.get(name)):
                told[name] = [after.get(name), former]
            else:
                is_whole = False
            continue
        column = record._meta.get_field(name)
        if getattr(record, column.attname) == _value(column, after.get(name)):
            setattr(record, column.attname, _value(column, former))
            restored.append(name)
            told[name] = [after.get(name), former]
        else:
            is_whole = False
    further = keeping.freshen(record, now) if keeping.freshen else ()
    record.save(update_fields=[*restored, *further])
    return is_whole


def _value(column: Any, value: Any) -> Any:
    return (column.target_field if isinstance(column, models.ForeignKey) else column).to_python(value)
