"""The one-line forms of a commitment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.accounts.models import User
from zhike.kernel.clock import COMPANY_ZONE
from zhike.web.widgets import DayInput, RemoteSelect


class FulfilmentForm(forms.Form):
    """What happened, in a line; may be left empty."""

    note = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class WaiverForm(forms.Form):
    """Why the customer need not be given this after all."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class SnoozeForm(forms.Form):
    """Until when a commitment stays out of sight, and why; its deadline runs on."""

    TOMORROW, THREE_DAYS, NEXT_WEEK, DAY = "tomorrow", "three_days", "next_week", "day"

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "list": "snooze-reasons", "autocomplete": "off"}),
    )
    when = forms.ChoiceField(
        label=gettext_lazy("Until"),
        choices=[
            (TOMORROW, gettext_lazy("Tomorrow")),
            (THREE_DAYS, gettext_lazy("In 3 days")),
            (NEXT_WEEK, gettext_lazy("Next Monday")),
            (DAY, gettext_lazy("Another day")),
        ],
        initial=TOMORROW,
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean(self) -> dict[str, Any]:
        """Add `until`: the first moment of the day chosen."""
        values = super().clean() or {}
        today = self._today
        day = {
            self.TOMORROW: today + timedelta(days=1),
            self.THREE_DAYS: today + timedelta(days=3),
            self.NEXT_WEEK: today + timedelta(days=7 - today.weekday()),
        }.get(values.get("when", ""), values.get("day"))
        if day is None:
            self.add_error("day", _("Choose the day on which it should come back."))
        else:
            values["until"] = datetime.combine(day, time(), COMPANY_ZONE)
        return values


class OwnerForm(forms.Form):
    """Who owes it from now on."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("New owner"),
        queryset=User.objects.filter(is_active=True).order_by("name", "pk"),
        widget=RemoteSelect(url_name="customers:people"),
    )


class PlannedDayForm(forms.Form):
    """On which day it is planned."""

    planned_on = forms.DateField(label=gettext_lazy("Planned day"), widget=DayInput())
