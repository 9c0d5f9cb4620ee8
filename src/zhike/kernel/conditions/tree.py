"""The tree itself: fields, the three kinds of node, and whether a condition holds of a mapping of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, TypeAlias

Scalar: TypeAlias = int | float | str | bool | date
Value: TypeAlias = Scalar | tuple[Scalar, ...]
Figures: TypeAlias = Mapping[str, Scalar | None]
Condition: TypeAlias = "AllOf | AnyOf | Compare"


class Kind(StrEnum):
    """What a field holds, hence how its value is written, compared and shown."""

    WHOLE = "whole"
    MONEY = "money"
    RATIO = "ratio"
    DATE = "date"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition may speak of.

    `label` and the labels of `choices` are English message ids. Money is written in yuan and held in 分; a ratio is
    written as a fraction (0.1) and shown as a percentage.
    """

    key: str
    kind: Kind
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is true; true of everyone when there are no parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where at least one part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """One figure against a value; `exists` asks whether the figure is known at all."""

    field: str
    operator: str
    value: Value


COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def holds(condition: Condition, figures: Figures) -> bool:
    """Whether the condition is true of these figures; a figure that is missing or None makes no comparison true."""
    match condition:
        case AllOf(parts):
            return all(holds(part, figures) for part in parts)
        case AnyOf(parts):
            return any(holds(part, figures) for part in parts)
        case Compare(key, operator, value):
            figure = figures.get(key)
            if operator == "exists":
                return (figure is not None) == value
            if figure is None:
                return False
            if operator in {"in", "not in"}:
                return (figure in value) == (operator == "in")  # type: ignore[operator]
            return COMPARISONS[operator](figure, value)


def used_fields(condition: Condition) -> tuple[str, ...]:
    """The fields a condition speaks of, each once, in order of appearance."""
    match condition:
        case Compare(key, _, _):
            return (key,)
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(key for part in parts for key in used_fields(part)))
