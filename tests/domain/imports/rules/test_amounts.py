"""Amounts, quantities and percentages in every notation people use."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.imports.rules.amounts import (
    amount_reader,
    line_amount,
    percent_reader,
    price_reader,
    read_amount,
    read_count,
    read_quantity,
)
from zhike.domain.imports.rules.problems import Problem
from zhike.gateways.spreadsheets.cells import Cell
from zhike.kernel.money import decimal_string, yuan

MINOR = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("￥1,200.50", 120_050),
        ("¥1200", 120_000),
        ("1,200.50", 120_050),
        ("1.2万", 1_200_000),
        ("120万", 120_000_000),
        ("3.5亿", 35_000_000_000),
        ("2千万元", 2_000_000_000),
        ("120 万元", 120_000_000),
        ("1.2w", 1_200_000),
        ("(35.00)", -3_500),
        ("（35.00）", -3_500),
        ("(¥35)", -3_500),
        ("-35", -3_500),
        ("−35", -3_500),
        ("-¥35", -3_500),
        ("¥-35", -3_500),
        ("+35", 3_500),
        ("RMB 1,200", 120_000),
        ("CNY1200", 120_000),
        ("1200 CNY", 120_000),
        ("人民币1200元整", 120_000),
        ("1200元", 120_000),
        ("１，２００．５０", 120_050),
        ("  12 ", 1_200),
        ("\u20031\u200b2", 1_200),
        ("1e3", 100_000),
        ("1.5E+3", 150_000),
        (".5", 50),
        ("5.", 500),
        ("0", 0),
        ("-0", 0),
        (1200.5, 120_050),
        (12, 1_200),
        (1.005, 101),
        (-1.005, -101),
        ("1.005", 101),
        ("-1.005", -101),
        ("1.0049", 100),
        (129.696, 12_970),
        (125.43999999999998, 12_544),
        (1e-7, 0),
    ],
)
def test_an_amount_reads_in_every_notation(cell: Cell, minor: int) -> None:
    assert read_amount(cell) == minor


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "abc",
        "12元5角",
        "1,20",
        "12,34.5",
        "1.2.3",
        "1 2",
        "--5",
        "(-5)",
        "(5",
        "5)",
        "¥",
        "万",
        "一百",
        "12%",
        "$12",
        "€5",
        "1,2345",
        "0x10",
        "1e",
        "1e999",
        "inf",
        "nan",
        "=1+1",
        True,
        float("nan"),
        float("inf"),
        "5-",
        "12 345 678",
    ],
)
def test_what_is_no_amount_is_a_problem(cell: Cell) -> None:
    assert read_amount(cell) == Problem("amount")


@pytest.mark.parametrize("cell", ["1e15", 1e15, "9" * 5_000, "99万亿", "1e99"])
def test_an_amount_beyond_what_can_be_added_up_is_a_problem(cell: Cell) -> None:
    assert read_amount(cell) in (Problem("amount_too_large"), Problem("amount"))


@pytest.mark.parametrize(
    ("cell", "minor"), [("12", 12_000_000), (1.5, 1_500_000), ("3亿", 30_000_000_000), ("(2)", -2_000_000)]
)
def test_a_unit_in_the_heading_counts_unless_the_cell_has_its_own(cell: Cell, minor: int) -> None:
    assert amount_reader(10_000)(cell) == minor


@given(minor=MINOR)
def test_an_amount_written_in_any_notation_reads_back(minor: int) -> None:
    plain = decimal_string(minor)
    grouped = f"{abs(minor) // 100:,}.{abs(minor) % 100:02d}"
    written: list[Cell] = [plain, yuan(minor), f"{plain}元", f"CNY {plain}", f"{Decimal(minor) / 10**6:f}万"]
    written.append(f"({grouped})" if minor < 0 else f"￥{grouped}")
    written.append(plain.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789.-"}))
    assert {read_amount(cell) for cell in written} == {minor}


@given(minor=st.integers(-(10**13), 10**13))
def test_an_amount_kept_by_excel_reads_back(minor: int) -> None:
    assert read_amount(minor / 100) == minor


@given(text=st.text(max_size=30))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    assert isinstance(read_amount(text), int | Problem)
    assert isinstance(read_quantity(text), Decimal | Problem)
    assert isinstance(read_count(text), int | Problem)
    assert isinstance(percent_reader(counts_percent=False)(text), Decimal | Problem)


@given(number=st.floats())
def test_no_number_makes_the_reader_fail(number: float) -> None:
    assert isinstance(read_amount(number), int | Problem)
    assert isinstance(read_quantity(number), Decimal | Problem)
    assert isinstance(read_count(number), int | Problem)
    assert isinstance(percent_reader(counts_percent=True)(number), Decimal | Problem)


@pytest.mark.parametrize(
    ("cell", "price"),
    [("2.55", Decimal("2.55")), ("￥0.0545", Decimal("0.0545")), (0.0545, Decimal("0.0545")), ("-1", Decimal(-1))],
)
def test_a_price_is_exact(cell: Cell, price: Decimal) -> None:
    assert price_reader(1)(cell) == price


@pytest.mark.parametrize(("cell", "code"), [("x", "amount"), ("1e14", "amount_too_large")])
def test_a_price_has_the_problems_of_an_amount(cell: Cell, code: str) -> None:
    assert price_reader(1)(cell) == Problem(code)


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "minor"),
    [
        ("3", "2.55", None, 765),
        ("1000", "0.0545", None, 5450),
        ("1", "0.005", None, 1),
        ("-1", "0.005", None, -1),
        ("2", "100", "15", 17000),
    ],
)
def test_a_line_is_rounded_once(quantity: str, price: str, discount: str | None, minor: int) -> None:
    assert line_amount(Decimal(quantity), Decimal(price), None if discount is None else Decimal(discount)) == minor


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        ("12", "12.000"),
        ("1,200", "1200.000"),
        (2.0, "2.000"),
        ("-6", "-6.000"),
        ("0.0005", "0.001"),
        ("12件", "12.000"),
        ("1.5 kg", "1.500"),
        ("3万", "30000.000"),
        ("１２", "12.000"),
    ],
)
def test_a_quantity_has_three_decimals(cell: Cell, quantity: str) -> None:
    assert str(read_quantity(cell)) == quantity


@pytest.mark.parametrize("cell", ["x", "", "1,20", True, "12 打", "1e11", float("nan")])
def test_what_is_no_quantity_is_a_problem(cell: Cell) -> None:
    assert read_quantity(cell) == Problem("quantity")


@pytest.mark.parametrize(("cell", "count"), [("120", 120), ("1,200人", 1_200), (50.0, 50), ("1.2万", 12_000), ("0", 0)])
def test_a_count_is_whole(cell: Cell, count: int) -> None:
    assert read_count(cell) == count


@pytest.mark.parametrize("cell", ["50-100", "1.5", "-1", "约200", "3e9", False])
def test_what_is_no_count_is_a_problem(cell: Cell) -> None:
    assert read_count(cell) == Problem("count")


@pytest.mark.parametrize(
    ("cell", "counts_percent", "percent"),
    [
        ("12.5%", False, "12.50"),
        ("12.5％", False, "12.50"),
        ("125‰", False, "12.50"),
        (0.125, False, "12.50"),
        ("0.125", False, "12.50"),
        ("12.5", False, "12.50"),
        (0.4, False, "40.00"),
        ("-5%", False, "-5.00"),
        ("0", False, "0.00"),
        ("0.5", True, "0.50"),
        (12.5, True, "12.50"),
        ("8折", False, "20.00"),
        ("8.5折", False, "15.00"),
        ("85折", False, "15.00"),
        ("10折", False, "0.00"),
    ],
)
def test_a_percentage_reads_in_every_notation(cell: Cell, counts_percent: bool, percent: str) -> None:
    assert str(percent_reader(counts_percent=counts_percent)(cell)) == percent


@pytest.mark.parametrize("cell", ["", "x", "12%%", "10000%", True])
def test_what_is_no_percentage_is_a_problem(cell: Cell) -> None:
    assert percent_reader(counts_percent=False)(cell) == Problem("percent")


@pytest.mark.parametrize("text", ["10²", "①②", "½", "Ⅳ", "10₂"])
def test_only_full_width_signs_are_read_as_ordinary_ones(text: str) -> None:
    assert read_amount(text) == Problem("amount")
    assert read_quantity(text) == Problem("quantity")
    assert read_amount("￥１，２００．５０") == 120_050
