"""Excel workbooks: judged from the outside, read by a child process that may not outgrow its limits, then streamed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhike.gateways.spreadsheets import limited_process, workbook_process
from zhike.gateways.spreadsheets.archives import check_archive, damaged
from zhike.gateways.spreadsheets.cells import LONGEST_CELL, Row
from zhike.gateways.spreadsheets.limits import MEGABYTE, Limits
from zhike.kernel.errors import Refused
from zhike.kernel.vault.files import scratch

ZIP_MAGIC = b"PK\x03\x04"
OLD_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_MEMORY = 256 * MEGABYTE
OLD_MEMORY_PER_BYTE = 24
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")


class Workbook:
    """A workbook whose rows stand in a temporary file, to be streamed as often as wanted until it is closed."""

    pads_rows = True

    def __init__(self, path: Path, name: str, sheet: str, limits: Limits) -> None:
        """Raise Refused where the file is damaged, locked, hostile, or has no such sheet."""
        self._name = name
        self.counts_from_1904 = False
        with path.open("rb") as file:
            if file.read(len(ZIP_MAGIC)) == ZIP_MAGIC:
                self.counts_from_1904 = check_archive(path, name, limits)
            elif _ENCRYPTED_PART in file.read():
                raise self._locked()
        self._open_files = ExitStack()
        self._rows_file = self._open_files.enter_context(scratch())
        try:
            self._report = self._read(path, sheet, limits)
            self.sheets = tuple(self._report)
            if sheet and sheet not in self._report:
                raise Refused(
                    _("%(file)s has no sheet “%(sheet)s”; its sheets are: %(sheets)s.")
                    % {"file": name, "sheet": sheet, "sheets": ", ".join(self.sheets)}
                )
        except BaseException:
            self.close()
            raise

    def candidates(self) -> tuple[str, ...]:
        """The sheets to look for rows in: those in sight that hold any."""
        return tuple(name for name, about in self._report.items() if about["visible"] and about["last_row"])

    def last_row(self, sheet: str) -> int:
        """The number of the sheet's last row in which something stands."""
        return int(self._report[sheet]["last_row"])

    def merged(self, sheet: str) -> list[tuple[int, int, int]]:
        """The cells that stand over several rows: first row, last row, column from 0; in the order of the rows."""
        return [(first, last, column) for first, last, column in self._report[sheet]["merged"]]

    def records(self, sheet: str) -> Iterator[Row]:
        """Every row of the sheet in which something stands, without the blank cells at its end."""
        about = self._report[sheet]
        with self._rows_file.open("rb") as file:
            file.seek(about["start"])
            while file.tell() < about["end"]:
                yield from json.loads(file.readline(), object_hook=_from_json)

    def close(self) -> None:
        """Remove the temporary rows."""
        self._open_files.close()

    def _read(self, path: Path, sheet: str, limits: Limits) -> dict[str, dict[str, Any]]:
        memory = limits.memory
        if not zipfile.is_zipfile(path):
            # An old workbook is not packed: its size tells what it can need.
            memory = min(memory, OLD_MEMORY + OLD_MEMORY_PER_BYTE * path.stat().st_size)
        arguments = (path, self._rows_file, sheet, limits.rows, LONGEST_CELL, memory, limits.seconds)
        done = limited_process.run(workbook_process, *arguments, seconds=limits.seconds * 2)
        match done.code:
            case 0:
                return {about["name"]: about for about in json.loads(done.printed)}
            case workbook_process.NEEDS_PASSWORD:
                raise self._locked()
            case workbook_process.DAMAGED:
                raise damaged(self._name)
            case workbook_process.CELL_TOO_LONG:
                raise Refused(
                    _("%(file)s has a cell of more than %(limit)s characters; shorten it.")
                    % {"file": self._name, "limit": f"{LONGEST_CELL:,}"}
                )
            case workbook_process.TOO_MANY_ROWS:
                raise Refused(
                    _("%(file)s has more than %(limit)s rows; split it, or save it as CSV and use the command line.")
                    % {"file": self._name, "limit": f"{limits.rows:,}"}
                )
            case workbook_process.NOT_READABLE:
                raise Refused(
                    _("%(file)s is damaged or protected by a password; open it in Excel or WPS and save it as .xlsx.")
                    % {"file": self._name}
                )
        raise self._too_heavy()

    def _locked(self) -> Refused:
        return Refused(
            _("%(file)s is protected by a password; open it in Excel or WPS, remove the password and save it again.")
            % {"file": self._name}
        )

    def _too_heavy(self) -> Refused:
        return Refused(
            _(
                "%(file)s takes too much memory or time to read; "
                "delete empty rows and columns that are formatted, or save it as CSV."
            )
            % {"file": self._name}
        )


def _from_json(value: dict[str, str]) -> date | datetime:
    if "t" in value:
        return datetime.fromisoformat(value["t"])
    return date.fromisoformat(value["d"])
