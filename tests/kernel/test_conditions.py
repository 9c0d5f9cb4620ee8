"""One tree of conditions: read, written back, put in words, and evaluated alike on a mapping and on a column."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.analytics.conditions import column
from zhike.kernel.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Field,
    InvalidCondition,
    Kind,
    holds,
    parse,
    reasons,
    sentence,
    to_data,
    used_fields,
)

FIELDS = {
    field.key: field
    for field in (
        Field("amount", Kind.MONEY, "yearly amount"),
        Field("orders", Kind.WHOLE, "orders"),
        Field("growth", Kind.RATIO, "growth"),
        Field("last_order_on", Kind.DATE, "last order"),
        Field("is_strategic", Kind.FLAG, "strategic customer"),
        Field("kind", Kind.TEXT, "kind", {"company": "Company", "person": "Person"}),
    )
}
TYPES = {
    "amount": pa.int64(),
    "orders": pa.int64(),
    "growth": pa.float64(),
    "last_order_on": pa.date32(),
    "is_strategic": pa.bool_(),
    "kind": pa.string(),
}


def values_of(key: str) -> st.SearchStrategy[Any]:
    return {
        "amount": st.integers(-300, 300),
        "orders": st.integers(0, 5),
        "growth": st.sampled_from([-0.5, 0.0, 0.1, 0.2]),
        "last_order_on": st.dates(date(2026, 1, 1), date(2026, 1, 5)),
        "is_strategic": st.booleans(),
        "kind": st.sampled_from(["company", "person"]),
    }[key]


@st.composite
def comparisons(draw: Any) -> Compare:
    key = draw(st.sampled_from(sorted(FIELDS)))
    operators = {"is_strategic": ["=", "!="], "kind": ["=", "!=", "in", "not in"]}.get(
        key, ["=", "!=", "<", "<=", ">", ">=", "in", "not in"]
    )
    operator = draw(st.sampled_from([*operators, "exists"]))
    if operator == "exists":
        return Compare(key, operator, draw(st.booleans()))
    if operator in {"in", "not in"}:
        return Compare(key, operator, tuple(draw(st.lists(values_of(key), min_size=1, max_size=3))))
    return Compare(key, operator, draw(values_of(key)))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda parts: (
        st.lists(parts, max_size=3).map(lambda found: AllOf(tuple(found)))
        | st.lists(parts, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found)))
    ),
    max_leaves=6,
)
FIGURES = st.fixed_dictionaries({key: st.none() | values_of(key) for key in FIELDS})


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@settings(max_examples=80, deadline=None)
@given(CONDITIONS, st.lists(FIGURES, min_size=1, max_size=8))
def test_a_column_and_a_mapping_agree(engine: Any, condition: Condition, rows: list[dict[str, Any]]) -> None:
    figures = ibis.memtable(pa.Table.from_pylist(rows, schema=pa.schema(TYPES)))
    answered = engine.to_pyarrow(figures.mutate(answer=column(condition, figures)))["answer"].to_pylist()
    assert answered == [holds(condition, row) for row in rows]


@given(CONDITIONS)
def test_what_is_written_reads_back_the_same(condition: Condition) -> None:
    assert parse(to_data(condition, fields=FIELDS), fields=FIELDS) == condition


@given(comparisons())
def test_missing_data_makes_no_comparison_true(comparison: Compare) -> None:
    assert holds(comparison, {}) == (comparison == Compare(comparison.field, "exists", value=False))


@given(CONDITIONS, FIGURES)
def test_whoever_meets_a_condition_is_told_why(condition: Condition, figures: dict[str, Any]) -> None:
    told = reasons(condition, figures, fields=FIELDS, gettext=str)
    if not holds(condition, figures):
        assert told == ()
    assert sentence(condition, fields=FIELDS, gettext=str)


@pytest.mark.parametrize(
    ("data", "place", "fault"),
    [
        ({"any": [["amount", ">=", 1], ["amout", ">=", 1]]}, "when.any[1]", "unknown field “amout”"),
        ({"all": [{"any": [["orders", "=>", 1]]}]}, "when.all[0].any[0]", "unknown operator “=>”"),
        (["amount", ">=", "a lot"], "when", "amount expects an amount in yuan"),
        (["amount", ">=", 1.005], "when", "at most two decimals"),
        (["orders", ">=", 1.5], "when", "orders expects a whole number"),
        (["orders", ">=", True], "when", "orders expects a whole number"),
        (["last_order_on", ">", "2026-02-30"], "when", "a date such as"),
        (["kind", "=", "shop"], "when", "one of company, person"),
        (["kind", ">", "company"], "when", "kind has no order"),
        (["is_strategic", "=", "yes"], "when", "true or false"),
        (["is_strategic", "in", [True]], "when", "true or false; expected = or !="),
        (["orders", "in", 3], "when", "expected a list of values"),
        (["orders", "exists", 3], "when", "expected true or false after exists"),
        ({"not": []}, "when", "“all” or “any”"),
        ({"any": []}, "when.any", "at least one"),
        ({"all": "orders"}, "when.all", "a list of conditions"),
        ("orders >= 3", "when", "expected {all: […]}"),
        (["amount", ">=", 10**20], "when", "amount expects an amount in yuan"),
        (["growth", ">=", float("nan")], "when", "a fraction such as"),
    ],
)
def test_a_wrong_condition_says_where_and_what_was_expected(data: object, place: str, fault: str) -> None:
    with pytest.raises(InvalidCondition) as caught:
        parse(data, fields=FIELDS)
    assert caught.value.path == place
    assert fault in caught.value.sentence(str)


def test_money_is_written_in_yuan_and_held_in_minor_units() -> None:
    assert parse(["amount", ">=", 1200.5], fields=FIELDS) == Compare("amount", ">=", 120_050)


def test_a_condition_reads_as_a_sentence() -> None:
    condition = parse(
        {"all": [{"any": [["amount", ">=", 500000], ["is_strategic", "=", True]]}, ["growth", ">", 0.1]]},
        fields=FIELDS,
    )
    assert sentence(condition, fields=FIELDS, gettext=str) == (
        "(yearly amount ≥ ¥500,000 or strategic customer) and growth > 10%"
    )
    assert used_fields(condition) == ("amount", "is_strategic", "growth")


@pytest.mark.parametrize(
    ("share", "shown"), [(-0.09598, "-9.6%"), (-0.1319, "-13.2%"), (-1.331, "-133.1%"), (0.1, "10%"), (-0.0004, "0%")]
)
def test_a_share_has_one_decimal_in_a_reason_and_stays_exact_in_a_rule(share: float, shown: str) -> None:
    condition = parse(["growth", "<=", 0.1225], fields=FIELDS)
    words = reasons(condition, {"growth": share}, fields=FIELDS, gettext=str)
    assert words == (f"growth {shown} ≤ 12.25%",)


def test_a_reason_puts_the_figures_in() -> None:
    condition = parse({"any": [["amount", ">=", 500000], ["is_strategic", "=", True]]}, fields=FIELDS)
    figures = {"amount": 62_000_000, "is_strategic": True}
    assert reasons(condition, figures, fields=FIELDS, gettext=str) == ("yearly amount ¥620,000 ≥ ¥500,000",)
    assert reasons(condition, {"is_strategic": True}, fields=FIELDS, gettext=str) == ("strategic customer",)
