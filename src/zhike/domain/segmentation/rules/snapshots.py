"""The figures kept beside a standing: those that the scheme looks at, as dates where the figure itself moves every day.

A number of days since a date changes with each night although nothing happened; keeping the date instead means that a
quiet customer's row is not written again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from zhike.analytics.fields import FIELDS
from zhike.domain.segmentation.rules.schemes import RfmScheme, TierScheme
from zhike.kernel.conditions import Figures, Kind, Scalar

DATE_BEHIND: Final[Mapping[str, str]] = {
    "recency_days": "last_order_on",
    "customer_days": "cooperation_started_on",
}


def snapshot_fields(spec: RfmScheme | TierScheme) -> tuple[str, ...]:
    """The figures to keep for this scheme, in the order in which PostgreSQL keeps the keys of a JSON object."""
    used = ("recency_days", "orders", "amount") if isinstance(spec, RfmScheme) else spec.used_fields()
    kept = {DATE_BEHIND.get(key, key) for key in used}
    return tuple(sorted(kept, key=lambda key: (len(key), key)))


def snapshot(spec: RfmScheme | TierScheme, figures: Figures) -> dict[str, Any]:
    """The figures to keep as plain data; a figure without data is left out."""
    kept = {key: figures.get(key) for key in snapshot_fields(spec)}
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in kept.items() if value is not None
    }


def revive(kept: Mapping[str, Any], *, as_of: date) -> dict[str, Scalar | None]:
    """The kept figures as they read on that day: dates as dates, and the days since them counted."""
    figures: dict[str, Scalar | None] = {
        key: date.fromisoformat(value) if FIELDS[key].kind is Kind.DATE else value
        for key, value in kept.items()
        if key in FIELDS
    }
    for days, behind in DATE_BEHIND.items():
        since = figures.get(behind)
        if isinstance(since, date) and since <= as_of:
            figures[days] = (as_of - since).days
    return figures
