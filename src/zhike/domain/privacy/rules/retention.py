"""How long each kind of data is kept: what may be set, the least that must be kept, and the day it comes to."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from zhike.kernel.errors import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Period:
    """A kind of data with a period of keeping. `unit` is months or days; `floor` the shortest period allowed.

    `is_business` data is touched only once somebody has switched the rule on; the rest are leftovers of the system.
    """

    title: str
    what: str
    unit: str
    ordinary: int
    floor: int
    is_business: bool


PERIODS: Final[Mapping[str, Period]] = {
    "contacts": Period(
        _("Contacts without activity"),
        _("People whom nobody has spoken with, and whose customer has bought nothing, for so long: made anonymous."),
        "months", 60, 12, is_business=True,
    ),
    "leads": Period(
        _("Contacts of leads"),
        _("People at leads that never bought and with whom nobody has spoken for so long: made anonymous."),
        "months", 24, 6, is_business=True,
    ),
    "interactions": Period(
        _("Texts of interactions"),
        _("What was said, after so long: the text goes, that and when there was a contact stays."),
        "months", 60, 12, is_business=True,
    ),
    "uploads": Period(
        _("Uploaded files"),
        _("The files of finished imports, and what was read from them."),
        "days", 90, 7, is_business=False,
    ),
    "job_results": Period(
        _("Results of background work"),
        _("What simulations and other long work came to."),
        "days", 30, 1, is_business=False,
    ),
    "answers": Period(
        _("Remembered answers of the API"),
        _("Kept so that a write sent twice is done once."),
        "days", 7, 1, is_business=False,
    ),
    "sign_in": Period(
        _("Expired sessions and set-up codes"),
        _("What let somebody in and no longer does."),
        "days", 1, 1, is_business=False,
    ),
}  # fmt: skip
"""Every kind that has a rule, in the order in which they run."""

LONGEST: Final = 600


def kept_since(now: datetime, amount: int, unit: str) -> datetime:
    """The moment before which data of that period is too old. A month ends on its last day at the latest."""
    if unit == "days":
        return now - timedelta(days=amount)
    year, month = divmod(now.year * 12 + now.month - 1 - amount, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
