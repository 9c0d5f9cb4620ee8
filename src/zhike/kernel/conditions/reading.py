"""Reading a condition from plain data (a playbook, a stored segment) and writing it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from zhike.kernel.conditions.tree import COMPARISONS, AllOf, AnyOf, Compare, Condition, Field, Kind

ORDERED: Final = frozenset({"<", "<=", ">", ">="})
MEMBERSHIPS: Final = frozenset({"in", "not in"})
OPERATORS: Final = (*COMPARISONS, "in", "not in", "exists")
EXPECTED: Final[Mapping[Kind, str]] = {
    Kind.WHOLE: "a whole number",
    Kind.MONEY: "an amount in yuan with at most two decimals",
    Kind.RATIO: "a fraction such as 0.1",
    Kind.DATE: "a date such as 2026-01-31",
    Kind.TEXT: "a text",
    Kind.FLAG: "true or false",
}


class InvalidCondition(ValueError):
    """A condition that cannot be read. `path` says where it stands, `message` what was wrong and what was expected."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}")


def parse(data: object, *, fields: Mapping[str, Field], path: str = "when") -> Condition:
    """Read a condition: `{all: […]}`, `{any: […]}` or `[field, operator, value]`.

    Raises InvalidCondition with the path of the part that is wrong, e.g. `when.any[1]`.
    """
    if isinstance(data, Mapping):
        if len(data) != 1 or next(iter(data)) not in ("all", "any"):
            raise InvalidCondition(path, "expected one key, “all” or “any”, with a list of conditions below it")
        word, parts = next(iter(data.items()))
        if not isinstance(parts, Sequence) or isinstance(parts, str):
            raise InvalidCondition(f"{path}.{word}", "expected a list of conditions")
        read = tuple(parse(part, fields=fields, path=f"{path}.{word}[{i}]") for i, part in enumerate(parts))
        if word == "any" and not read:
            raise InvalidCondition(f"{path}.any", "expected at least one condition")
        return AllOf(read) if word == "all" else AnyOf(read)
    if isinstance(data, Sequence) and not isinstance(data, str) and len(data) == 3:
        return _parse_comparison(*data, fields=fields, path=path)
    raise InvalidCondition(path, "expected {all: […]}, {any: […]} or [field, operator, value]")


def _parse_comparison(
    key: object, operator: object, value: object, *, fields: Mapping[str, Field], path: str
) -> Compare:
    known = fields.get(key) if isinstance(key, str) else None
    if known is None:
        raise InvalidCondition(path, f"unknown field {key!r}; known fields: {', '.join(sorted(fields))}")
    if operator not in OPERATORS:
        raise InvalidCondition(path, f"unknown operator {operator!r}; expected one of {' '.join(OPERATORS)}")
    operator = str(operator)
    if operator in ORDERED and known.kind in (Kind.TEXT, Kind.FLAG):
        raise InvalidCondition(path, f"{known.key} has no order; expected =, !=, in or exists, not {operator}")
    if operator in MEMBERSHIPS and known.kind is Kind.FLAG:
        raise InvalidCondition(path, f"{known.key} is yes or no; expected = or !=, not {operator}")
    if operator == "exists":
        if not isinstance(value, bool):
            raise InvalidCondition(path, f"expected true or false after exists, not {value!r}")
        return Compare(known.key, operator, value)
    if operator in MEMBERSHIPS:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise InvalidCondition(path, f"expected a list of values after {operator}, not {value!r}")
        return Compare(known.key, operator, tuple(_read_value(known, each, path) for each in value))
    return Compare(known.key, operator, _read_value(known, value, path))


def _read_value(known: Field, value: object, path: str) -> Any:
    match known.kind:
        case Kind.FLAG if isinstance(value, bool):
            return value
        case Kind.TEXT if isinstance(value, str):
            if known.choices and value not in known.choices:
                raise InvalidCondition(path, f"{known.key} is one of {', '.join(known.choices)}, not {value!r}")
            return value
        case Kind.DATE:
            if isinstance(value, date):
                return value
            if isinstance(value, str):
                try:
                    return date.fromisoformat(value)
                except ValueError:
                    pass
        case Kind.WHOLE if isinstance(value, int) and not isinstance(value, bool):
            return value
        case Kind.RATIO if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        case Kind.MONEY if isinstance(value, int | float | str) and not isinstance(value, bool):
            minor = yuan_to_minor(value)
            if minor is not None:
                return minor
    raise InvalidCondition(path, f"{known.key} expects {EXPECTED[known.kind]}, not {value!r}")


def yuan_to_minor(value: int | float | str) -> int | None:
    """An amount in yuan as 分, or None where it isn't a number with at most two decimals."""
    try:
        minor = Decimal(str(value)) * 100
    except InvalidOperation:
        return None
    return int(minor) if minor.is_finite() and minor == minor.to_integral_value() else None


def minor_to_yuan(minor: int) -> int | float:
    """分 as an amount in yuan, a whole number where it is one."""
    return minor // 100 if minor % 100 == 0 else float(Decimal(minor) / 100)


def to_data(condition: Condition, *, fields: Mapping[str, Field]) -> Any:
    """The condition as plain data (lists, mappings, numbers, texts) that `parse` reads back to an equal tree."""
    match condition:
        case AllOf(parts):
            return {"all": [to_data(part, fields=fields) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_data(part, fields=fields) for part in parts]}
        case Compare(key, operator, value):
            if isinstance(value, tuple):
                return [key, operator, [_write_value(fields[key], each) for each in value]]
            return [key, operator, value if operator == "exists" else _write_value(fields[key], value)]


def _write_value(known: Field, value: Any) -> Any:
    if known.kind is Kind.MONEY:
        return minor_to_yuan(value)
    return value.isoformat() if isinstance(value, date) else value
