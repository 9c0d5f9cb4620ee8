"""RFM: breakpoints over the customers with an order in the window, scores 1–5, four or eight classes.

Scores follow the quintile method of Hughes, *Strategic Database Marketing* (1994), by breakpoints instead of ranks:
equal values get equal scores whatever the order of rows, and the work distributes.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, Final, Literal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

MEASURES: Final = ("recency_days", "orders", "amount")
QUANTILES: Final = (0.2, 0.4, 0.5, 0.6, 0.8)


def breakpoint_row(figures: ir.Table) -> ir.Table:
    """One row: `scored` (how many have an order in the window), and per measure its QUANTILES in a list and its sum."""
    scored = figures.filter(figures.orders > 0)
    columns: dict[str, Any] = {"scored": scored.count()}
    for measure in MEASURES:
        columns[f"{measure}_quantiles"] = scored[measure].quantile(list(QUANTILES))
        columns[f"{measure}_sum"] = scored[measure].sum()
    return scored.aggregate(**columns)


def quintiles(row: Mapping[str, Any]) -> dict[str, list[float]]:
    """The four breakpoints per measure out of `breakpoint_row`; empty where nobody is scored.

    Between whole numbers a quintile is a multiple of 1/5: rounding to it undoes the error of the engine's
    interpolation, so that a value on a breakpoint is on it exactly.
    """
    if not row["scored"]:
        return {}
    found = {measure: dict(zip(QUANTILES, row[f"{measure}_quantiles"], strict=True)) for measure in MEASURES}
    return {measure: [round(found[measure][q] * 5) / 5 for q in (0.2, 0.4, 0.6, 0.8)] for measure in MEASURES}


def centres(row: Mapping[str, Any], split: Literal["mean", "median"]) -> dict[str, float]:
    """The mean or median per measure out of `breakpoint_row`; empty where nobody is scored."""
    if not row["scored"]:
        return {}
    if split == "mean":
        return {measure: row[f"{measure}_sum"] / row["scored"] for measure in MEASURES}
    middle = QUANTILES.index(0.5)
    return {measure: round(row[f"{measure}_quantiles"][middle] * 2) / 2 for measure in MEASURES}


def scores(figures: ir.Table, *, breakpoints: Mapping[str, Sequence[float]], weights: tuple[int, int, int]) -> ir.Table:
    """`figures` with `recency_score`, `frequency_score`, `monetary_score` (1–5) and `total_score` (weighted mean).

    All four are null without an order in the window, and for everybody where `breakpoints` is empty.
    """
    if not breakpoints:
        nothing = {name: ibis.null(dt.int64) for name in ("recency_score", "frequency_score", "monetary_score")}
        return figures.mutate(**nothing, total_score=ibis.null(dt.float64))
    recency, frequency, money = (_passed(figures[measure], breakpoints[measure]) for measure in MEASURES)
    is_scored = figures.orders > 0
    scored = figures.mutate(
        recency_score=ibis.ifelse(is_scored, 5 - recency, ibis.null(dt.int64)),
        frequency_score=ibis.ifelse(is_scored, 1 + frequency, ibis.null(dt.int64)),
        monetary_score=ibis.ifelse(is_scored, 1 + money, ibis.null(dt.int64)),
    )
    r, f, m = weights
    weighted = r * scored.recency_score + f * scored.frequency_score + m * scored.monetary_score
    return scored.mutate(total_score=weighted.cast(dt.float64) / ibis.literal(r + f + m, dt.float64))


def four_classes(scored: ir.Table, *, churn_risk_at_most: int, high_at_least: float, low_below: float) -> Any:
    """The column of tiers: churn risk by a low recency score, else by the weighted total; `none` without scores."""
    return ibis.cases(
        (scored.total_score.isnull(), "none"),
        (scored.recency_score <= churn_risk_at_most, "churn_risk"),
        (scored.total_score >= high_at_least, "high_value"),
        (scored.total_score < low_below, "low_value"),
        else_="potential",
    )


def eight_classes(scored: ir.Table, *, centres: Mapping[str, float]) -> Any:
    """The column of tiers by recency, frequency and money, each above or below its centre; `none` without scores."""
    if not centres:
        return ibis.literal("none")
    is_recent = scored.recency_days <= centres["recency_days"]
    is_frequent = scored.orders > centres["orders"]
    is_big = scored.amount > centres["amount"]
    rank = ibis.ifelse(is_big, "important", "general")
    course = ibis.cases(
        (is_recent & is_frequent, "_value"), (is_recent, "_develop"), (is_frequent, "_keep"), else_="_win_back"
    )
    return ibis.ifelse(scored.total_score.isnull(), "none", rank.concat(course))


def _passed(value: Any, breakpoints: Sequence[float]) -> Any:
    return reduce(operator.add, ((value > each).cast(dt.int64) for each in breakpoints))
