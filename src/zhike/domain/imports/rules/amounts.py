"""Reading numbers as people write them: amounts of money, quantities, counts, percentages.

Fractions below the last digit kept are rounded half up, away from zero, as accountants do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from zhike.domain.imports.rules.problems import Problem
from zhike.domain.imports.rules.texts import narrow
from zhike.gateways.spreadsheets.cells import Cell

#: Amounts stay below this many minor units, so that sums of many fit 64 bits.
LARGEST_MINOR = 10**16
LARGEST_QUANTITY = Decimal(10**11)
LARGEST_COUNT = 2**31
LARGEST_PERCENT = Decimal(10_000)

UNITS: dict[str, int] = {
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
    "十亿": 1_000_000_000,
    "百亿": 10_000_000_000,
    "k": 1_000,
    "w": 10_000,
}

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?:e(?P<exponent>[+-]?\d{1,2}))?"
_CURRENCY = r"(?:¥|rmb|cny|人民币)"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[+-]?){_CURRENCY}?:? ?(?P<second_sign>[+-]?) ?{_NUMBER} ?"
    rf"(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})? ?(?:元|圆|块)?[整正]? ?{_CURRENCY}?(?P<close>\))?"
)
_QUANTITY = re.compile(
    rf"(?P<sign>[+-]?){_NUMBER} ?(?P<unit>万)? ?"
    r"(?:个|件|台|套|箱|盒|只|支|条|张|本|份|次|包|瓶|双|吨|斤|公斤|千克|克|米|升|人|名|人员|kg|g|t|pcs|pc|ea|m|l)?"
)
_PERCENT = re.compile(rf"(?P<sign>[+-]?){_NUMBER} ?(?P<mark>[%‰])?")
_DISCOUNT = re.compile(r"(?P<number>\d(?:\.\d+)?|\d\d) ?折")
_CENT = Decimal("0.01")
_THOUSANDTH = Decimal("0.001")
_MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "﹣": "-"})


def read_amount(cell: Cell) -> int | Problem:
    """An amount in minor units (分): `￥1,200.50`, `1.2万`, `(35.00)`, `RMB 1,200`, `1200元`, `1e3`, Excel numbers."""
    return _amount(cell, 1)


def amount_reader(factor: int) -> Callable[[Cell], int | Problem]:
    """A reader of amounts under a heading such as 金额(万元): a number without a unit counts `factor` yuan."""

    def read_amount_in_unit(cell: Cell) -> int | Problem:
        return _amount(cell, factor)

    return read_amount_in_unit


def price_reader(factor: int) -> Callable[[Cell], Decimal | Problem]:
    """A reader of unit prices in yuan, exact: rounding waits until they are multiplied by a quantity."""

    def read_price(cell: Cell) -> Decimal | Problem:
        value = _yuan(cell, factor)
        if value is None:
            return Problem("amount")
        return value if abs(value) * 100 < LARGEST_MINOR else Problem("amount_too_large")

    return read_price


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal | None = None) -> int:
    """Minor units of a quantity at a price in yuan, less a discount in per cent."""
    yuan = quantity * unit_price
    if discount is not None:
        yuan -= yuan * discount / 100
    return _minor(yuan)


def read_quantity(cell: Cell) -> Decimal | Problem:
    """A quantity to three decimals; a usual unit behind it (`12件`, `1.5 kg`) is not looked at."""
    value = _plain_number(cell, _QUANTITY)
    if value is None or abs(value) >= LARGEST_QUANTITY:
        return Problem("quantity")
    return value.quantize(_THOUSANDTH, ROUND_HALF_UP)


def read_count(cell: Cell) -> int | Problem:
    """A whole number from 0 on: `120`, `1,200`, `120人`."""
    value = _plain_number(cell, _QUANTITY)
    if value is None or value != value.to_integral_value() or not 0 <= value < LARGEST_COUNT:
        return Problem("count")
    return int(value)


def percent_reader(*, counts_percent: bool) -> Callable[[Cell], Decimal | Problem]:
    """A reader of percentages, in per cent to two decimals: `12.5%`, `125‰` and `0.125` are 12.50, `12.5` as well.

    A bare number between -1 and 1 is a share of one, as Excel keeps percentages, unless the heading counts in per cent
    (`counts_percent`). `8.5折` is the discount it grants: 15.00.
    """

    def read_percent(cell: Cell) -> Decimal | Problem:
        value = _percent(cell, counts_percent)
        if value is None or abs(value) >= LARGEST_PERCENT:
            return Problem("percent")
        return value.quantize(_CENT, ROUND_HALF_UP)

    return read_percent


def _amount(cell: Cell, factor: int) -> int | Problem:
    value = _yuan(cell, factor)
    if value is None:
        return Problem("amount")
    return _minor(value) if abs(value) * 100 < LARGEST_MINOR else Problem("amount_too_large")


def _minor(yuan: Decimal) -> int:
    return int((yuan * 100).to_integral_value(ROUND_HALF_UP))


def _yuan(cell: Cell, factor: int) -> Decimal | None:
    if not isinstance(cell, str):
        value = _of_number(cell)
        return None if value is None else value * factor
    # Most amounts of a file are plain: they need not take the long way.
    plain = cell.removeprefix("-")
    if plain.isascii() and plain.replace(".", "", 1).isdecimal():
        return Decimal(cell) * factor
    found = _AMOUNT.fullmatch(_prepare(cell))
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    if bool(found["sign"]) + bool(found["second_sign"]) + bool(found["open"]) > 1:
        return None
    value = _magnitude(found) * (UNITS[found["unit"]] if found["unit"] else factor)
    return -value if found["open"] or "-" in (found["sign"], found["second_sign"]) else value


def _plain_number(cell: Cell, pattern: re.Pattern[str]) -> Decimal | None:
    if not isinstance(cell, str):
        return _of_number(cell)
    found = pattern.fullmatch(_prepare(cell))
    if not found:
        return None
    value = _magnitude(found) * (UNITS[found["unit"]] if found["unit"] else 1)
    return -value if found["sign"] == "-" else value


def _percent(cell: Cell, counts_percent: bool) -> Decimal | None:
    if not isinstance(cell, str):
        value, mark = _of_number(cell), ""
    elif discount := _DISCOUNT.fullmatch(_prepare(cell)):
        share = Decimal(discount["number"])
        return 100 - (share * 10 if share <= 10 else share)
    elif found := _PERCENT.fullmatch(_prepare(cell)):
        value, mark = _magnitude(found), found["mark"] or ""
        value = -value if found["sign"] == "-" else value
    else:
        return None
    if value is None or mark == "%":
        return value
    if mark == "‰":
        return value / 10
    return value if counts_percent or abs(value) >= 1 else value * 100


def _prepare(text: str) -> str:
    return narrow(text).translate(_MINUS_SIGNS).lower()


def _magnitude(found: re.Match[str]) -> Decimal:
    number = Decimal(found["number"].replace(",", ""))
    return number.scaleb(int(found["exponent"])) if found["exponent"] else number


def _of_number(cell: Cell) -> Decimal | None:
    """The number that Excel holds, by its shortest writing: 0.1 is a tenth, not the binary fraction next to it."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return None
    return Decimal(repr(cell))
