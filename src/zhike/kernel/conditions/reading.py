"""Reading a condition from plain data (a playbook, a stored segment) and writing it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from zhike.kernel.conditions.tree import COMPARISONS, AllOf, AnyOf, Compare, Condition, Field, Kind
from zhike.kernel.errors import Fault
from zhike.kernel.errors import gettext_noop as _

ORDERED: Final = frozenset({"<", "<=", ">", ">="})
MEMBERSHIPS: Final = frozenset({"in", "not in"})
OPERATORS: Final = (*COMPARISONS, "in", "not in", "exists")
EXPECTED: Final[Mapping[Kind, str]] = {
    Kind.WHOLE: _("%(field)s expects a whole number, not “%(value)s”"),
    Kind.MONEY: _("%(field)s expects an amount in yuan with at most two decimals, not “%(value)s”"),
    Kind.RATIO: _("%(field)s expects a fraction such as 0.1, not “%(value)s”"),
    Kind.DATE: _("%(field)s expects a date such as 2026-01-31, not “%(value)s”"),
    Kind.TEXT: _("%(field)s expects a text, not “%(value)s”"),
    Kind.FLAG: _("%(field)s expects true or false, not “%(value)s”"),
}
LARGEST: Final = 10**15
DEEPEST: Final = 20


class InvalidCondition(Fault):
    """A condition that cannot be read. `path` says where the fault stands, such as `when.any[1]`."""

    def __init__(self, path: str, message: str, **words: object) -> None:
        self.path = path
        super().__init__(message, **words)


def parse(data: object, *, fields: Mapping[str, Field], path: str = "when") -> Condition:
    """Read a condition: `{all: […]}`, `{any: […]}` or `[field, operator, value]`.

    Raises InvalidCondition with the path of the part that is wrong, e.g. `when.any[1]`.
    """
    if path.count("[") > DEEPEST:
        raise InvalidCondition(path, _("expected at most %(most)s conditions inside one another"), most=DEEPEST)
    if isinstance(data, Mapping):
        if len(data) != 1 or next(iter(data)) not in ("all", "any"):
            raise InvalidCondition(path, _("expected one key, “all” or “any”, with a list of conditions below it"))
        word, parts = next(iter(data.items()))
        if not isinstance(parts, Sequence) or isinstance(parts, str):
            raise InvalidCondition(f"{path}.{word}", _("expected a list of conditions"))
        read = tuple(parse(part, fields=fields, path=f"{path}.{word}[{i}]") for i, part in enumerate(parts))
        if word == "any" and not read:
            raise InvalidCondition(f"{path}.any", _("expected at least one condition"))
        return AllOf(read) if word == "all" else AnyOf(read)
    if isinstance(data, Sequence) and not isinstance(data, str) and len(data) == 3:
        return _parse_comparison(*data, fields=fields, path=path)
    raise InvalidCondition(path, _("expected {all: […]}, {any: […]} or [field, operator, value]"))


def _parse_comparison(
    key: object, operator: object, value: object, *, fields: Mapping[str, Field], path: str
) -> Compare:
    known = fields.get(key) if isinstance(key, str) else None
    if known is None:
        raise InvalidCondition(
            path, _("unknown field “%(field)s”; known fields: %(known)s"), field=key, known=", ".join(sorted(fields))
        )
    if operator not in OPERATORS:
        raise InvalidCondition(
            path,
            _("unknown operator “%(operator)s”; expected one of %(known)s"),
            operator=operator,
            known=", ".join(OPERATORS),
        )
    operator = str(operator)
    if operator in ORDERED and known.kind in (Kind.TEXT, Kind.FLAG):
        raise InvalidCondition(path, _("%(field)s has no order; expected =, !=, in or exists"), field=known.key)
    if operator in MEMBERSHIPS and known.kind is Kind.FLAG:
        raise InvalidCondition(path, _("%(field)s is true or false; expected = or !="), field=known.key)
    if operator == "exists":
        if not isinstance(value, bool):
            raise InvalidCondition(path, _("expected true or false after exists, not “%(value)s”"), value=value)
        return Compare(known.key, operator, value)
    if operator in MEMBERSHIPS:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise InvalidCondition(
                path, _("expected a list of values after %(operator)s, not “%(value)s”"), operator=operator, value=value
            )
        return Compare(known.key, operator, tuple(_read_value(known, each, path) for each in value))
    return Compare(known.key, operator, _read_value(known, value, path))


def _read_value(known: Field, value: object, path: str) -> Any:
    match known.kind:
        case Kind.FLAG if isinstance(value, bool):
            return value
        case Kind.TEXT if isinstance(value, str):
            if known.choices and value not in known.choices:
                raise InvalidCondition(
                    path,
                    _("%(field)s is one of %(known)s, not “%(value)s”"),
                    field=known.key,
                    known=", ".join(known.choices),
                    value=value,
                )
            return value
        case Kind.DATE:
            if isinstance(value, date):
                return value
            if isinstance(value, str):
                try:
                    return date.fromisoformat(value)
                except ValueError:
                    pass
        case Kind.WHOLE if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
            return value
        case Kind.RATIO if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
            return float(value)
        case Kind.MONEY if isinstance(value, int | float | str) and not isinstance(value, bool):
            minor = yuan_to_minor(value)
            if minor is not None:
                return minor
    raise InvalidCondition(path, EXPECTED[known.kind], field=known.key, value=value)


def yuan_to_minor(value: int | float | str) -> int | None:
    """An amount in yuan as 分, or None where it isn't a number with at most two decimals (or beyond all reason)."""
    try:
        minor = Decimal(str(value)) * 100
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor != minor.to_integral_value() or abs(minor) > LARGEST:
        return None
    return int(minor)


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
