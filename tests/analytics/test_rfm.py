"""Breakpoints, scores and classes for all customers agree with the rules for one, and with the textbook."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.analytics import rfm
from zhike.domain.segmentation.rules import SCHEME, Breakpoints, RfmScheme, evaluate
from zhike.domain.segmentation.rules.schemes import Thresholds
from zhike.domain.segmentation.rules.scoring import four_classes

NAME = {"zh": "价值", "en": "Value"}
Row = tuple[int, int, int]
ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 12), st.integers(-5_000, 10**12)), min_size=1, max_size=40
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def scheme(**given: Any) -> RfmScheme:
    spec = SCHEME.validate_python({"key": "rfm", "name": NAME, "method": "rfm"} | given)
    assert isinstance(spec, RfmScheme)
    return spec


def figures(rows: list[Row]) -> Any:
    recency, orders, amount = zip(*rows, strict=True)
    return ibis.memtable(
        pa.table({"customer_id": range(len(rows)), "recency_days": recency, "orders": orders, "amount": amount})
    )


def breakpoints(engine: Any, rows: list[Row], split: Any = "mean") -> Breakpoints:
    row = engine.to_pyarrow(rfm.breakpoint_row(figures(rows))).to_pylist()[0]
    return Breakpoints(rfm.quintiles(row), rfm.centres(row, split))


def quantile(values: list[int], part: Fraction) -> Fraction:
    """Linear interpolation between order statistics (Hyndman & Fan 1996, type 7), in exact numbers."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_breakpoints_are_the_exact_quintiles_of_those_who_bought(engine: Any, rows: list[Row]) -> None:
    found = breakpoints(engine, rows).scores
    bought = [row for row in rows if row[1] > 0]
    if not bought:
        assert found == {}
        return
    for measure, values in zip(rfm.MEASURES, zip(*bought, strict=True), strict=True):
        expected = [float(quantile(list(values), Fraction(k, 5))) for k in (1, 2, 3, 4)]
        assert list(found[measure]) == expected


@settings(max_examples=60, deadline=None)
@given(ROWS, st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)), st.sampled_from(["four", "eight"]))
def test_everybody_at_once_and_one_by_one_come_to_the_same(
    engine: Any, rows: list[Row], weights: tuple[int, int, int], reading: str
) -> None:
    spec = scheme(weights=dict(zip("rfm", weights, strict=True)), reading=reading)
    points = breakpoints(engine, rows)
    scored = rfm.scores(figures(rows), breakpoints=points.scores, weights=weights)
    tier = (
        rfm.four_classes(scored, **spec.thresholds.model_dump())
        if reading == "four"
        else rfm.eight_classes(scored, centres=points.centres)
    )
    for found in engine.to_pyarrow(scored.mutate(tier=tier)).to_pylist():
        one = evaluate(spec, found, points)
        assert one.tier == found["tier"]
        assert one.recency_score == found["recency_score"]
        assert one.frequency_score == found["frequency_score"]
        assert one.monetary_score == found["monetary_score"]
        assert one.total_score == found["total_score"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 12), st.integers(0, 10**9)), min_size=1), st.randoms())
def test_scores_do_not_depend_on_the_order_of_rows(engine: Any, rows: list[Row], random: Any) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert breakpoints(engine, rows).scores == breakpoints(engine, shuffled).scores


@pytest.mark.parametrize("reading", ["four", "eight"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_a_handful_of_equal_customers_all_get_the_same_scores(engine: Any, n: int, reading: str) -> None:
    rows = [(10, 3, 700)] * n
    points = breakpoints(engine, rows)
    one = evaluate(scheme(reading=reading), {"recency_days": 10, "orders": 3, "amount": 700}, points)
    assert (one.recency_score, one.frequency_score, one.monetary_score) == (5, 1, 1)


@pytest.mark.parametrize(
    ("recency", "score"), [(0, 5), (30, 5), (31, 4), (60, 4), (90, 3), (91, 2), (180, 2), (181, 1)]
)
def test_a_value_on_a_breakpoint_falls_to_the_lower_class_of_the_value(recency: int, score: int) -> None:
    points = Breakpoints({"recency_days": (30, 60, 90, 180), "orders": (1, 2, 5, 10), "amount": (1, 2, 3, 4)}, {})
    assert evaluate(scheme(), {"recency_days": recency, "orders": 1, "amount": 0}, points).recency_score == score


@pytest.mark.parametrize(("orders", "score"), [(1, 1), (2, 2), (3, 3), (5, 3), (6, 4), (10, 4), (11, 5)])
def test_own_cut_offs_score_as_quintiles_do(orders: int, score: int) -> None:
    own = {"recency_days": [30, 60, 90, 180], "orders": [1, 2, 5, 10], "amount": [500, 2000, 10000, 50000]}
    cut_offs = scheme(cut_offs=own).cut_offs
    assert cut_offs is not None
    points = Breakpoints(cut_offs.breakpoints(), {})
    found = evaluate(scheme(cut_offs=own), {"recency_days": 1, "orders": orders, "amount": 50_001}, points)
    assert found.frequency_score == score
    assert found.monetary_score == 2


def test_nobody_who_did_not_buy_in_the_window_is_scored(engine: Any) -> None:
    points = breakpoints(engine, [(1, 2, 100), (500, 0, 0)])
    one = evaluate(scheme(), {"recency_days": 500, "orders": 0, "amount": 0}, points)
    assert (one.tier, one.recency_score, one.total_score) == ("none", None, None)


def test_each_of_the_125_cells_has_exactly_one_of_the_four_classes() -> None:
    limits = Thresholds()
    for r, f, m in itertools.product(range(1, 6), repeat=3):
        total = (r + f + m) / 3
        expected = (
            "churn_risk"
            if r <= 2
            else "high_value"
            if Fraction(r + f + m, 3) >= 4
            else "low_value"
            if Fraction(r + f + m, 3) < Fraction(5, 2)
            else "potential"
        )
        assert four_classes(r, total, limits) == expected


@settings(deadline=None)
@given(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(1, 99)), st.integers(10, 50))
def test_a_total_on_the_threshold_reaches_it_whatever_the_weights(weights: tuple[int, int, int], tenths: int) -> None:
    limits = Thresholds(churn_risk_at_most=0, high_at_least=tenths / 10, low_below=1)
    for scores in itertools.product(range(1, 6), repeat=3):
        exact = Fraction(sum(w * s for w, s in zip(weights, scores, strict=True)), sum(weights))
        total = sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)
        assert (four_classes(5, total, limits) == "high_value") == (exact >= Fraction(tenths, 10))


def test_unknown_breakpoints_leave_everybody_without_scores(engine: Any) -> None:
    scored = rfm.scores(figures([(1, 1, 1)]), breakpoints={}, weights=(1, 1, 1))
    assert engine.to_pyarrow(scored).to_pylist()[0]["total_score"] is None
