"""Forms of the settings: they check what was typed, services decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Company, Role, User
from zhike.domain.commitments.rules.calendar import ORDINARY_WEEK
from zhike.kernel import clock
from zhike.kernel.scope import Level

WEEKDAYS = (
    ("monday", gettext_lazy("Monday")),
    ("tuesday", gettext_lazy("Tuesday")),
    ("wednesday", gettext_lazy("Wednesday")),
    ("thursday", gettext_lazy("Thursday")),
    ("friday", gettext_lazy("Friday")),
    ("saturday", gettext_lazy("Saturday")),
    ("sunday", gettext_lazy("Sunday")),
)
LEVEL_NAMES = {
    Level.NONE: gettext_lazy("None"),
    Level.OWN: gettext_lazy("Own"),
    Level.DEPARTMENT: gettext_lazy("Department"),
    Level.BELOW: gettext_lazy("Department and below"),
    Level.ALL: gettext_lazy("All"),
}


class HoursField(forms.CharField):
    """The opening hours of one day: `09:00-12:00, 13:30-18:00`, empty for a day off."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        try:
            return rules.parse_hours(text)
        except ValueError as error:
            sentence = _(
                "“%(hours)s” are no opening hours: write them like 09:00-12:00, 13:30-18:00, one after another."
            )
            raise forms.ValidationError(sentence % {"hours": error}) from error


class CompanyForm(forms.Form):
    """The company's name, the letters of its customer numbers, and its week."""

    name = forms.CharField(label=gettext_lazy("Company name"), max_length=120)
    number_prefix = forms.RegexField(
        label=gettext_lazy("Prefix of customer numbers"),
        regex=rules.NUMBER_PREFIX.pattern + "$",
        max_length=4,
        help_text=gettext_lazy("One to four capital letters. Numbers already given out stay as they are."),
        error_messages={"invalid": gettext_lazy("Write one to four capital letters, such as C.")},
    )
    public_holidays = forms.BooleanField(
        label=gettext_lazy("Follow China's public holidays and make-up working days"), required=False
    )

    def __init__(self, data: Any = None, *, company: Company) -> None:
        hours: dict[str, Any] = company.opening_hours
        week = hours.get("week") or [[str(opening) for opening in day] for day in ORDINARY_WEEK]
        initial = {
            "name": company.name,
            "number_prefix": company.number_prefix,
            "public_holidays": hours.get("public_holidays", "china") == "china",
            **{key: ", ".join(day) for (key, _label), day in zip(WEEKDAYS, week, strict=True)},
        }
        super().__init__(data, initial=initial)
        for key, label in WEEKDAYS:
            widget = forms.TextInput(attrs={"placeholder": gettext_lazy("closed"), "autocomplete": "off"})
            self.fields[key] = HoursField(label=label, required=False, max_length=60, widget=widget)

    @property
    def week(self) -> list[forms.BoundField]:
        """The fields of the seven days."""
        return [self[key] for key, _label in WEEKDAYS]

    @property
    def opening_hours(self) -> dict[str, Any]:
        """The week as it is stored."""
        return {
            "week": [self.cleaned_data[key] for key, _label in WEEKDAYS],
            "public_holidays": "china" if self.cleaned_data["public_holidays"] else "none",
        }


class PermissionForm(forms.Form):
    """The cells of one role: a level for each action that means something for a kind of record."""

    def __init__(self, data: Any = None, *, role: Role, levels: dict[tuple[str, str], Level]) -> None:
        super().__init__(data)
        for kind, actions in rules.KINDS.items():
            for action in actions:
                is_fixed = role.key == rules.ADMINISTRATOR and (kind, action) in rules.GUARDED
                self.fields[f"{kind}.{action}"] = forms.TypedChoiceField(
                    choices=[(level.value, name) for level, name in LEVEL_NAMES.items()],
                    coerce=lambda value: Level(int(value)),
                    initial=levels.get((kind, action), Level.NONE).value,
                    disabled=is_fixed,
                )

    @property
    def levels(self) -> dict[tuple[str, str], Level]:
        """What was chosen, by kind and action."""
        chosen = {}
        for name, value in self.cleaned_data.items():
            kind, _dot, action = name.partition(".")
            chosen[kind, action] = Level(value)
        return chosen


class ProfileForm(forms.Form):
    """What people may change about themselves."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=User.Language.choices, widget=forms.RadioSelect
    )


class TokenForm(forms.Form):
    """A token's name, and how long it lasts."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Warehouse system, monthly report …")}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Expires"),
        coerce=int,
        choices=[
            (30, gettext_lazy("in 30 days")),
            (90, gettext_lazy("in 90 days")),
            (365, gettext_lazy("in one year")),
        ],
        initial=90,
    )

    @property
    def lasting(self) -> timedelta:
        """How long the token is to last."""
        return timedelta(days=self.cleaned_data["days"])


class ClosureForm(forms.Form):
    """That the company departs from the official calendar on one day, or on a row of days."""

    first = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Stocktaking, annual outing …")}),
    )
    is_working = forms.TypedChoiceField(
        label=gettext_lazy("The company is"),
        choices=[("no", gettext_lazy("closed")), ("yes", gettext_lazy("open"))],
        coerce=lambda value: value == "yes",
        initial="no",
    )


class DeadlineForm(forms.Form):
    """A start and a rule, to see what the working calendar makes of them."""

    start = forms.DateTimeField(
        label=gettext_lazy("Start"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    rule = forms.CharField(label=gettext_lazy("Rule"), max_length=40)

    def clean_start(self) -> Any:
        """The start as an instant where the company works."""
        return self.cleaned_data["start"].astimezone(clock.COMPANY_ZONE)
