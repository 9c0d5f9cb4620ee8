"""Values that cannot be: a margin above one hundred per cent, a company founded next year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from zhike.domain.imports.rules.problems import Problem

WIDEST_MARGIN: Final = Decimal(100)
_PAST: Final = frozenset({"founded_on", "cooperation_started_on"})


def implausible(name: str, value: object, *, today: date) -> Problem | None:
    """Why the value of that field of a customer cannot be; None where it can."""
    if name == "profit_margin" and isinstance(value, Decimal | float | int) and abs(Decimal(value)) > WIDEST_MARGIN:
        return Problem("margin")
    if name in _PAST and isinstance(value, date) and value > today:
        return Problem("date_to_come")
    return None
