"""Run as a process of its own: read a workbook under limits of memory and time, leave its rows in a file.

Started with the path of this file, so it may import nothing of Zhike. Arguments: the workbook, the file to write, the
one sheet wanted (or nothing for all), the most rows, the longest cell, the memory in bytes and the seconds allowed.
Each line of the rows file is a JSON list of `[row number, cells]`; standard output is a JSON report of the sheets.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

NOT_READABLE = 10
NEEDS_PASSWORD = 11
TOO_MANY_ROWS = 12
CELL_TOO_LONG = 13
DAMAGED = 14
TOO_HEAVY = 15
ROWS_A_LINE = 256
LARGEST_ROWS_FILE = 4 << 30


CHUNK = 1 << 20

#: What no workbook needs, and the reader would spend seconds on: so many sheets, looks, texts, merged cells, and cells
#: in one row.
MOST_OF = {b"<sheet ": 1_000, b"<xf ": 200_000, b"<si>": 4_000_000, b"<mergeCell ": 200_000}
MOST_CELLS = 16_384


class TooManyRows(Exception):
    """The workbook holds more rows than it may."""


class CellTooLong(Exception):
    """A cell holds more characters than one may."""


class TooHeavy(Exception):
    """The workbook is made to be slow."""


def limit_self(memory: int, seconds: int) -> None:
    """Let the system end this process rather than let a file take the machine."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ROWS_FILE, LARGEST_ROWS_FILE))


def prove_archive(source: str, most_rows: int, longest_cell: int) -> None:
    """Unpack every part once: none is longer than the directory says, none damaged, none made to keep readers busy.

    zipfile stops where the directory says and compares sums; the rest is counted in the bytes as they come.
    """
    with zipfile.ZipFile(source) as archive:
        for part in archive.infolist():
            is_text = part.filename.startswith("xl/") and part.filename.endswith(".xml")
            with archive.open(part) as content:
                watch = Watch(most_rows, 4 * longest_cell if is_text else sys.maxsize)
                while chunk := content.read(CHUNK):
                    watch.see(chunk)


class Watch:
    """Counts what is counted in one part; the few marks that stand across two chunks may be missed."""

    def __init__(self, most_rows: int, longest_text: int) -> None:
        self._left = dict(MOST_OF) | {b"<row": most_rows}
        self._longest_text = longest_text
        self._since_mark = 0

    def see(self, chunk: bytes) -> None:
        """Take the next bytes; raises TooManyRows, CellTooLong or TooHeavy."""
        for mark in self._left:
            self._left[mark] -= chunk.count(mark)
            if self._left[mark] < 0:
                raise TooManyRows if mark == b"<row" else TooHeavy
        if b"<row" not in chunk and chunk.count(b"<c>") + chunk.count(b"<c ") > MOST_CELLS:
            raise TooHeavy
        if self._since_mark + max(chunk.find(b"<"), 0) > self._longest_text:
            raise CellTooLong
        for start in range(0, len(chunk), self._longest_text // 2):
            if len(chunk) - start >= self._longest_text and chunk.find(b"<", start, start + self._longest_text) < 0:
                raise CellTooLong
        last = chunk.rfind(b"<")
        self._since_mark = len(chunk) - last if last >= 0 else self._since_mark + len(chunk)


def as_json(cell: object) -> object:
    """Dates and times as `{"d": …}` and `{"t": …}`; a time of day or a duration as the text people read."""
    match cell:
        case datetime():
            return {"t": cell.isoformat()}
        case date():
            return {"d": cell.isoformat()}
        case time() | timedelta():
            return str(cell)
    raise TypeError(type(cell).__name__)


def write_sheet(rows: Iterable[list[Any]], out: BinaryIO, room: int, longest_cell: int) -> tuple[int, int]:
    """Write the rows in which something stands; give how many they are and the number of the last one."""
    batch: list[tuple[int, list[Any]]] = []
    written = number = last = 0
    for number, cells in enumerate(rows, 1):
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        written, last = written + 1, number
        if written > room:
            raise TooManyRows
        for cell in cells:
            if type(cell) is str and len(cell) > longest_cell:
                raise CellTooLong
        batch.append((number, cells))
        if len(batch) == ROWS_A_LINE:
            write_batch(batch, out)
            batch = []
    if batch:
        write_batch(batch, out)
    return written, last


def write_batch(batch: list[tuple[int, list[Any]]], out: BinaryIO) -> None:
    """One line of the rows file."""
    out.write(json.dumps(batch, ensure_ascii=False, separators=(",", ":"), default=as_json).encode())
    out.write(b"\n")


def read_workbook(source: str, target: str, wanted: str, most_rows: int, longest_cell: int) -> list[dict[str, object]]:
    """Write the rows of the wanted sheet, or of all; report every sheet and where its rows begin and end."""
    report: list[dict[str, object]] = []
    with open(source, "rb") as file, open(target, "wb") as out:
        workbook = CalamineWorkbook.from_filelike(file)
        for about in workbook.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            start = out.tell()
            last = 0
            merged: list[tuple[int, int, int]] = []
            if wanted in ("", about.name):
                sheet = workbook.get_sheet_by_name(about.name)
                written, last = write_sheet(sheet.iter_rows(), out, most_rows, longest_cell)
                most_rows -= written
                merged = merged_over_rows(sheet)
            visible = about.visible == SheetVisibleEnum.Visible
            place = {"start": start, "end": out.tell(), "last_row": last, "merged": merged}
            report.append({"name": about.name, "visible": visible} | place)
    return report


def merged_over_rows(sheet: CalamineSheet) -> list[tuple[int, int, int]]:
    """The cells that stand over several rows: the number of the first and the last one, and the column from 0."""
    ranges = sheet.merged_cell_ranges or []
    return sorted((top + 1, bottom + 1, column) for (top, column), (bottom, _right) in ranges if bottom > top)


def main(arguments: list[str]) -> int:
    """Exit code 0 with the report, or the reason as one of the codes above."""
    source, target, wanted, *numbers = arguments
    most_rows, longest_cell, memory, seconds = map(int, numbers)
    limit_self(memory, seconds)
    try:
        if zipfile.is_zipfile(source):
            prove_archive(source, most_rows, longest_cell)
        report = read_workbook(source, target, wanted, most_rows, longest_cell)
    except PasswordError:
        return NEEDS_PASSWORD
    except TooManyRows:
        return TOO_MANY_ROWS
    except CellTooLong:
        return CELL_TOO_LONG
    except (TooHeavy, MemoryError):
        return TOO_HEAVY
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return DAMAGED
    except (CalamineError, OSError, ValueError):
        return NOT_READABLE
    sys.stdout.write(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
