"""The staged rows become records: group by group, a chunk and its effects, problems and position in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import transaction

from zhike.domain.commitments.services.moving import pass_on
from zhike.domain.customers.services import upsert_contacts, upsert_customers
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch, Kind
from zhike.domain.imports.rules.changes import Upserted
from zhike.domain.imports.rules.fields import FORMS, AnyRow
from zhike.domain.imports.rules.packing import Packing
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.imports.rules.showing import shown
from zhike.domain.imports.services.effects import ProblemValues
from zhike.domain.interactions.services import upsert_interactions
from zhike.flows.intake.acting import importer
from zhike.gateways.stage import Group, Line, Stage
from zhike.kernel.retrying import retried
from zhike.kernel.scope import Actor

CHUNK_ROWS = 10_000


@dataclass(slots=True)
class Applied:
    """What a chunk came to."""

    upserted: Upserted = field(default_factory=Upserted)
    failed: int = 0
    problems: list[ProblemValues] = field(default_factory=list)
    shared_numbers: int = 0


class Upsert(Protocol):
    """A service that takes the rows of a file in."""

    def __call__(self, rows: Sequence[Any], /, *, actor: Actor, now: datetime) -> Upserted: ...


def _take_customers(rows: Sequence[Any], /, *, actor: Actor, now: datetime) -> Upserted:
    """Customers are made and changed; what their former owners still owe them goes along with those handed over."""
    upserted = upsert_customers(rows, actor=actor, now=now)
    handed = ((each.object_id, each.before or {}, each.after or {}) for each in upserted.changes)
    owners = {pk: (before.get("owner"), after.get("owner")) for pk, before, after in handed if "owner" in before}
    heirs = {pk: (former, heir) for pk, (former, heir) in owners.items() if former and heir}
    pass_on(heirs=heirs, actor=actor, now=now)
    return upserted


_SERVICES: dict[str, Upsert] = {
    Kind.CUSTOMERS: _take_customers,
    Kind.CONTACTS: upsert_contacts,
    Kind.INTERACTIONS: upsert_interactions,
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some groups of staged rows, and what is needed to take them in."""

    batch: Batch
    stage: Stage
    packing: Packing
    groups: list[Group]
    actor: Actor
    now: datetime

    @property
    def rows(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    def unpack(self, line: Line) -> Any:
        """The row as it was read: the tuple of the batch's kind. The line must have been readable."""
        assert line.values is not None
        return self.packing.unpack(line.values)

    def own_problems(self, lines: Sequence[Line]) -> list[ProblemValues]:
        """What was wrong with those of the lines that could not be read."""
        unread = [line.row for line in lines if line.values is None]
        return self.stage.problems(unread) if unread else []

    def problem(self, row: int, name: str, value: str | None, problem: Problem) -> ProblemValues:
        """A problem that showed only among the records; `name` is the field."""
        parameters = json.dumps(dict(problem.parameters), ensure_ascii=False)
        return row, self.batch.mapping.get(name, ""), value or "", problem.code, parameters


def apply(
    stage: Stage,
    batch: Batch,
    *,
    take: Callable[[Chunk], Applied],
    clock: Callable[[], datetime],
    tell: Callable[[Batch], None],
) -> None:
    """Take in what lies behind the batch's position. A check does the same and takes each chunk's records back.

    Raises Denied, with the chunks before it written, where its maker may not import any more.
    """
    packing = Packing(batch.kind)
    for groups in _chunks(stage.groups(batch.position)):
        retried(partial(_take_in, batch, stage, packing, groups, take, clock()))
        batch.refresh_from_db(fields=Batch.COUNTS)
        tell(batch)


@transaction.atomic
def _take_in(
    batch: Batch, stage: Stage, packing: Packing, groups: list[Group], take: Callable[[Chunk], Applied], now: datetime
) -> None:
    """One chunk, with the rights that the batch's maker has at this moment."""
    _write(Chunk(batch, stage, packing, groups, importer(batch, now=now), now), take)


def _write(chunk: Chunk, take: Callable[[Chunk], Applied]) -> None:
    batch = chunk.batch
    with transaction.atomic():
        applied = take(chunk)
        if batch.is_dry_run:
            transaction.set_rollback(True)
        else:
            services.keep_changes(batch=batch, changes=applied.upserted.changes, now=chunk.now)
            _move_on(chunk, applied)
    if batch.is_dry_run:
        with transaction.atomic():
            _move_on(chunk, applied)


def _move_on(chunk: Chunk, applied: Applied) -> None:
    services.keep_problems(batch=chunk.batch, problems=applied.problems)
    services.move_on(
        batch=chunk.batch,
        progress=services.Progress(
            rows=chunk.rows,
            created=applied.upserted.created,
            updated=applied.upserted.updated,
            unchanged=applied.upserted.unchanged,
            failed=applied.failed,
            shared_numbers=applied.shared_numbers,
        ),
    )


def _chunks(groups: Iterator[Group]) -> Iterator[list[Group]]:
    chunk: list[Group] = []
    rows = 0
    for group in groups:
        if chunk and rows + len(group.lines) > CHUNK_ROWS:
            yield chunk
            chunk, rows = [], 0
        chunk.append(group)
        rows += len(group.lines)
    if chunk:
        yield chunk


def take_rows(chunk: Chunk) -> Applied:
    """Customers, contacts or interactions: the rows of a group are one record, later ones completing earlier ones."""
    applied = Applied()
    rows: list[AnyRow] = []
    lines_of: list[list[Line]] = []
    for group in chunk.groups:
        readable = [line for line in group.lines if line.values is not None]
        applied.failed += len(group.lines) - len(readable)
        if readable:
            rows.append(_merged([chunk.unpack(line) for line in readable]))
            lines_of.append(readable)
    applied.problems += chunk.own_problems([line for group in chunk.groups for line in group.lines])
    applied.upserted = _SERVICES[chunk.batch.kind](rows, actor=chunk.actor, now=chunk.now)
    for index, (name, problem) in applied.upserted.refused.items():
        applied.failed += len(lines_of[index])
        value = getattr(rows[index], name, None)
        said = shown(FORMS[chunk.batch.kind].field(name), value) if value is not None else ""
        applied.problems += [chunk.problem(line.row, name, said, problem) for line in lines_of[index]]
    for index, (name, problem) in applied.upserted.notices.items():
        said = getattr(rows[index], name)
        applied.problems.append(chunk.problem(lines_of[index][-1].row, name, said, problem))
    return applied


def _merged(rows: list[Any]) -> Any:
    if len(rows) == 1:
        return rows[0]
    later_first = list(reversed(rows))
    values = ((value for value in column if value is not None) for column in zip(*later_first, strict=True))
    return type(rows[0])(*(next(column, None) for column in values))
