"""The workbook of what could not be taken in: the rows as they came, the wrong cells marked, the reasons beside."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from zhike.domain.imports.models import Batch, RowProblem
from zhike.domain.imports.queries import reads_file, reason, refusals
from zhike.flows.intake.arrival import open_stored
from zhike.gateways.spreadsheets.cells import Cell
from zhike.gateways.spreadsheets.tables import Table
from zhike.gateways.spreadsheets.writing import Flagged, OutCell, Sheet, write_workbook
from zhike.kernel import trail
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor

MOST_ROWS = 1_000_000


def refuse_unusable_target(target: Path) -> None:
    """Raise Refused where a workbook cannot be written to this file of the user's, whatever may come of the import."""
    if target.suffix.lower() != ".xlsx":
        raise Refused(
            _("%(file)s cannot hold the refused rows; expected a name that ends in .xlsx.") % {"file": target}
        )
    if os.path.lexists(target):
        raise Refused(_("%(file)s is there already and is not overwritten; give another name.") % {"file": target})
    folder = target.absolute().parent
    if not folder.is_dir():
        raise Refused(_("There is no folder %(folder)s; make it, or give another name.") % {"folder": folder})
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(_("You may not write to the folder %(folder)s; give another name.") % {"folder": folder})


def write_corrections_to(target: Path, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Hand the workbook out as a new file that its owner alone can read; what cannot be written whole is not left."""
    handle = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    try:
        with handle:
            hand_out_corrections(batch, handle, actor=actor, now=now)
    except BaseException:
        target.unlink()
        raise


def hand_out_corrections(batch: Batch, target: Path | BinaryIO, *, actor: Actor, now: datetime) -> None:
    """Write the workbook for somebody who takes it away, with a line on the trail: it holds the file's own rows.

    Raises Denied where the actor is not shown what stands in the file.
    """
    if not reads_file(actor, batch):
        raise Denied(_("The rows of a file go to whoever uploaded it, or may import and have contacts shown in full."))
    said = {"reason": [None, "corrections"], "file_name": [None, batch.file_name]}
    trail.record(
        verb="exported",
        kind="import",
        object_id=batch.pk,
        actor=actor,
        now=now,
        changes={"rows": [None, batch.failed]} | said,
    )
    write_corrections(batch, target)


def write_corrections(batch: Batch, target: Path | BinaryIO) -> None:
    """Write a workbook with every refused row under the file's own headings: mended, it can be imported as it is.

    Two columns at the end name the row in the original file and the reasons; imports leave them alone.
    """
    with open_stored(batch) as table:
        columns = [*table.headings, _("Row in the file"), _("What to mend")]
        write_workbook(target, [Sheet(_("To mend"), columns, _rows(batch, table))])


def _rows(batch: Batch, table: Table) -> Iterator[list[OutCell]]:
    """The refused rows: the file and the problems are both walked once, side by side."""
    problems = refusals(batch).order_by("row", "pk").iterator(chunk_size=2_000)
    by_row = groupby(problems, key=lambda problem: problem.row)
    wanted = next(by_row, None)
    written = 0
    for number, cells in table.rows():
        if wanted is None or written == MOST_ROWS:
            return
        if number == wanted[0]:
            yield _row(table.headings, number, cells, list(wanted[1]))
            written += 1
            wanted = next(by_row, None)


def _row(columns: Sequence[str], number: int, cells: Sequence[Cell], problems: list[RowProblem]) -> list[OutCell]:
    wrong = {problem.heading for problem in problems}
    fitted = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
    marked = [Flagged(cell) if heading in wrong else cell for heading, cell in zip(columns, fitted, strict=True)]
    reasons = (f"{problem.heading}: {reason(problem)}" if problem.heading else reason(problem) for problem in problems)
    return [*marked, number, "\n".join(reasons)]
