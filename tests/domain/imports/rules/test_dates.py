"""Dates and times in every notation people and programs use."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.imports.rules import dates
from zhike.domain.imports.rules.dates import DateOrder, datetime_reader, needs_order, order_of
from zhike.domain.imports.rules.problems import Problem
from zhike.gateways.spreadsheets.cells import Cell
from zhike.kernel.clock import COMPANY_ZONE

date_reader = partial(dates.date_reader, zone=COMPANY_ZONE)
MARCH_5 = date(2024, 3, 5)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def wall(*parts: int) -> datetime:
    """A time as clocks on the wall showed it: files name no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    "cell",
    [
        "2024年3月5日",
        "2024年03月05号",
        "2024/3/5",
        "2024-03-05",
        "2024-03-05 08:26:00",
        "20240305",
        "2024.3.5",
        "２０２４／３／５",
        " 2024 / 3 / 5 ",
        "2024-03-05T08:26:00.123Z",
        "2024/3/5 下午 3:20",
        "2024年3月5日 星期二",
        "2024年3月5日星期二 8时26分",
        "20240305082600",
        "45356",
        45356,
        45356.35,
        "45356.5",
        20240305.0,
        20240305,
        MARCH_5,
        wall(2024, 3, 5, 23, 59, 59),
    ],
)
def test_a_date_reads_in_every_notation(cell: Cell) -> None:
    assert date_reader()(cell) == MARCH_5


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "date"),
        ("昨天", "date"),
        ("2024", "date"),
        (2024, "date"),
        (2024.0, "date"),
        ("2024年3月", "date"),
        ("9999", "date"),
        (80_000, "date"),
        (True, "date"),
        (float("nan"), "date"),
        (float("inf"), "date"),
        ("2024-3-5 8", "date"),
        ("24/3/5", "date_short_year"),
        ("3/5/24", "date_short_year"),
        ("2023-02-29", "date_impossible"),
        ("2024-13-01", "date_impossible"),
        ("20240230", "date_impossible"),
        ("2024-03-05 25:00", "date_impossible"),
        ("31/31/2024", "date_impossible"),
        ("1899-12-31", "date_range"),
        ("2101-01-01", "date_range"),
        (date(1066, 10, 14), "date_range"),
        ("3/5/2024", "date_ambiguous"),
        ("03-05-2024 10:00", "date_ambiguous"),
    ],
)
def test_what_is_no_date_is_a_problem(cell: Cell, code: str) -> None:
    assert date_reader()(cell) == Problem(code)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("3/5/2024", DateOrder.MONTH_FIRST, date(2024, 3, 5)),
        ("3/5/2024", DateOrder.DAY_FIRST, date(2024, 5, 3)),
        ("5.3.2024", DateOrder.DAY_FIRST, date(2024, 3, 5)),
        ("25/3/2024", None, date(2024, 3, 25)),
        ("3/25/2024", None, date(2024, 3, 25)),
        ("3/25/2024", DateOrder.DAY_FIRST, date(2024, 3, 25)),
        ("5/5/2024", None, date(2024, 5, 5)),
    ],
)
def test_day_and_month_stand_in_the_order_of_their_column(cell: str, order: DateOrder | None, day: date) -> None:
    assert date_reader(order=order)(cell) == day


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3/5/2024", "3/25/2024"], DateOrder.MONTH_FIRST),
        (["3/5/2024", "25/3/2024"], DateOrder.DAY_FIRST),
        (["12/1/2010 8:26", "12/13/2010 9:02"], DateOrder.MONTH_FIRST),
        (["3/5/2024", "6/7/2024"], None),
        (["13/5/2024", "5/13/2024"], None),
        (["2024-03-25", "", 45356, MARCH_5], None),
    ],
)
def test_a_column_proves_its_order_by_numbers_above_twelve(cells: list[Cell], order: DateOrder | None) -> None:
    assert order_of(cells) == order


def test_only_dates_whose_year_stands_last_need_an_order() -> None:
    assert [needs_order(cell) for cell in ("3/5/2024", "2024/3/5", 45356, "x")] == [True, False, False, False]


@pytest.mark.parametrize(("serial", "day"), [(43_894, MARCH_5), ("43894", MARCH_5)])
def test_days_may_count_from_1904(serial: Cell, day: date) -> None:
    assert date_reader(counts_from_1904=True)(serial) == day


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-03-05 14:30", wall(2024, 3, 5, 14, 30)),
        ("2024/3/5 下午2:30:15", wall(2024, 3, 5, 14, 30, 15)),
        ("2024-03-05 12:10 am", wall(2024, 3, 5, 0, 10)),
        ("2024年3月5日 14时30分", wall(2024, 3, 5, 14, 30)),
        ("2024年3月5日 14点", wall(2024, 3, 5, 14)),
        ("2024-03-05", wall(2024, 3, 5)),
        ("2024-03-05T06:30:00Z", datetime(2024, 3, 5, 6, 30, tzinfo=UTC)),
        ("2024-03-05T14:30:00+08:00", datetime(2024, 3, 5, 14, 30, tzinfo=timezone(timedelta(hours=8)))),
        (45356.604166666664, wall(2024, 3, 5, 14, 30)),
        (wall(2024, 3, 5, 14, 30), wall(2024, 3, 5, 14, 30)),
        (MARCH_5, wall(2024, 3, 5)),
    ],
)
def test_a_time_reads_in_every_notation(cell: Cell, moment: datetime) -> None:
    assert datetime_reader()(cell) == moment


@pytest.mark.parametrize(("cell", "code"), [("14:30", "time"), ("x", "time"), ("2024-02-30 1:00", "date_impossible")])
def test_what_is_no_time_is_a_problem(cell: Cell, code: str) -> None:
    assert datetime_reader()(cell) == Problem(code)


@given(day=DAYS)
def test_a_date_written_in_any_notation_reads_back(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    written: list[Cell] = [day, f"{day}", f"{year}/{month}/{number}", f"{year}年{month}月{number}日", f"{day:%Y%m%d}"]
    written += [f"{year}.{month}.{number}", f"{day} 00:00:00", wall(year, month, number, 23, 59)]
    assert {date_reader()(cell) for cell in written} == {day}
    assert date_reader(order=DateOrder.DAY_FIRST)(f"{number}/{month}/{year}") == day
    assert date_reader(order=DateOrder.MONTH_FIRST)(f"{month}/{number}/{year}") == day


@given(moment=st.datetimes(wall(1930, 1, 1), wall(2100, 12, 31)).map(lambda found: found.replace(microsecond=0)))
def test_a_time_kept_by_excel_reads_back(moment: datetime) -> None:
    serial = (moment - wall(1899, 12, 30)) / timedelta(days=1)
    assert datetime_reader()(serial) == moment


@given(text=st.text(max_size=30), order=st.sampled_from([None, *DateOrder]))
def test_no_text_makes_the_reader_fail(text: str, order: DateOrder | None) -> None:
    assert isinstance(date_reader(order=order)(text), date | Problem)


@given(number=st.floats())
def test_no_number_makes_the_reader_fail(number: float) -> None:
    assert isinstance(datetime_reader()(number), datetime | Problem)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05T23:59:59Z", date(2024, 3, 6)),
        ("2024-03-05T15:59:59Z", date(2024, 3, 5)),
        ("2024-03-05T23:59:59+08:00", date(2024, 3, 5)),
        ("2024-03-05T23:59:59", date(2024, 3, 5)),
    ],
)
def test_a_moment_with_its_zone_falls_on_our_day(text: str, day: date) -> None:
    assert date_reader()(text) == day
