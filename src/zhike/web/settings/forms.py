"""Forms of the settings: they check what was typed, services decide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Company, Role
from zhike.domain.commitments.models import ServiceStandard
from zhike.domain.commitments.rules.calendar import ORDINARY_WEEK
from zhike.domain.commitments.rules.due import RuleError
from zhike.domain.commitments.rules.escalation import AT_THE_DEADLINE_IN_CHINESE, parse_steps
from zhike.domain.customers.models import ExtraField
from zhike.flows.playbooks import SHIPPED
from zhike.kernel import clock
from zhike.kernel.scope import Level
from zhike.web.settings.words import CADENCES, CHANNELS, UNITS
from zhike.web.widgets import DayInput

OWN = "own"
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
    Level.DEPARTMENT: gettext_lazy("Own department"),
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
            widget = forms.TextInput(attrs={"placeholder": pgettext_lazy("a day", "closed"), "autocomplete": "off"})
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
                    choices=[
                        (level.value, name)
                        for level, name in LEVEL_NAMES.items()
                        if level in (Level.NONE, Level.ALL) or (kind, action) not in rules.COMPANY_WIDE
                    ],
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


class ExtraFieldForm(forms.Form):
    """A field of the company's own."""

    subject = forms.ChoiceField(
        label=gettext_lazy("Of whom"), choices=ExtraField.Subject.choices, widget=forms.RadioSelect, initial="customer"
    )
    label = forms.CharField(label=gettext_lazy("Name of the field"), max_length=80)
    type = forms.ChoiceField(label=gettext_lazy("What it holds"), choices=ExtraField.Type.choices)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        max_length=1_000,
        help_text=gettext_lazy("Only for a choice: several with commas between them"),
    )

    def clean_choices(self) -> list[str]:
        """The words between the commas."""
        return re.split("[,，、]", self.cleaned_data["choices"])


class ClosureForm(forms.Form):
    """That the company departs from the official calendar on one day, or on a row of days."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    last = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput())
    name = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Stocktaking, annual outing …")}),
    )
    is_working = forms.TypedChoiceField(
        label=gettext_lazy("The company is"),
        choices=[("no", pgettext_lazy("the company", "closed")), ("yes", pgettext_lazy("the company", "open"))],
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


_BETWEEN_STEPS = re.compile(r"[,，、;；]")


def steps_in_words(steps: Iterable[str], language: str) -> str:
    """The steps as they are typed and read in that language."""
    if not language.startswith("zh"):
        return ", ".join(steps)
    return "、".join(AT_THE_DEADLINE_IN_CHINESE[0] if step is None else step.in_chinese for step in parse_steps(steps))


class StepsField(forms.CharField):
    """When the heads hear of a late promise: `due, 1 working day`."""

    def clean(self, value: Any) -> list[str]:
        """The steps in order."""
        try:
            steps = parse_steps(part for part in _BETWEEN_STEPS.split(super().clean(value)) if part.strip())
        except RuleError as error:
            sentence = _("Write “due” and times after it, such as: due, 4 working hours, 1 working day.")
            raise forms.ValidationError(sentence) from error
        return ["due" if step is None else str(step) for step in steps]


class StandardForm(forms.Form):
    """What a service standard says, in the reader's language; the other language keeps its words."""

    name = forms.CharField(label=pgettext_lazy("a thing", "Name"), max_length=80)
    content = forms.CharField(
        label=gettext_lazy("What is done"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    guide = forms.CharField(
        label=gettext_lazy("Question guide"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Shown while the contact is being logged."),
    )
    cadence = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    amount = forms.IntegerField(label=gettext_lazy("Within"), min_value=1, max_value=9999, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, required=False)
    owner_role = forms.ChoiceField(label=gettext_lazy("Who owes it"))
    channel = forms.ChoiceField(label=gettext_lazy("Kept by"), choices=list(CHANNELS.items()), required=False)
    escalation = StepsField(
        label=gettext_lazy("Escalation"),
        max_length=120,
        help_text=gettext_lazy("When late, each step goes one head further up. “due” is the deadline itself."),
    )

    def __init__(self, data: Any, *, standard: ServiceStandard, duties: dict[str, str], language: str) -> None:
        self.is_event = standard.trigger == ServiceStandard.Trigger.EVENT
        self.tongue = "zh" if language.startswith("zh") else "en"
        amount, _space, unit = standard.rule.partition(" ")
        initial: dict[str, Any] = {
            **{part: getattr(standard, part).get(self.tongue, "") for part in ("name", "content", "guide")},
            "cadence": standard.rule,
            "amount": amount,
            "unit": unit.removesuffix("s"),
            "owner_role": standard.owner_role,
            "channel": standard.channel,
            "escalation": steps_in_words(standard.escalation, language),
        }
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["owner_role"].choices = list(duties.items())
        known = [value for value, _words in CADENCES]
        fields["cadence"].choices = [*CADENCES, *([] if standard.rule in known else [(standard.rule, standard.rule)])]
        for part in ("amount", "unit") if self.is_event else ("cadence",):
            fields[part].required = True
        for part in ("cadence",) if self.is_event else ("amount", "unit"):
            del fields[part]

    @property
    def rule(self) -> str:
        """The deadline or the cadence as it is stored."""
        if not self.is_event:
            return str(self.cleaned_data["cadence"])
        amount = self.cleaned_data["amount"]
        return f"{amount} {self.cleaned_data['unit']}" + ("s" if amount > 1 else "")

    def spoken(self, texts: dict[str, str], part: str) -> dict[str, str]:
        """The texts with what was typed in the reader's language; nothing at all where nothing is left."""
        said = self.cleaned_data[part].strip()
        changed = {**texts, self.tongue: said} if said or texts.get(self.tongue) else dict(texts)
        return {tongue: text for tongue, text in changed.items() if text}


class PlaybookChoiceForm(forms.Form):
    """Another playbook: a shipped one or an own file."""

    playbook = forms.ChoiceField(choices=[(name, name) for name in (*SHIPPED, OWN)])
    file = forms.FileField(label=gettext_lazy("Own playbook"), required=False)

    def clean(self) -> dict[str, Any]:
        """An own playbook is a file."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("playbook") == OWN and not cleaned.get("file"):
            self.add_error("file", _("Choose the file of your playbook."))
        return cleaned
