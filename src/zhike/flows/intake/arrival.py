"""A file arrives: it is looked at, kept, and its columns are matched with the fields that they probably fill."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhike.domain.imports import services
from zhike.domain.imports.models import Batch
from zhike.domain.imports.queries import refuse_others, sentence, torn_batches
from zhike.domain.imports.rules import headings
from zhike.domain.imports.rules.fields import FORMS
from zhike.domain.imports.rules.texts import text_of
from zhike.flows.intake.folders import make_folder, remove_folder, stored_file
from zhike.gateways.spreadsheets.limits import BROWSER, COMMAND_LINE, Limits
from zhike.gateways.spreadsheets.tables import Table, open_table
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.scope import Actor
from zhike.kernel.vault.files import in_the_clear, write_sealed

SAMPLED_ROWS = 20
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a file shows before it is read.

    Its sheets and the one chosen, its columns, its first rows, about how many there are, and field → probable heading.
    """

    sheets: tuple[str, ...]
    sheet: str
    headings: tuple[str, ...]
    samples: list[list[str]]
    rows: int
    mapping: dict[str, str]

    @property
    def outline(self) -> dict[str, Any]:
        """What the wizard needs to show the columns again without opening the file."""
        return {"sheets": self.sheets, "headings": self.headings, "samples": self.samples}


def limits_of(batch: Batch) -> Limits:
    """What a file may ask of the machine: little from a browser, more from the command line."""
    return COMMAND_LINE if batch.made_by_id is None else BROWSER


def look(
    path: Path, *, kind: str, name: str, sheet: str = "", chosen: Mapping[str, str] | None = None, limits: Limits
) -> Look:
    """Open a file and guess its columns around those `chosen` already (field → heading). Raises Refused."""
    with _open(path, kind, name, sheet, limits) as table:
        if sheet and not table.sheets:
            raise Refused(
                _("%(file)s is a text file and has no sheets; leave “%(sheet)s” out.") % {"file": name, "sheet": sheet}
            )
        check_columns(kind, table.headings, chosen or {})
        rows = [cells for _number, cells in table.sample(SAMPLED_ROWS)]
        return Look(
            sheets=table.sheets,
            sheet=table.sheet,
            headings=table.headings,
            samples=[[text_of(cell)[:100] for cell in cells] for cells in rows],
            rows=table.last_row - table.heading_row,
            mapping=headings.guess(kind, table.headings, rows, chosen),
        )


@contextmanager
def open_stored(batch: Batch) -> Iterator[Table]:
    """The file of a batch, opened again as it was looked at. Raises NotFound once it is no longer kept."""
    if not stored_file(batch).exists():
        raise NotFound(_("The file of this import is no longer kept: choose it again if you need it."))
    with (
        in_the_clear(stored_file(batch), batch.file_key) as path,
        _open(path, batch.kind, batch.file_name, batch.sheet, limits_of(batch)) as table,
    ):
        table.fill_down(
            [heading for name, heading in batch.mapping.items() if FORMS[batch.kind].field(name).fills_down]
        )
        yield table


def _look_again(batch: Batch, sheet: str = "") -> Look:
    with in_the_clear(stored_file(batch), batch.file_key) as path:
        return look(path, kind=batch.kind, name=batch.file_name, sheet=sheet, limits=limits_of(batch))


def _open(path: Path, kind: str, name: str, sheet: str, limits: Limits) -> Table:
    recognise = partial(headings.known, kind)
    return open_table(path, name=name, sheet=sheet or None, limits=limits, recognise=recognise)


def check_columns(kind: str, known: Iterable[str], mapping: Mapping[str, str]) -> None:
    """Raise Refused where somebody names a field or a column that does not exist, or a column twice."""
    problem = headings.check(kind, tuple(known), mapping)
    if problem:
        raise Refused(sentence(problem.code, problem.parameters))


def refuse_alike(kind: str, mapping: Mapping[str, str], known: Sequence[str]) -> None:
    """Raise Refused where a field has no column because two are called alike: nobody is there to choose."""
    problem = headings.alike(kind, known, mapping)
    if problem:
        raise Refused(sentence(problem.code, problem.parameters))


def refuse_missing(kind: str, mapping: Mapping[str, str], known: Iterable[str]) -> None:
    """Raise Refused where a field that a row cannot do without has no column."""
    missing = headings.missing(kind, mapping)
    if missing:
        words = (_(" or ").join(_(FORMS[kind].field(name).label) for name in group) for group in missing)
        raise Refused(
            _("No column holds: %(fields)s. The columns of the file are: %(headings)s.")
            % {"fields": _(", ").join(words), "headings": _(", ").join(known)}
        )


def digest_of(path: Path) -> str:
    """What tells two files apart."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take_in(
    chunks: Iterable[bytes],
    *,
    kind: str,
    name: str,
    actor: Actor,
    now: datetime,
    seen: Look | None = None,
    creates_missing: bool = False,
    token: str = "",
) -> Batch:
    """Keep a file that comes in chunks and open its batch, columns as `seen` already or guessed.

    A form's `token` that comes twice is one upload. Raises Refused, with nothing kept.
    """
    batch = services.open_batch(kind=kind, file_name=name, actor=actor, now=now, token=token)
    make_folder(batch)
    try:
        digest = _store(chunks, batch)
        seen = seen or _look_again(batch)
        return _settle(batch, seen, creates_missing=creates_missing, digest=digest)
    except BaseException:
        forget(batch)
        raise


def forget(batch: Batch) -> None:
    """Put a batch and its files away. Raises Conflict where it has written records."""
    services.discard(batch=batch)
    remove_folder(batch)


def forget_torn(*, now: datetime) -> int:
    """Put away what was still being copied when its process was killed, a day ago or more; returns how many."""
    torn = torn_batches(now - timedelta(days=1))
    for batch in torn:
        forget(batch)
    return len(torn)


def choose(
    batch: Batch, *, mapping: Mapping[str, str], sheet: str, creates_missing: bool, actor: Actor, now: datetime
) -> Batch:
    """Settle columns, sheet and whether missing customers are made, and ask for a check.

    Another sheet is only looked at, its columns guessed anew. Raises Denied for anybody but the maker, Refused where a
    needed field has no column.
    """
    refuse_others(actor, batch)
    if sheet != batch.sheet:
        return _settle(batch, _look_again(batch, sheet), creates_missing=creates_missing)
    known = batch.outline["headings"]
    check_columns(batch.kind, known, mapping)
    refuse_missing(batch.kind, mapping, known)
    services.choose_columns(
        batch=batch,
        sheet=sheet,
        mapping=mapping,
        outline=batch.outline,
        creates_missing=creates_missing,
        rows=batch.rows,
    )
    return services.queue(batch=batch, is_dry_run=True, actor=actor, now=now)


def _settle(batch: Batch, seen: Look, *, creates_missing: bool, digest: str = "") -> Batch:
    return services.choose_columns(
        batch=batch,
        sheet=seen.sheet,
        mapping=seen.mapping,
        outline=seen.outline,
        creates_missing=creates_missing,
        rows=seen.rows,
        digest=digest,
    )


def file_chunks(path: Path) -> Iterable[bytes]:
    """A file on this machine, as `take_in` wants it."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _store(chunks: Iterable[bytes], batch: Batch) -> str:
    digest = hashlib.sha256()

    def digested() -> Iterator[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    write_sealed(stored_file(batch), digested(), batch.file_key)
    return digest.hexdigest()
