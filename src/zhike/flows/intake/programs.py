"""An import from a program: one request brings the file and says how it is read; the worker does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from zhike.domain.imports import services
from zhike.domain.imports.models import Batch
from zhike.flows.intake.arrival import file_chunks, look, refuse_alike, refuse_missing, take_in
from zhike.gateways.spreadsheets.limits import BROWSER
from zhike.kernel.scope import Actor


def queue_file(
    path: Path,
    *,
    kind: str,
    name: str,
    columns: Mapping[str, str],
    sheet: str,
    creates_missing: bool,
    is_dry_run: bool,
    actor: Actor,
    now: datetime,
) -> Batch:
    """Keep a file and queue it, its columns as given (field → heading) and guessed around them.

    Raises Denied, and Refused where nothing of it can be taken in; nothing is kept then.
    """
    seen = look(path, kind=kind, name=name, sheet=sheet, chosen=columns, limits=BROWSER)
    refuse_alike(kind, seen.mapping, seen.headings)
    refuse_missing(kind, seen.mapping, seen.headings)
    batch = take_in(
        file_chunks(path), kind=kind, name=name, actor=actor, now=now, seen=seen, creates_missing=creates_missing
    )
    return services.queue(batch=batch, is_dry_run=is_dry_run, actor=actor, now=now)
