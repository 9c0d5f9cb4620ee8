"""Reading dates and times as people and programs write them, in the order of day and month that the column proves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum

from zhike.domain.imports.rules.problems import Problem
from zhike.domain.imports.rules.texts import narrow
from zhike.gateways.spreadsheets.cells import Cell

FIRST_YEAR, LAST_YEAR = 1900, 2100

#: Days of Excel taken for a date where the cell is not formatted as one: 1927-05-18 to 2100-12-31. Smaller numbers are
#: more likely years or amounts.
FIRST_SERIAL, LAST_SERIAL = 10_000, 73_415
_DAY_ZERO = datetime.combine(date(1899, 12, 30), time())
_DAYS_TO_1904 = 1462

_TIME = (
    r"(?:\s*\(?(?:周|星期)[一二三四五六日天]\)?)?(?:(?:t|\s+)(?P<before>上午|下午|am|pm)?\s*"
    r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?(?:[:分](?P<second>\d{1,2})(?:\.\d+)?)?[分秒]?"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})\s?[-/.年]\s?(?P<month>\d{{1,2}})\s?[-/.月]\s?(?P<day>\d{{1,2}})\s?[日号]?{_TIME}"
)
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})\s?[-/.]\s?(?P<second_part>\d{{1,2}})\s?[-/.]\s?(?P<year>\d{{4}}){_TIME}"
)
_SHORT_YEAR = re.compile(rf"\d{{1,2}}\s?[-/.年]\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}\s?[日号]?{_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


class DateOrder(StrEnum):
    """What comes first in dates whose year stands last."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def order_of(cells: Iterable[Cell]) -> DateOrder | None:
    """The order that a column proves by numbers above 12; None without proof, or with proofs of both."""
    proofs: set[DateOrder] = set()
    for cell in cells:
        if isinstance(cell, str) and (found := _YEAR_LAST.fullmatch(narrow(cell).lower())):
            first, second = int(found["first"]), int(found["second_part"])
            if first > 12 >= second:
                proofs.add(DateOrder.DAY_FIRST)
            elif second > 12 >= first:
                proofs.add(DateOrder.MONTH_FIRST)
            if len(proofs) == 2:
                return None
    return proofs.pop() if proofs else None


def needs_order(cell: Cell) -> bool:
    """Whether the cell is a date whose year stands last."""
    return isinstance(cell, str) and _YEAR_LAST.fullmatch(narrow(cell).lower()) is not None


def date_reader(
    *, zone: tzinfo, order: DateOrder | None = None, counts_from_1904: bool = False
) -> Callable[[Cell], date | Problem]:
    """A reader of dates; a time of day behind them is left away, but where it names a zone the day in ours counts."""

    def read_date(cell: Cell) -> date | Problem:
        moment = _read(cell, order, counts_from_1904)
        if isinstance(moment, Problem):
            return moment
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()

    return read_date


def datetime_reader(
    *, order: DateOrder | None = None, counts_from_1904: bool = False
) -> Callable[[Cell], datetime | Problem]:
    """A reader of times: with a zone only where the cell names one, else as clocks on the wall showed them."""

    def read_datetime(cell: Cell) -> datetime | Problem:
        moment = _read(cell, order, counts_from_1904)
        return Problem("time") if moment == Problem("date") else moment

    return read_datetime


def _read(cell: Cell, order: DateOrder | None, counts_from_1904: bool) -> datetime | Problem:
    if isinstance(cell, str):
        moment = _read_text(narrow(cell).lower(), order, counts_from_1904)
    elif isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime.combine(cell, time())
    elif isinstance(cell, bool):
        return Problem("date")
    else:
        moment = _read_number(cell, counts_from_1904)
    if isinstance(moment, datetime) and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return Problem("date_range")
    return moment


def _read_text(text: str, order: DateOrder | None, counts_from_1904: bool) -> datetime | Problem:
    if found := _YEAR_FIRST.fullmatch(text):
        return _moment(int(found["year"]), int(found["month"]), int(found["day"]), found)
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(found, order)
    if found := _COMPACT.fullmatch(text):
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime.combine(date(year, month, day), time(hour, minute, second))
        except ValueError:
            return Problem("date_impossible")
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text), counts_from_1904)
    return Problem("date_short_year" if _SHORT_YEAR.fullmatch(text) else "date")


def _read_number(number: float, counts_from_1904: bool) -> datetime | Problem:
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        return _of_serial(number, counts_from_1904)
    if 19_000_101 <= number <= 21_001_231 and number == int(number):
        return _read_text(str(int(number)), None, counts_from_1904)
    return Problem("date")


def _of_serial(serial: float, counts_from_1904: bool) -> datetime | Problem:
    if not FIRST_SERIAL <= serial < LAST_SERIAL + 1:
        return Problem("date")
    seconds = round((serial + _DAYS_TO_1904 * counts_from_1904) * 86_400)
    return _DAY_ZERO + timedelta(seconds=seconds)


def _year_last(found: re.Match[str], order: DateOrder | None) -> datetime | Problem:
    first, second = int(found["first"]), int(found["second_part"])
    if first > 12:
        day, month = first, second
    elif second > 12 or first == second:
        month, day = first, second
    elif order is None:
        return Problem("date_ambiguous")
    else:
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    return _moment(int(found["year"]), month, day, found)


def _moment(year: int, month: int, day: int, found: re.Match[str]) -> datetime | Problem:
    hour = int(found["hour"] or 0)
    half = found["before"] or found["after"]
    if half in ("下午", "pm") and hour < 12:
        hour += 12
    elif half in ("上午", "am") and hour == 12:
        hour = 0
    try:
        zone = _zone(found["zone"]) if found["zone"] else None
        clock = time(hour, int(found["minute"] or 0), int(found["second"] or 0), tzinfo=zone)
        return datetime.combine(date(year, month, day), clock)
    except ValueError:
        return Problem("date_impossible")


def _zone(text: str) -> timezone:
    if text == "z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)
