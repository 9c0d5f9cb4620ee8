"""What is wrong with a cell, as a code and its parameters; the sentence for the reader is made of them at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: English sentences (message ids, for the % operator) by code: what was expected, and where it helps, what to do.
SENTENCES: dict[str, str] = {
    "required": "Expected a value here; the cell is empty.",
    "too_few_cells": "Expected %(expected)s cells as in the headings, found %(found)s; a cell is missing or cut off.",
    "too_many_cells": "Expected %(expected)s cells as in the headings, found %(found)s; quote text with separators.",
    "too_long": "Expected at most %(limit)s characters.",
    "shortened": "Excel has shortened this number; format the column as text and enter it again.",
    "no_identifier": "Excel has turned this number into a date; format the column as text and enter it again.",
    "amount": "Expected an amount such as 1200.50, ¥1,200.50, 1.2万 or (35.00).",
    "amount_too_large": "The amount is too large; expected less than 100 trillion (100万亿).",
    "quantity": "Expected a quantity such as 12, 1,200 or 0.5.",
    "count": "Expected a whole number from 0 on, such as 120.",
    "percent": "Expected a percentage such as 12.5%% or 0.125.",
    "date": "Expected a date such as 2024-03-05, 2024/3/5 or 2024年3月5日.",
    "date_impossible": "There is no such day in the calendar; expected a date such as 2024-03-05.",
    "date_range": "Expected a date from 1900 to 2100.",
    "date_short_year": "Expected a year of four digits, such as 2024-03-05.",
    "date_ambiguous": "Day and month cannot be told apart; write the date as 2024-03-05.",
    "time": "Expected a date and time such as 2024-03-05 14:30.",
    "email": "Expected an e-mail address such as name@example.com.",
    "yes_no": "Expected yes or no (是 or 否).",
    "choice": "Expected one of: %(choices)s.",
    "credit_code": "Expected a unified social credit code of 18 characters; its check character does not fit.",
    "unknown_field": "There is no field “%(field)s”; the fields are: %(fields)s.",
    "unknown_heading": "There is no column “%(heading)s”; the columns are: %(headings)s.",
    "heading_twice": "The column “%(heading)s” is given for two fields; give each field its own column.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value could not be read: a code of SENTENCES and what its sentence names."""

    code: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem and where it stands: row as Excel numbers it, field, heading of its column, and what the cell says.

    `field` and `heading` are empty where the row as a whole is wrong.
    """

    row: int
    field: str
    heading: str
    value: str
    problem: Problem
