"""Values that several nouns share, within what the database and the calendar can hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from zhike.domain.imports.rules.texts import clean, narrow

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100


D = TypeVar("D", bound=date)


def within_the_calendar(value: D) -> D:
    """The day or moment, if it lies in the years that this calendar knows; raises ValueError."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"Expected a day from {FIRST_YEAR} to {LAST_YEAR}.")
    return value


def _in_utc(value: datetime) -> datetime:
    # Whatever compares or stores it further down may count on a date that exists in every zone.
    within_the_calendar(value)
    return value.astimezone(UTC)


def _one_line(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _identifier(value: Any) -> Any:
    return narrow(value) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_one_line)]
"""One line of text, tidied as in imports."""
Identifier = Annotated[str, BeforeValidator(_identifier)]
"""A number or code, tidied as in imports, so that both find the same record."""


def _an_address(value: str) -> str:
    if value and "@" not in value.strip("@"):
        raise ValueError("Expected an e-mail address.")
    return value


EmailFilter = Annotated[
    str, AfterValidator(_an_address), Field(max_length=254, description="E-mail address of the owner.")
]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Minor = Annotated[int, Field(gt=-(10**16), lt=10**16, description="Minor units (分).")]
Email = Annotated[str, Field(max_length=254, description="E-mail address of a colleague.")]
Day = Annotated[date, AfterValidator(within_the_calendar), Field(description="A day from 1900 to 2100.")]
Moment = Annotated[
    AwareDatetime, AfterValidator(_in_utc), Field(description="A moment with its zone, from 1900 to 2100.")
]
