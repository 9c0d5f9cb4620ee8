"""What is wrong with a cell, as a code and its parameters; the sentence for the reader is made of them at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhike.kernel.errors import gettext_noop as _

#: English sentences (message ids, for the % operator) by code: what was expected, and where it helps, what to do.
SENTENCES: dict[str, str] = {
    "required": _("Expected a value here; the cell is empty."),
    "says_nothing": _("Expected a value here; what stands there means that there is none."),
    "too_few_cells": _(
        "Expected %(expected)s cells as in the headings, found %(found)s; a cell is missing or cut off."
    ),
    "too_many_cells": _("Expected %(expected)s cells as in the headings, found %(found)s; quote text with separators."),
    "too_long": _("Expected at most %(limit)s characters."),
    "shortened": _("Excel has shortened this number; format the column as text and enter it again."),
    "no_identifier": _("Excel has turned this number into a date; format the column as text and enter it again."),
    "amount": _("Expected an amount such as 1200.50, ¥1,200.50, 1.2万 or (35.00)."),
    "amount_too_large": _("The amount is too large; expected less than 100 trillion (100万亿)."),
    "quantity": _("Expected a quantity such as 12, 1,200 or 0.5."),
    "count": _("Expected a whole number from 0 on, such as 120."),
    "percent": _("Expected a percentage such as 12.5%% or 0.125."),
    "date": _("Expected a date such as 2024-03-05, 2024/3/5 or 2024年3月5日."),
    "date_impossible": _("There is no such day in the calendar; expected a date such as 2024-03-05."),
    "date_range": _("Expected a date from 1900 to 2100."),
    "date_short_year": _("Expected a year of four digits, such as 2024-03-05."),
    "date_ambiguous": _("Day and month cannot be told apart; write the date as 2024-03-05."),
    "time": _("Expected a date and time such as 2024-03-05 14:30."),
    "not_yet": _("Expected a time that has passed; what is planned belongs in the column of the next action."),
    "margin": _("Expected a margin from -100 %% to 100 %%."),
    "date_to_come": _("Expected a day that is not still to come."),
    "phone": _("Expected a telephone number of at least five digits, such as 138 0013 8000 or 010-6234 5678 ext. 801."),
    "email": _("Expected an e-mail address such as name@example.com."),
    "yes_no": _("Expected yes or no (是 or 否)."),
    "choice": _("Expected one of: %(choices)s."),
    "credit_code": _("Expected a unified social credit code of 18 characters; its check character does not fit."),
    "totals": _("This is a row of totals, not a record; take it out."),
    "industry_unknown": _(
        "Taken in without this value: expected an industry of GB/T 4754, by its name or its code, such as C35."
    ),
    "industry_like": _("Taken in without this value: there is no such industry in GB/T 4754; perhaps %(industries)s."),
    "customer_unknown": _("There is no such customer; import the customers first, or let missing ones be created."),
    "customer_ambiguous": _("%(count)s customers are called “%(name)s”; give the customer number."),
    "customer_deleted": _("The customer “%(name)s” has been deleted; restore it first."),
    "customer_out_of_reach": _("This customer cannot be used by you; ask its owner or your administrator."),
    "customer_not_yours_to_create": _(
        "There is no such customer, and you may not create customers; ask your administrator."
    ),
    "contact_ambiguous": _(
        "%(count)s contacts of this customer are called “%(name)s”; give the telephone number or e-mail."
    ),
    "contact_not_yours_to_create": _(
        "There is no such contact, and you may not create contacts; ask your administrator."
    ),
    "interaction_out_of_reach": _(
        "This record belongs to somebody else; take the row out, or ask for the right to change it."
    ),
    "order_incomplete": _("Another row of this order could not be used; an order is imported whole or not at all."),
    "order_out_of_reach": _(
        "This order belongs to somebody else's customer; take it out, or ask for the right to change it."
    ),
    "order_cancelled": _("This order has been cancelled; take it out, or give the new order a number of its own."),
    "order_not_yours_to_create": _("There is no such order, and you may not create orders; ask your administrator."),
    "owner_unknown": _("Expected the name or e-mail address of an active colleague."),
    "owner_ambiguous": _("Several colleagues bear this name; give the e-mail address."),
    "owner_out_of_reach": _(
        "You may not hand customers to this colleague; choose one of your department, or ask your administrator."
    ),
    "department_unknown": _("Expected the name of a department as in Settings."),
    "department_ambiguous": _("Several departments bear this name; give the owner instead."),
    "department_out_of_reach": _("You may not put customers into this department; ask your administrator."),
    "unknown_field": _("There is no field “%(field)s”; the fields are: %(fields)s."),
    "unknown_heading": _("There is no column “%(heading)s”; the columns are: %(headings)s."),
    "heading_twice": _("The column “%(heading)s” is given for two fields; give each field its own column."),
    "columns_alike": _(
        "The columns “%(first)s” and “%(second)s” are called alike, and either could hold the field %(field)s: "
        "say which one does, or rename the other."
    ),
}

NOTICES = frozenset({"industry_unknown", "industry_like"})
"""What keeps no row out: the rest of the row was taken in."""


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
