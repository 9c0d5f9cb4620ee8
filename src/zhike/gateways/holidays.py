"""China's public holidays and make-up days as plain dates, read from the `holidays` package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays


@dataclass(frozen=True)
class PublicHolidays:
    """Days off and weekend days worked in exchange.

    `published` are the years whose arrangement the State Council has announced. The first year after them has the days
    that the law itself fixes, but no make-up days yet; further years have nothing but their weekends.
    """

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    published: range


@cache
def china() -> PublicHolidays:
    """Everything the installed tables know, from 2001 on."""
    announced = ChinaStaticHolidays.special_public_holidays
    published = range(min(announced), max(announced) + 1)
    table = country_holidays("CN", years=range(published.start, published.stop + 1))
    return PublicHolidays(
        days_off=frozenset(table) - frozenset(table.weekend_workdays),
        make_up_days=frozenset(table.weekend_workdays),
        published=published,
    )


@cache
def names(year: int, language: str) -> dict[date, str]:
    """Why each public holiday of a year is one, in Chinese or English, as `春节` or the weekend day worked for it."""
    spoken = "zh_CN" if language.startswith("zh") else "en_US"
    table = country_holidays("CN", years=year, language=spoken)
    return dict(table)
