"""Workbooks out: written row by row, and nothing that somebody typed ever becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TypeAlias

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhike.gateways.spreadsheets.cells import LONGEST_CELL, Cell, column_letters
from zhike.gateways.spreadsheets.formulas import is_formula
from zhike.kernel.errors import Refused

MOST_ROWS = 1_048_576
#: Excel keeps fifteen digits of a number; what is longer is written as text.
LARGEST_NUMBER = 10**15

_NARROWEST, _WIDEST = 8, 40


@dataclass(frozen=True, slots=True)
class Flagged:
    """A cell to be seen at once, such as the wrong one in a workbook of errors."""

    value: Cell


OutCell: TypeAlias = Cell | Decimal | Flagged | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes onto one sheet; the rows may be a generator, they are taken one by one."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[OutCell]]


def write_workbook(target: Path | BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write the sheets; raises Refused for a cell or a number of rows that Excel cannot hold, OSError without room."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as workbook:
            formats = _Formats(workbook)
            for sheet in sheets:
                _write_sheet(workbook.add_worksheet(sheet.name), sheet, formats)
    except FileCreateError as error:
        raise error.args[0] from error


class _Formats:
    """Every look a cell can have, plain and flagged."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.heading = workbook.add_format({"bold": True, "bottom": 1})
        self.quoted_heading = workbook.add_format({"bold": True, "bottom": 1, "quote_prefix": True})
        self._formats = {
            (look, flagged): workbook.add_format(properties | ({"bg_color": "#FFC7CE"} if flagged else {}))
            for look, properties in _LOOKS.items()
            for flagged in (False, True)
        }

    def of(self, look: str, flagged: bool) -> Format:
        return self._formats[look, flagged]


_LOOKS: dict[str, dict[str, object]] = {
    "plain": {},
    # The apostrophe that Excel hides: the text stays text even after somebody edits it.
    "quoted": {"quote_prefix": True},
    "date": {"num_format": "yyyy-mm-dd"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
}


def _write_sheet(worksheet: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for column, heading in enumerate(sheet.headings):
        width = 2 + sum(1 if character.isascii() else 2 for character in heading)
        worksheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))
    worksheet.freeze_panes(1, 0)
    for column, heading in enumerate(sheet.headings):
        worksheet.write_string(0, column, heading, formats.quoted_heading if is_formula(heading) else formats.heading)
    for row, cells in enumerate(sheet.rows, 1):
        if row == MOST_ROWS:
            raise Refused(
                _("A sheet holds at most %(limit)s rows; narrow the selection or take CSV.")
                % {"limit": f"{MOST_ROWS - 1:,}"}
            )
        for column, cell in enumerate(cells):
            if isinstance(cell, Flagged):
                _write_cell(worksheet, row, column, cell.value, formats, flagged=True)
            else:
                _write_cell(worksheet, row, column, cell, formats, flagged=False)


def _write_cell(
    worksheet: Worksheet, row: int, column: int, cell: Cell | Decimal | None, formats: _Formats, *, flagged: bool
) -> None:
    match cell:
        case None | "":
            if flagged:
                worksheet.write_blank(row, column, None, formats.of("plain", flagged))
        case bool():
            worksheet.write_boolean(row, column, cell, formats.of("plain", flagged))
        case int() | float() | Decimal() if -LARGEST_NUMBER < cell < LARGEST_NUMBER:
            worksheet.write_number(row, column, float(cell), formats.of("plain", flagged))
        case datetime() if cell.year >= 1900:
            worksheet.write_datetime(row, column, cell, formats.of("time", flagged))
        case date() if cell.year >= 1900:
            worksheet.write_datetime(row, column, cell, formats.of("date", flagged))
        case _:
            text = str(cell)
            if len(text) > LONGEST_CELL:
                raise Refused(
                    _("Cell %(cell)s would hold more than %(limit)s characters, which Excel cannot; shorten the text.")
                    % {"cell": f"{column_letters(column)}{row + 1}", "limit": f"{LONGEST_CELL:,}"}
                )
            look = "quoted" if is_formula(text) or text[0] in "+-" else "plain"
            worksheet.write_string(row, column, text, formats.of(look, flagged))
