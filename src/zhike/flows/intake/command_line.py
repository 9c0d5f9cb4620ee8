"""An import from the command line: the same command after a kill carries on, a dry run leaves nothing behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from zhike.domain.imports import services
from zhike.domain.imports.models import Batch
from zhike.domain.imports.queries import interrupted
from zhike.flows.intake.arrival import Look, digest_of, file_chunks, forget, look, refuse_alike, refuse_missing, take_in
from zhike.flows.intake.work import run
from zhike.gateways.spreadsheets.limits import COMMAND_LINE
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the command line asks for; `columns` are those named by hand (field → heading)."""

    kind: str
    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    creates_missing: bool = False
    is_dry_run: bool = False

    @property
    def name(self) -> str:
        """What the file is called; bytes that are no text are shown as marks."""
        return os.fsencode(self.path.name).decode(errors="replace")


@contextmanager
def take_file(
    request: Request, *, actor: Actor, clock: Callable[[], datetime], tell: Callable[[Batch], None]
) -> Iterator[Batch]:
    """Take the file in, or carry on where a killed run of the same request stopped; gives the finished batch.

    Raises Refused where nothing of it can be taken in.
    """
    seen = look(
        request.path,
        kind=request.kind,
        name=request.name,
        sheet=request.sheet,
        chosen=request.columns,
        limits=COMMAND_LINE,
    )
    refuse_alike(request.kind, seen.mapping, seen.headings)
    refuse_missing(request.kind, seen.mapping, seen.headings)
    batch = _unfinished(request, seen) or _open(request, seen, actor, clock)
    try:
        done = run(batch, clock=clock, tell=tell)
    except Refused:
        batch.refresh_from_db()
        if batch.status == Batch.Status.FAILED and not batch.record_changes.exists():
            forget(batch)
        raise
    try:
        yield done
    finally:
        if request.is_dry_run:
            forget(batch)


def _unfinished(request: Request, seen: Look) -> Batch | None:
    return interrupted(
        kind=request.kind,
        digest=digest_of(request.path),
        sheet=seen.sheet,
        mapping=seen.mapping,
        creates_missing=request.creates_missing,
        is_dry_run=request.is_dry_run,
    )


def _open(request: Request, seen: Look, actor: Actor, clock: Callable[[], datetime]) -> Batch:
    batch = take_in(
        file_chunks(request.path),
        kind=request.kind,
        name=request.name,
        actor=actor,
        now=clock(),
        seen=seen,
        creates_missing=request.creates_missing,
    )
    return services.queue(batch=batch, is_dry_run=request.is_dry_run, actor=actor, now=clock())
