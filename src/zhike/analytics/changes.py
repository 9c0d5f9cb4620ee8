"""What an evaluation changes: the rows that differ from the standings in force."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any, Final

import ibis
import ibis.expr.types as ir

COMPARED: Final = (
    "tier",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "total_score",
    "figures",
    "override_id",
)


def json_text(table: ir.Table, fields: Sequence[str]) -> Any:
    """A column of JSON objects with these columns of the table; nulls are left out.

    The text is the one Python's `json.dumps` writes, so that an unchanged row compares equal to the one stored.
    """
    parts = [
        ibis.ifelse(table[field].isnull(), "", ibis.literal(f', "{field}": ').concat(_json_value(table[field])))
        for field in fields
    ]
    return ibis.literal("{").concat(reduce(operator.add, parts, ibis.literal("")).substr(2), "}")


def _json_value(column: Any) -> Any:
    if column.type().is_string():
        escaped = column.replace("\\", "\\\\").replace('"', '\\"').re_replace(r"[\x00-\x1f]", " ")
        return ibis.literal('"').concat(escaped, '"')
    if column.type().is_date():
        return ibis.literal('"').concat(column.cast("string"), '"')
    return column.cast("string")


def changed(evaluated: ir.Table, standings: ir.Table, *, version_id: int) -> ir.Table:
    """The rows of `evaluated` (`customer_id` and COMPARED) that have no standing, or one that differs in anything.

    `standings` are those of one scheme, at most one row per customer, with the same columns and the `version_id` that
    they were made under; an older version than the one given is a difference too.
    """
    before = standings.select("customer_id", "version_id", **{f"was_{name}": standings[name] for name in COMPARED})
    joined = evaluated.left_join(before, "customer_id").drop("customer_id_right")
    differs = [~joined[name].identical_to(joined[f"was_{name}"]) for name in COMPARED]
    is_older = ~joined.version_id.identical_to(ibis.literal(version_id, joined.version_id.type()))
    return joined.filter(reduce(operator.or_, differs, is_older)).select("customer_id", *COMPARED)


def moves(evaluated: ir.Table, standings: ir.Table) -> ir.Table:
    """Who would change tier: `customer_id`, `before`, `after`; those without a standing count as having `none`."""
    held = standings.select("customer_id", before="tier")
    joined = evaluated.left_join(held, "customer_id").drop("customer_id_right")
    before = joined.before.fill_null("none")
    return joined.filter(before != joined.tier).select("customer_id", before=before, after=joined.tier)
