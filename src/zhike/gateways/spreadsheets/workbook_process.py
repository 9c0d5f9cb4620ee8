"""Run as a process of its own: read a workbook under limits of memory and time, leave its rows in a file.

Started by `workbooks.py` with the path of this file, so it may import nothing of Zhike. Arguments: the workbook, the
file to write, the one sheet wanted (or nothing for all), the most rows, the memory in bytes and the seconds allowed.
Each line of the rows file is a JSON list of `[row number, cells]`; standard output is a JSON report of the sheets.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

NOT_READABLE = 10
NEEDS_PASSWORD = 11
TOO_MANY_ROWS = 12
ROWS_A_LINE = 256
LARGEST_ROWS_FILE = 4 << 30


class TooManyRows(Exception):
    """The workbook holds more rows than it may."""


def limit_self(memory: int, seconds: int) -> None:
    """Let the system end this process rather than let a file take the machine."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ROWS_FILE, LARGEST_ROWS_FILE))


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


def write_sheet(rows: Iterable[list[Any]], out: BinaryIO, room: int) -> tuple[int, int]:
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


def read_workbook(source: str, target: str, wanted: str, most_rows: int) -> list[dict[str, object]]:
    """Write the rows of the wanted sheet, or of all; report every sheet and where its rows begin and end."""
    report: list[dict[str, object]] = []
    with open(source, "rb") as file, open(target, "wb") as out:
        workbook = CalamineWorkbook.from_filelike(file)
        for about in workbook.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            start = out.tell()
            last = 0
            if wanted in ("", about.name):
                written, last = write_sheet(workbook.get_sheet_by_name(about.name).iter_rows(), out, most_rows)
                most_rows -= written
            visible = about.visible == SheetVisibleEnum.Visible
            report.append({"name": about.name, "visible": visible, "start": start, "end": out.tell(), "last_row": last})
    return report


def main(arguments: list[str]) -> int:
    """Exit code 0 with the report, or the reason as one of the codes above."""
    source, target, wanted, most_rows, memory, seconds = arguments
    limit_self(int(memory), int(seconds))
    try:
        report = read_workbook(source, target, wanted, int(most_rows))
    except PasswordError:
        return NEEDS_PASSWORD
    except TooManyRows:
        return TOO_MANY_ROWS
    except (CalamineError, OSError, ValueError):
        return NOT_READABLE
    sys.stdout.write(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
