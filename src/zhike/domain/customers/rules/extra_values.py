"""Values of the fields that a company adds itself: read from what was typed, kept as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

ExtraValue = str | int | float | bool | None


class UnreadableError(ValueError):
    """The value does not fit the type of its field; `expected` is an English message id."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def read_value(value: object, *, type: str, choices: Sequence[str] = ()) -> ExtraValue:
    """`value` as a field of that type keeps it: a text, a number, an ISO date, a yes or no; None for nothing."""
    if value is None or value == "":
        return None
    match type:
        case "number":
            return _number(value)
        case "date":
            return _day(value)
        case "yes_no":
            return _yes_no(value)
        case "choice":
            if str(value) not in choices:
                raise UnreadableError("one of the choices of the field")
            return str(value)
    return str(value).strip() or None


def _number(value: object) -> int | float:
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        raise UnreadableError("a number such as 12 or 0.5") from None
    if not number.is_finite():
        raise UnreadableError("a number such as 12 or 0.5")
    return int(number) if number == number.to_integral_value() else float(number)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise UnreadableError("a date such as 2026-01-31") from None


def _yes_no(value: object) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "是": True, "否": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise UnreadableError("yes or no")
    return found
