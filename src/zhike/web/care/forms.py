"""What the care plans can be narrowed to."""

from __future__ import annotations

import re
from datetime import date

from django import forms
from django.utils.translation import gettext as _

from zhike.domain.care.queries import PlanFilters
from zhike.domain.commitments.rules.due import add_months

MONTHS_BEFORE, MONTHS_AFTER = 3, 3
ALL = "all"
STATES = ("open", "overdue", "kept", "missed", "waived")
SORTS = {"planned": "planned_on", "due": "due_at"}
_PERIOD = re.compile(r"(?P<year>\d{4})(-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))")


def period_bounds(key: str) -> tuple[date, date] | None:
    """The days [first, end) of `2026-03` or `2026Q1`; None where it is neither."""
    found = _PERIOD.fullmatch(key)
    if not found or not 2000 <= int(found["year"]) < 2100:
        return None
    number = int(found["month"]) if found["month"] else int(found["quarter"]) * 3 - 2
    first = date(int(found["year"]), number, 1)
    return first, add_months(first, 1 if found["month"] else 3)


def periods(today: date) -> list[tuple[str, str]]:
    """The months and quarters around a day, and everything, for choosing one."""
    start = today.replace(day=1)
    months = [add_months(start, offset) for offset in range(-MONTHS_BEFORE, MONTHS_AFTER + 1)]
    quarters = dict.fromkeys((month.year, (month.month + 2) // 3) for month in months)
    return [
        *((f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months),
        *((f"{year}Q{quarter}", f"{year} Q{quarter}") for year, quarter in quarters),
        (ALL, _("All time")),
    ]


class PlanForm(forms.Form):
    """The filter bar; what makes no sense counts as nothing."""

    q = forms.CharField(max_length=80, required=False)
    period = forms.CharField(max_length=10, required=False)
    owner = forms.IntegerField(min_value=1, required=False)
    tier = forms.CharField(max_length=40, required=False)
    status = forms.ChoiceField(choices=[("", ""), *((state, state) for state in STATES)], required=False)
    standard = forms.SlugField(max_length=60, required=False)
    sort = forms.ChoiceField(choices=[(way, way) for name in SORTS for way in (name, f"-{name}")], required=False)

    def filters(self, *, today: date) -> PlanFilters:
        """What was asked for; without a period, the month of today."""
        self.full_clean()
        values = self.cleaned_data
        period = values.get("period") or f"{today:%Y-%m}"
        bounds = None if period == ALL else period_bounds(period) or period_bounds(f"{today:%Y-%m}")
        return PlanFilters(
            first=bounds[0] if bounds else None,
            end=bounds[1] if bounds else None,
            owner_id=values.get("owner"),
            tier=values.get("tier") or "",
            status=values.get("status") or "",
            standard=values.get("standard") or "",
            text=values.get("q") or "",
        )

    @property
    def order(self) -> str:
        """How the list runs: by the planned day unless asked otherwise."""
        return str(self.cleaned_data.get("sort") or "planned")
