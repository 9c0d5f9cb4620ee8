"""Rows as JSON can hold them, and back: what the side file of a batch keeps between reading and applying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from zhike.domain.imports.rules.fields import FORMS, AnyRow

_BACK: dict[Any, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
    tuple[str, ...]: tuple,
}
_FORTH: dict[Any, Callable[[Any], Any]] = {
    date: date.isoformat,
    datetime: datetime.isoformat,
    Decimal: str,
    tuple[str, ...]: list,
}


class Packing:
    """How the rows of one kind are written and read back."""

    def __init__(self, kind: str) -> None:
        self._make: Callable[[Sequence[Any]], AnyRow] = FORMS[kind].make_row._make  # type: ignore[attr-defined]
        hints = get_type_hints(FORMS[kind].make_row)
        types = [next((part for part in get_args(hint) if part in _BACK), hint) for hint in hints.values()]
        places = [(index, type_) for index, type_ in enumerate(types) if type_ in _BACK]
        self._forth = [(index, _FORTH[type_]) for index, type_ in places]
        self._back = [(index, _BACK[type_]) for index, type_ in places]

    def pack(self, row: AnyRow) -> list[Any]:
        """The values of a row as JSON can hold them."""
        values = list(row)
        for index, write in self._forth:
            if values[index] is not None:
                values[index] = write(values[index])
        return values

    def unpack(self, values: list[Any]) -> AnyRow:
        """The row that was packed."""
        for index, read in self._back:
            if values[index] is not None:
                values[index] = read(values[index])
        return self._make(values)
