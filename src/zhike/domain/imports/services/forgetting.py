"""What imports keep of a person is forgotten: the values before and after, and the cells that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from django.db.models import QuerySet

from zhike.domain.imports.models import Batch, RecordChange, RowProblem
from zhike.kernel.traces import Traces, blot_rows

_SHOWN = ("samples", "preview")
_NAMES = ("file_name", "sheet", "failure")
_WHY = "the approved erasure of a person"
RecordIds: TypeAlias = QuerySet[Any, Any] | Sequence[int]


def batches_that_touched(records: Iterable[tuple[str, RecordIds]]) -> set[int]:
    """Ids of the batches that made or changed any of the records, given by kind and ids."""
    found: set[int] = set()
    for kind, ids in records:
        rows = RecordChange.objects.filter(kind=kind, object_id__in=ids)
        found.update(rows.values_list("batch_id", flat=True).distinct())
    return found


def forget_records(*, kind: str, ids: RecordIds) -> int:
    """Forget what batches did to these records: it can no longer be taken back. Returns how many rows went."""
    return RecordChange.objects.filter(kind=kind, object_id__in=ids).delete()[0]


def batches_that_say(traces: Traces) -> set[int]:
    """Ids of the batches in whose names, first rows or refused cells somebody can be found."""
    problems = RowProblem.objects.iterator(chunk_size=2_000)
    found = {each.batch_id for each in problems if traces.are_in([each.value, each.parameters])}
    for batch in Batch.objects.unscoped(_WHY).exclude(pk__in=found).iterator(chunk_size=500):
        if traces.are_in([*(getattr(batch, name) for name in _NAMES), batch.outline]):
            found.add(batch.pk)
    return found


def forget_cells(*, batches: Iterable[int], traces: Traces) -> int:
    """Empty what is shown of a file, cells that were refused, and values before and after, where they have a trace.

    Names of files and sheets are blotted.

    Returns how many were touched.
    """
    touched = 0
    known = list(batches)
    blot_rows(Batch.objects.unscoped(_WHY).filter(pk__in=known), _NAMES, traces)
    for batch in Batch.objects.unscoped(_WHY).filter(pk__in=known):
        shown = {name: rows for name, rows in batch.outline.items() if name not in _SHOWN or not traces.are_in(rows)}
        if shown != batch.outline:
            batch.outline = shown | {name: [] for name in _SHOWN}
            batch.save(update_fields=["outline"])
            touched += 1
    for problem in RowProblem.objects.filter(batch_id__in=known).iterator(chunk_size=500):
        if traces.are_in(problem.value) or traces.are_in(problem.parameters):
            problem.value, problem.parameters = "", {}
            problem.save(update_fields=["value", "parameters"])
            touched += 1
    for change in RecordChange.objects.filter(batch_id__in=known).iterator(chunk_size=500):
        if traces.are_in(change.before) or traces.are_in(change.after):
            change.delete()
            touched += 1
    return touched


def finished_batches(ids: Iterable[int]) -> list[Batch]:
    """Those of the batches that no worker has anything to do with."""
    rows = Batch.objects.unscoped(_WHY).filter(pk__in=list(ids))
    return list(rows.exclude(status__in=Batch.AT_WORK))
