"""The reader of a file's rows, made once for its columns; every row becomes a typed tuple or a list of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import islice
from typing import Any, TypeAlias

from zhike.domain.imports.rules import amounts, dates, texts
from zhike.domain.imports.rules.fields import FORMS, AnyRow, Field, FieldType
from zhike.domain.imports.rules.headings import unit_of
from zhike.domain.imports.rules.problems import CellProblem, Problem
from zhike.gateways.spreadsheets.cells import Cell, Row

ReadCell: TypeAlias = Callable[[Cell], Any]

#: Strings remembered per column; beyond that a column hardly repeats itself and remembering would only take memory.
MOST_REMEMBERED = 20_000
SAMPLED_ROWS = 200

#: What names a record; where it says 合计 the row holds no record.
_NAMES = frozenset({"name", "number", "external_id", "customer_name", "customer_external_id"})
_WORDS = {FieldType.LINE, FieldType.NOTE, FieldType.TAGS}


class _Remembered(dict[str, Any]):
    """What each string of a column reads as; a lookup of one not met before reads it."""

    def __init__(self, read: ReadCell, type_: FieldType) -> None:
        super().__init__({"": None})
        self._read = read
        self._is_words = type_ in _WORDS

    def __missing__(self, text: str) -> Any:
        if not text.strip() or (not self._is_words and texts.says_nothing(text)):
            value = None
        else:
            value = self._read(text)
            if self._is_words and not value:
                value = None
        if len(self) >= MOST_REMEMBERED:
            self.clear()
            self[""] = None
        self[text] = value
        return value


class RowReader:
    """Reads rows of one file; made by `compile_reader`."""

    def __init__(self, kind: str, headings: Sequence[str], columns: Mapping[str, ReadCell], mapping: Mapping[str, str]):
        form = FORMS[kind]
        self._width = len(headings)
        self._make: Callable[[Iterable[Any]], AnyRow] = form.make_row._make  # type: ignore[attr-defined]
        self._blank: list[Any] = [None] * len(form.fields)
        self._fields = [field.name for field in form.fields]
        self._heading = {form.position(name): heading for name, heading in mapping.items()}
        self._columns = [
            (
                headings.index(mapping[name]),
                form.position(name),
                _Remembered(read, form.field(name).type),
                read,
            )
            for name, read in columns.items()
        ]
        self._required = [tuple(form.position(name) for name in group) for group in form.required]

    def read(self, number: int, cells: Sequence[Cell]) -> AnyRow | list[CellProblem]:
        """The row as the tuple of its kind, or everything that is wrong with it."""
        if len(cells) != self._width:
            return [self._wrong_width(number, len(cells))]
        values = self._blank.copy()
        has_problems = False
        for index, position, remembered, read in self._columns:
            cell = cells[index]
            # Equal numbers, booleans and dates may read differently, so only strings are remembered.
            value = remembered[cell] if cell.__class__ is str else read(cell)
            if value.__class__ is Problem:
                has_problems = True
            values[position] = value
        for group in self._required:
            for position in group:
                if values[position] is not None:
                    break
            else:
                has_problems = True
        return self._problems(number, cells, values) if has_problems else self._make(values)

    def _wrong_width(self, number: int, found: int) -> CellProblem:
        code = "too_few_cells" if found < self._width else "too_many_cells"
        return CellProblem(number, "", "", "", Problem(code, {"found": found, "expected": self._width}))

    def _problems(self, number: int, cells: Sequence[Cell], values: Sequence[Any]) -> list[CellProblem]:
        problems = [
            CellProblem(
                number, self._fields[position], self._heading[position], texts.text_of(cells[index]), values[position]
            )
            for index, position, _remembered, _read in self._columns
            if isinstance(values[position], Problem)
        ]
        if totals := [each for each in problems if each.problem.code == "totals"]:
            return totals[:1]
        for group in self._required:
            if all(values[position] is None for position in group):
                shown = next((position for position in group if position in self._heading), group[0])
                heading = self._heading.get(shown, "")
                said = next((texts.text_of(cells[index]) for index, place, *_ in self._columns if place == shown), "")
                problem = Problem("says_nothing" if said.strip() else "required")
                problems.append(CellProblem(number, self._fields[shown], heading, said.strip(), problem))
        return problems


def compile_reader(
    kind: str,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    rows: Callable[[], Iterable[Row]],
    *,
    zone: tzinfo,
    counts_from_1904: bool = False,
) -> RowReader:
    """A reader for the columns of `mapping` (field → heading); `zone` is where the company's days begin and end.

    `rows` gives the file's rows afresh: some are looked at here, and all of them where a column of dates such as
    3/5/2024 must prove whether the day or the month comes first.
    """
    columns: dict[str, ReadCell] = {}
    for name, heading in mapping.items():
        field = FORMS[kind].field(name)
        order = _order_of(headings.index(heading), rows) if field.type in (FieldType.DATE, FieldType.DATETIME) else None
        read = _cell_reader(field, unit_of(heading), zone, order, counts_from_1904)
        columns[name] = texts.refusing_totals(read) if name in _NAMES else read
    return RowReader(kind, headings, columns, mapping)


def _order_of(index: int, rows: Callable[[], Iterable[Row]]) -> dates.DateOrder | None:
    if not any(dates.needs_order(cell) for cell in _column(index, islice(rows(), SAMPLED_ROWS))):
        return None
    return dates.order_of(_column(index, rows()))


def _column(index: int, rows: Iterable[Row]) -> Iterator[Cell]:
    return (cells[index] for _number, cells in rows if index < len(cells))


def _cell_reader(
    field: Field, unit: str, zone: tzinfo, order: dates.DateOrder | None, counts_from_1904: bool
) -> ReadCell:
    factor = amounts.UNITS.get(unit, 1)
    readers: dict[FieldType, Callable[[], ReadCell]] = {
        FieldType.IDENTIFIER: lambda: texts.identifier_reader(field.max_length),
        FieldType.LINE: lambda: texts.line_reader(field.max_length),
        FieldType.NOTE: lambda: texts.read_note,
        FieldType.PHONE: lambda: texts.phone_reader(field.max_length),
        FieldType.EMAIL: lambda: texts.read_email,
        FieldType.AMOUNT: lambda: amounts.amount_reader(factor),
        FieldType.PRICE: lambda: amounts.price_reader(factor),
        FieldType.QUANTITY: lambda: amounts.read_quantity,
        FieldType.COUNT: lambda: amounts.read_count,
        FieldType.PERCENT: lambda: amounts.percent_reader(counts_percent=unit == "%"),
        FieldType.DATE: lambda: dates.date_reader(zone=zone, order=order, counts_from_1904=counts_from_1904),
        FieldType.DATETIME: lambda: dates.datetime_reader(order=order, counts_from_1904=counts_from_1904),
        FieldType.YES_NO: lambda: texts.read_yes_no,
        FieldType.CHOICE: lambda: texts.choice_reader(field.choices),
        FieldType.TAGS: lambda: texts.read_tags,
        FieldType.CREDIT_CODE: lambda: texts.read_credit_code,
    }
    return readers[field.type]()
