"""What lines of a file come to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.imports.rules.amounts import LARGEST_MINOR
from zhike.domain.imports.rules.fields import OrderRow
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.orders.rules import LineDraft, OrderDraft, assemble, is_return, read_line


def row(**stated: Any) -> OrderRow:
    values: dict[str, Any] = dict.fromkeys(OrderRow._fields)
    return OrderRow(**(values | {"number": "A1", "ordered_on": date(2026, 3, 1)} | stated))


@pytest.mark.parametrize(
    ("stated", "quantity", "amount", "cost"),
    [
        pytest.param({"amount_minor": 1200}, "1", 1200, None, id="an amount alone"),
        pytest.param({"quantity": "3", "unit_price": "2.55"}, "3", 765, None, id="quantity times price"),
        pytest.param({"quantity": "3", "unit_price": "0.335"}, "3", 101, None, id="rounded half up"),
        pytest.param({"quantity": "2", "unit_price": "10", "discount": "25"}, "2", 1500, None, id="less discount"),
        pytest.param(
            {"quantity": "2", "unit_price": "9", "amount_minor": 1700}, "2", 1700, None, id="the given amount wins"
        ),
        pytest.param({"amount_minor": 1000, "cost_minor": 600}, "1", 1000, 600, id="cost"),
        pytest.param({"amount_minor": 1000, "profit_minor": -250}, "1", 1000, 1250, id="cost from a loss"),
        pytest.param({"quantity": "-2", "unit_price": "4.95"}, "-2", -990, None, id="a cancellation"),
        pytest.param({"quantity": "-2", "amount_minor": 990}, "-2", -990, None, id="goods back for unsigned money"),
        pytest.param(
            {"kind": "return", "quantity": "2", "amount_minor": 990}, "-2", -990, None, id="said to be a return"
        ),
        pytest.param({"kind": "return", "amount_minor": -990}, "-1", -990, None, id="a return signed already"),
        pytest.param(
            {"kind": "return", "amount_minor": 1000, "profit_minor": 400},
            "-1",
            -1000,
            -600,
            id="a return with its cost",
        ),
        pytest.param({"quantity": "1", "unit_price": "-11062.06"}, "1", -1106206, None, id="a bad debt"),
        pytest.param({"quantity": "24", "unit_price": "0"}, "24", 0, None, id="a gift"),
    ],
)
def test_a_line_comes_to(stated: dict[str, Any], quantity: str, amount: int, cost: int | None) -> None:
    decimals = {
        name: Decimal(value) if isinstance(value, str) and name != "kind" else value for name, value in stated.items()
    }
    line = read_line(row(**decimals))
    assert (line.quantity, line.amount_minor, line.cost_minor) == (Decimal(quantity), amount, cost)


def test_a_product_without_a_code_goes_by_its_name() -> None:
    assert read_line(row(amount_minor=1, product_name="剪刀")).product_code == "剪刀"
    assert read_line(row(amount_minor=1, product_code="P1")).product_name == "P1"


def test_an_order_is_the_sum_of_its_lines_also_of_those_without_a_product() -> None:
    draft = assemble(7, [row(amount_minor=500, product_code="P"), row(amount_minor=100)])
    assert isinstance(draft, OrderDraft)
    assert (draft.customer_id, draft.amount_minor, len(draft.lines), draft.cost_minor) == (7, 600, 1, None)


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    draft = assemble(
        7, [row(amount_minor=2, line_number=2, product_code="B"), row(amount_minor=1, line_number=1, product_code="A")]
    )
    assert isinstance(draft, OrderDraft)
    assert [line.product_code for line in draft.lines] == ["A", "B"]


def test_an_amount_beyond_all_reason_is_a_problem() -> None:
    rows = [row(amount_minor=LARGEST_MINOR - 1), row(amount_minor=1)]
    assert assemble(7, rows) == Problem("amount_too_large")


def line(quantity: int, amount: int) -> LineDraft:
    return LineDraft("P", "P", "", Decimal(quantity), amount, None)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line(1, 100)], False),
        ([line(-1, -100)], True),
        ([line(3, 300), line(-1, -100)], False),
        ([line(1, 100), line(-2, -200)], True),
        ([line(-5, 0)], True),
        ([line(5, 0)], False),
        ([line(1, 100), line(-1, -100)], False),
    ],
)
def test_a_return_is_what_brings_more_back_than_it_takes(lines: list[LineDraft], expected: bool) -> None:
    assert is_return(lines) is expected


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-(10**6), 10**6)), min_size=1))
def test_a_return_is_never_worth_more_than_nothing(lines: list[tuple[int, int]]) -> None:
    drafts = [line(quantity, amount) for quantity, amount in lines]
    if is_return(drafts):
        assert sum(draft.amount_minor for draft in drafts) <= 0
