"""What a cell may hold, whichever kind of file it came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

#: A blank cell is the empty string. Text files hold nothing but strings, workbooks hold what Excel made of the cell.
Cell: TypeAlias = str | int | float | bool | date | datetime

#: The row's number as Excel shows it (the first row of the sheet is 1), and its cells.
Row: TypeAlias = tuple[int, list[Cell]]

#: Excel's own limit on the characters of one cell.
LONGEST_CELL = 32_767


def is_blank(cell: Cell) -> bool:
    """Whether nothing can be seen in the cell."""
    return isinstance(cell, str) and not cell.strip()


def column_letters(index: int) -> str:
    """The name Excel gives to the column at this index from 0: `0` → `A`, `25` → `Z`, `26` → `AA`."""
    letters = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
