"""Conditions compiled to a column of an Ibis table."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from zhike.kernel.conditions import AllOf, AnyOf, Compare, Condition

COMPARISONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def column(condition: Condition, figures: ir.Table) -> ir.BooleanColumn | ir.BooleanValue:
    """A boolean column over `figures` (one column per field): true where the condition holds, never null."""
    match condition:
        case AllOf(parts):
            return reduce(operator.and_, (column(part, figures) for part in parts), ibis.literal(value=True))
        case AnyOf(parts):
            return reduce(operator.or_, (column(part, figures) for part in parts), ibis.literal(value=False))
        case Compare():
            return _comparison(condition, figures)


def _comparison(comparison: Compare, figures: ir.Table) -> Any:
    figure: Any = figures[comparison.field]
    if comparison.operator == "exists":
        return figure.notnull() if comparison.value else figure.isnull()
    if isinstance(comparison.value, tuple):
        values = [_literal(value) for value in comparison.value]
        found = figure.isin(values) if comparison.operator == "in" else figure.notin(values)
    else:
        found = COMPARISONS[comparison.operator](figure, _literal(comparison.value))
    return found.fill_null(False)


def _literal(value: Any) -> Any:
    return ibis.date(value.year, value.month, value.day) if isinstance(value, date) else value
