"""Finding the row of headings: titles, dates of printing and notes often stand above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhike.gateways.spreadsheets.cells import Cell, Row, column_letters, is_blank

#: How many of these headings the caller knows.
Recognise = Callable[[Sequence[str]], int]

#: How far down the headings may stand.
SEARCHED_ROWS = 20


def nothing_known(headings: Sequence[str]) -> int:
    """For callers that take any table."""
    return 0


def find_headings(rows: Sequence[Row], recognise: Recognise) -> tuple[int, int]:
    """The index of the heading row among these first rows, and how many of its headings the caller knows.

    The row that the caller knows most of; where that is none or a single one of several cells, the first row of words
    that is at least half as wide as the widest.
    """
    searched = rows[:SEARCHED_ROWS]
    known = [recognise([text_of(cell) for cell in cells]) for _number, cells in searched]
    best = max(range(len(searched)), key=lambda index: known[index])
    if known[best] > 1 or known[best] == _filled(searched[best][1]):
        return best, known[best]
    widest = max(_filled(cells) for _number, cells in searched)
    for index, (_number, cells) in enumerate(searched):
        if _filled(cells) * 2 >= widest and _is_words(cells):
            return index, known[index]
    return best if known[best] else 0, known[best]


def name_columns(headings: Sequence[Cell]) -> tuple[str, ...]:
    """One name per column, no two alike: an unnamed column goes by its letter, `(C)`, a doubled name by `name (2)`."""
    names: dict[str, None] = {}
    for index, cell in enumerate(headings):
        heading = " ".join(text_of(cell).split()) or f"({column_letters(index)})"
        name, count = heading, 1
        while name in names:
            count += 1
            name = f"{heading} ({count})"
        names[name] = None
    return tuple(names)


def text_of(cell: Cell) -> str:
    """What the cell shows; a whole number without decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _filled(cells: Sequence[Cell]) -> int:
    return sum(not is_blank(cell) for cell in cells)


def _is_words(cells: Sequence[Cell]) -> bool:
    words = [cell for cell in cells if not is_blank(cell)]
    return all(isinstance(word, str) and not _is_number(word) for word in words) and len(set(words)) == len(words)


def _is_number(text: str) -> bool:
    return text.strip().replace(",", "").replace(".", "").isdecimal()
