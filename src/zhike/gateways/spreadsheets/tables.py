"""The one way to open a file of rows, whatever its kind: `with open_table(path) as table: for number, cells in …`."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from django.utils.translation import gettext as _

from zhike.gateways.spreadsheets.cells import Cell, Row, is_blank
from zhike.gateways.spreadsheets.heading_rows import (
    SEARCHED_ROWS,
    Recognise,
    find_headings,
    name_columns,
    nothing_known,
)
from zhike.gateways.spreadsheets.limits import COMMAND_LINE, MEGABYTE, Limits
from zhike.gateways.spreadsheets.text_files import TextFile
from zhike.gateways.spreadsheets.workbooks import OLD_MAGIC, ZIP_MAGIC, Workbook
from zhike.kernel.errors import Refused

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls")
TEXT_ENDINGS = (".csv", ".tsv", ".txt")


class Source(Protocol):
    """What a kind of file must offer; sheets that do not exist are never asked for."""

    sheets: tuple[str, ...]
    counts_from_1904: bool
    pads_rows: bool

    def candidates(self) -> tuple[str, ...]: ...
    def last_row(self, sheet: str) -> int: ...
    def merged(self, sheet: str) -> list[tuple[int, int, int]]: ...
    def records(self, sheet: str) -> Iterator[Row]: ...
    def close(self) -> None: ...


class Table:
    """One sheet of an open file: its headings, and the rows below them as often as they are wanted.

    `sheets` are all sheets of the file (none for a text file), `sheet` the one read, `headings` no two alike,
    `heading_row` and `last_row` as Excel numbers them, `counts_from_1904` how the workbook counts its days.
    """

    def __init__(self, source: Source, name: str, sheet: str, heading_row: int, headings: tuple[str, ...]) -> None:
        self._source = source
        self.name = name
        self.sheets = source.sheets
        self.sheet = sheet
        self.heading_row = heading_row
        self.headings = headings
        self.last_row = source.last_row(sheet)
        self.counts_from_1904 = source.counts_from_1904
        self._merged: list[tuple[int, int, int]] = []

    def fill_down(self, headings: Collection[str]) -> None:
        """Let what stands in a merged cell of these columns hold for each of the rows that the cell stands over."""
        columns = {index for index, heading in enumerate(self.headings) if heading in headings}
        self._merged = [each for each in self._source.merged(self.sheet) if each[2] in columns]

    def rows(self) -> Iterator[Row]:
        """The rows below the headings in which something stands, each with as many cells as there are headings.

        A row of a text file that has too few or too many cells comes as it is, for the reader of rows to name.
        """
        rows = self._rows()
        return _filled_down(rows, self._merged) if self._merged else rows

    def _rows(self) -> Iterator[Row]:
        width = len(self.headings)
        pads = self._source.pads_rows
        records = self._source.records(self.sheet)
        for number, cells in records:
            if number <= self.heading_row:
                continue
            yield number, cells if len(cells) == width else _fit(cells, width, pads)

    def all_records(self) -> Iterator[Row]:
        """Every row of every sheet that was read, headings among them, for whoever looks for something in the file."""
        for sheet in self.sheets or (self.sheet,):
            yield from self._source.records(sheet)

    def sample(self, count: int = 20) -> list[Row]:
        """The first rows."""
        return list(islice(self.rows(), count))

    def close(self) -> None:
        """Let go of the file and of what was unpacked from it."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_table(
    path: Path,
    *,
    name: str | None = None,
    sheet: str | None = None,
    limits: Limits = COMMAND_LINE,
    recognise: Recognise = nothing_known,
) -> Table:
    """Open a .xlsx, .xls, .csv, .tsv or .txt file; raises Refused with a sentence where it cannot be read.

    `name` is what the user calls the file where `path` does not tell; `recognise` says how many of some headings the
    caller knows: it decides which row holds the headings and, unless `sheet` names one, which sheet is read.
    """
    name = name or path.name
    source = _open_source(path, name, sheet or "", limits)
    try:
        return _choose(source, name, sheet or "", limits, recognise)
    except BaseException:
        source.close()
        raise


def _open_source(path: Path, name: str, sheet: str, limits: Limits) -> Source:
    if path.is_dir():
        raise Refused(_("%(file)s is a folder; give the file in it that holds the rows.") % {"file": name})
    if not path.is_file():
        raise Refused(_("There is no file %(file)s.") % {"file": name})
    ending = Path(name).suffix.lower()
    if ending not in WORKBOOK_ENDINGS + TEXT_ENDINGS:
        raise Refused(_("%(file)s is of a kind that cannot be read; expected .xlsx, .xls or .csv.") % {"file": name})
    with path.open("rb") as file:
        beginning = file.read(512)
    is_workbook = beginning.startswith((ZIP_MAGIC, OLD_MAGIC))
    _check_size(path, name, limits.file_size if is_workbook else limits.text_size)
    _check_kind(beginning, name, ending, is_workbook)
    return Workbook(path, name, sheet, limits) if is_workbook else TextFile(path, name, limits)


def _check_size(path: Path, name: str, limit: int | None) -> None:
    if limit is not None and path.stat().st_size > limit:
        raise Refused(
            _("%(file)s is larger than %(limit)s MB; split it into smaller files.")
            % {"file": name, "limit": limit // MEGABYTE}
        )


def _check_kind(beginning: bytes, name: str, ending: str, is_workbook: bool) -> None:
    parameters = {"file": name}
    if not beginning:
        raise Refused(_("%(file)s is empty; expected a row of headings and rows below it.") % parameters)
    if beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(
            _("%(file)s is a web page, not a table; open it in Excel or WPS and save it as .xlsx.") % parameters
        )
    if is_workbook and ending in TEXT_ENDINGS:
        raise Refused(_("%(file)s is an Excel workbook although its name says otherwise; name it .xlsx.") % parameters)
    if not is_workbook and ending in WORKBOOK_ENDINGS:
        raise Refused(
            _("%(file)s is no Excel workbook although its name says so; open it in Excel or WPS and save it as .xlsx.")
            % parameters
        )


def _choose(source: Source, name: str, sheet: str, limits: Limits, recognise: Recognise) -> Table:
    """The named sheet, else the one whose headings the caller knows most of, the first of equals."""
    best: tuple[int, str, list[Row], int] | None = None
    for candidate in (sheet,) if sheet else source.candidates():
        first_rows = list(islice(source.records(candidate), SEARCHED_ROWS * 2))
        if not first_rows:
            continue
        index, known = find_headings(first_rows, recognise)
        if best is None or known > best[0]:
            best = known, candidate, first_rows, index
    if best is None:
        raise Refused(_("%(file)s is empty; expected a row of headings and rows below it.") % {"file": name})
    _known, chosen, first_rows, index = best
    headings = name_columns(_used_columns(first_rows[index:], source.pads_rows))
    if len(headings) > limits.columns:
        raise Refused(
            _("%(file)s has %(count)s columns; at most %(limit)s can be read: delete those that are not needed.")
            % {"file": name, "count": len(headings), "limit": limits.columns}
        )
    return Table(source, name, chosen, first_rows[index][0], headings)


def _used_columns(rows: list[Row], pads_rows: bool) -> list[Cell]:
    """The heading cells, without columns at the end in which nothing stands; short rows of a workbook are widened."""
    headings = list(rows[0][1])
    if pads_rows:
        headings += [""] * (max(len(cells) for _number, cells in rows) - len(headings))
    while headings and is_blank(headings[-1]):
        position = len(headings) - 1
        if any(len(cells) > position and not is_blank(cells[position]) for _number, cells in rows):
            break
        headings.pop()
    return headings


def _filled_down(rows: Iterator[Row], merged: list[tuple[int, int, int]]) -> Iterator[Row]:
    """The rows, and in those below the first row of a merged cell what stands there; rows without anything stay out."""
    ahead = deque(merged)
    held: dict[int, tuple[int, Cell]] = {}
    for number, cells in rows:
        while ahead and ahead[0][0] <= number:
            first, last, column = ahead.popleft()
            if first == number:
                held[column] = last, cells[column]
        for column, (last, value) in list(held.items()):
            if number > last:
                del held[column]
            elif is_blank(cells[column]):
                cells[column] = value
        yield number, cells


def _fit(cells: list[Cell], width: int, pads: bool) -> list[Cell]:
    if len(cells) < width:
        return cells + [""] * (width - len(cells)) if pads else cells
    if pads or all(is_blank(cell) for cell in cells[width:]):
        return cells[:width]
    return cells
