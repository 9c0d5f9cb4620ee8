"""Comma, tab and similar separated text: its encoding and separator found out, its structure proven, then streamed."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from zhike.gateways.spreadsheets import limited_process, text_process
from zhike.gateways.spreadsheets.cells import LONGEST_CELL, Row
from zhike.gateways.spreadsheets.formulas import unguarded
from zhike.gateways.spreadsheets.limits import MEGABYTE, Limits
from zhike.kernel.errors import Refused

SEPARATORS = ",\t;|"
CHUNK = 1 << 20
SNIFFED_CHARACTERS = 1 << 16
SNIFFED_RECORDS = 30
#: The most characters of one row: what the reader holds at once.
LONGEST_RECORD = 1_000_000

_WIDE = re.compile("[\u0800-\U0010ffff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# The csv module checks the length of a cell in C, for nothing, but only against one limit for the whole process.
csv.field_size_limit(LONGEST_CELL)


class TextFile:
    """A text file whose every record has been read once, so that streaming it again cannot fail half-way."""

    counts_from_1904 = False
    pads_rows = False

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        """Raise Refused where the file is empty, no text, damaged or beyond the limits."""
        self._path = path
        self._name = name
        self._encoding = encoding_of(path, name)
        self._separator = self._find_separator()
        self.sheets: tuple[str, ...] = ()
        self._last_row = self._prove(limits)

    def candidates(self) -> tuple[str, ...]:
        """A text file is one unnamed sheet."""
        return ("",)

    def last_row(self, sheet: str) -> int:
        """The number of the last row of the file."""
        return self._last_row

    def merged(self, sheet: str) -> list[tuple[int, int, int]]:
        """Text has no cells that stand over several rows."""
        return []

    def close(self) -> None:
        """Nothing is held between readings."""

    def records(self, sheet: str) -> Iterator[Row]:
        """Every row in which something stands."""
        with self._open() as text:
            for number, cells in enumerate(self._reader(text), 1):
                together = "".join(cells)
                if "'" in together:
                    cells = [unguarded(cell) for cell in cells]  # noqa: PLW2901
                if together.strip():
                    yield number, cells  # type: ignore[misc]  # list is invariant: a list of strings is a list of cells

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, newline="")

    def _reader(self, text: TextIO) -> Iterator[list[str]]:
        return csv.reader(text, delimiter=self._separator, strict=True)

    def _find_separator(self) -> str:
        with self._open() as text:
            beginning = text.read(SNIFFED_CHARACTERS)
        if not beginning.strip():
            raise Refused(_("%(file)s is empty; expected a row of headings and rows below it.") % {"file": self._name})
        return max(SEPARATORS, key=lambda separator: _agreement(beginning, separator))

    def _prove(self, limits: Limits) -> int:
        """Let another process read the file once for its structure; give the number of its last row."""
        seconds = limits.seconds + self._path.stat().st_size // MEGABYTE
        ended = limited_process.run(
            text_process, self._path, self._encoding, self._separator, limits.text_rows or 0, LONGEST_CELL,
            LONGEST_RECORD, limits.text_memory, seconds, seconds=seconds * 2,
        )  # fmt: skip
        if ended.code:
            raise Refused(self._explain("record", 1))
        report: dict[str, Any] = json.loads(ended.printed)
        if report["problem"]:
            raise Refused(self._explain(report["problem"], report["rows"]))
        return int(report["rows"])

    def _explain(self, problem: str, row: int) -> str:
        parameters = {"file": self._name, "row": row, "limit": f"{LONGEST_CELL:,}"}
        match problem:
            case "rows":
                return _("%(file)s has more than %(limit)s rows; split it into smaller files.") % {
                    "file": self._name,
                    "limit": f"{row - 1:,}",
                }
            case "cell":
                return (
                    _(
                        "Row %(row)s of %(file)s has a cell of more than %(limit)s characters; "
                        "shorten it, or close its quotation mark."
                    )
                    % parameters
                )
            case "record":
                return _(
                    "Row %(row)s of %(file)s has more than %(limit)s characters; "
                    "shorten it, or close its quotation mark."
                ) % (parameters | {"limit": f"{LONGEST_RECORD:,}"})
        return (
            _(
                "Row %(row)s of %(file)s has a quotation mark that is not closed or stands inside a cell; "
                "close it, or double the marks inside the cell."
            )
            % parameters
        )


def _agreement(beginning: str, separator: str) -> tuple[int, int]:
    """How many of the first records the separator cuts into the same number of cells, and how many cells that is."""
    widths: dict[int, int] = {}
    try:
        for count, record in enumerate(csv.reader(io.StringIO(beginning, newline=""), delimiter=separator)):
            if count == SNIFFED_RECORDS:
                break
            if len(record) > 1:
                widths[len(record)] = widths.get(len(record), 0) + 1
    except csv.Error:
        return (0, 0)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def encoding_of(path: Path, name: str) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030, whichever decodes the whole file; raises Refused."""
    with path.open("rb") as file:
        beginning = file.read(3)
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            _decode_all(path, name, encoding)
            return encoding
    try:
        _decode_all(path, name, "utf-8")
    except _OtherEncoding:
        _decode_all(path, name, "gb18030")
        return "gb18030"
    return "utf-8"


class _OtherEncoding(Exception):
    """The text cannot be UTF-8."""


def _decode_all(path: Path, name: str, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    wide_characters = 0
    with path.open("rb") as file:
        chunk = file.read(CHUNK)
        while True:
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                wide_characters += _wide(before.decode(encoding, "ignore"))
                # A UTF-8 file cut off or damaged must not turn into nonsense by being read as GB18030.
                if encoding == "utf-8" and wide_characters < 3:
                    raise _OtherEncoding from error
                line += before.count(b"\n")
                raise Refused(
                    _("%(file)s is not clean text: line %(line)s is neither UTF-8 nor GB18030; save it as CSV UTF-8.")
                    % {"file": name, "line": line}
                ) from error
            if "\0" in text:
                raise Refused(
                    _(
                        "%(file)s is not clean text: line %(line)s has a null character; "
                        "save it as CSV UTF-8 from Excel or WPS."
                    )
                    % {"file": name, "line": line + text.partition("\0")[0].count("\n")}
                )
            if not chunk:
                return
            line += text.count("\n")
            if encoding == "utf-8" and not text.isascii() and wide_characters < 3:
                wide_characters += _wide(text)
            chunk = file.read(CHUNK)


def _wide(text: str) -> int:
    """Characters that take three bytes in UTF-8, which GB18030 text hardly ever forms by chance."""
    return len(_WIDE.findall(text))
