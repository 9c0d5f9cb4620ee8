"""The ten-second form: what happened with a customer, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import wording
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.queries import Offer, promise_of
from zhike.domain.interactions.rules import SOON, counts_from, kept_by
from zhike.kernel.clock import local_date
from zhike.web.widgets import DayInput, RemoteSelect

ROWS_OF_NEXT_ACTIONS = 3
PHRASES: Final = (
    gettext_lazy("Talked; nothing new"),
    gettext_lazy("Answered the customer’s questions"),
    gettext_lazy("Handed over the documents"),
)
"""What is said most often, for one click."""


class CustomerForm(forms.Form):
    """With whom it was, where the page does not know yet."""

    customer = forms.IntegerField(
        label=gettext_lazy("Customer"),
        min_value=1,
        widget=RemoteSelect(url_name="customers:picker", attrs={"autofocus": True}),
    )


class PromiseBoxes(forms.CheckboxSelectMultiple):
    """Boxes that bear what keeps each promise, so that the page ticks the right one whenever the form changes."""

    told: Mapping[str, Mapping[str, str]]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, with the `data-` attributes of its promise."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= self.told.get(str(value), {})
        return option


class InteractionForm(forms.Form):
    """One interaction; the choices are those that the person may see with this customer."""

    JUST_NOW, AN_HOUR_AGO, YESTERDAY, OTHER = "now", "hour", "yesterday", "other"

    token = forms.CharField(max_length=40, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=Interaction.Channel.choices, widget=forms.RadioSelect
    )
    is_connected = forms.TypedChoiceField(
        label=gettext_lazy("Reached"),
        choices=[("yes", gettext_lazy("Connected")), ("no", gettext_lazy("Not connected"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    when = forms.ChoiceField(
        label=gettext_lazy("Time"),
        choices=[
            (JUST_NOW, gettext_lazy("Just now")),
            (AN_HOUR_AGO, gettext_lazy("An hour ago")),
            (YESTERDAY, gettext_lazy("Yesterday")),
            (OTHER, gettext_lazy("Other")),
        ],
        initial=JUST_NOW,
        widget=forms.RadioSelect,
    )
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    contacts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("With whom"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_contact = forms.CharField(
        label=gettext_lazy("Somebody new"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    staff = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Our people"),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-picker": ""}),
    )
    summary = forms.CharField(
        label=gettext_lazy("What was said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )
    feedback = forms.CharField(
        label=gettext_lazy("The customer’s feedback"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    mentions_competitor = forms.BooleanField(label=gettext_lazy("Mentioned a competitor"), required=False)
    mentions_leaving = forms.BooleanField(label=gettext_lazy("Wishes to leave"), required=False)
    reports_change = forms.BooleanField(label=gettext_lazy("Told of a change of contact or need"), required=False)
    fulfils = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Keeps these promises"), required=False, widget=PromiseBoxes
    )
    phrases = PHRASES

    def __init__(self, *args: Any, offer: Offer, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.initial.setdefault("token", uuid4().hex)
        language = get_language() or ""
        self._offer_choices("contacts", {str(one.pk): one for one in offer.contacts}, lambda one: offer.names[one.pk])
        self._offer_choices("staff", {str(one.pk): one for one in offer.people}, lambda one: one.name)
        self._offer_choices(
            "fulfils",
            {str(one.pk): one for one in offer.open},
            lambda one: f"{wording(one, language)} · {local_date(one.due_at)}",
        )
        boxes = self.fields["fulfils"].widget
        assert isinstance(boxes, PromiseBoxes)
        boxes.told = {str(one.pk): _what_keeps(one) for one in offer.open}

    def _offer_choices(self, name: str, rows: dict[str, Any], label: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(key, label(row)) for key, row in rows.items()]
        field.coerce = rows.__getitem__

    def clean(self) -> dict[str, Any]:
        """Settle the moment from the quick choice; nothing can have happened in the future."""
        values = super().clean() or {}
        given = values.get("occurred_at")
        ago = {self.JUST_NOW: 0, self.AN_HOUR_AGO: 1, self.YESTERDAY: 24}.get(values.get("when", ""))
        if ago is not None:
            values["occurred_at"] = self._now - timedelta(hours=ago)
        elif given is None:
            self.add_error("occurred_at", _("Say when it was, for example 2024-03-15 14:30."))
        elif given > self._now:
            self.add_error("occurred_at", _("This time is still to come: log what has happened already."))
        return values


def _what_keeps(commitment: Commitment) -> dict[str, str]:
    promise = promise_of(commitment)
    if promise is None:
        return {}
    return {
        "data-channel": promise.channel,
        "data-channels": " ".join(sorted(kept_by(promise.channel))),
        "data-from": max(counts_from(promise), promise.due_on - SOON).isoformat(),
    }


class NextActionForm(forms.Form):
    """One thing to do next; a line without content counts as not written."""

    TOMORROW, NEXT_WEEK, NEXT_MONTH, DAY = "tomorrow", "week", "month", "day"

    content = forms.CharField(
        label=gettext_lazy("Next action"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    when = forms.ChoiceField(
        label=gettext_lazy("By"),
        choices=[
            (TOMORROW, gettext_lazy("Tomorrow")),
            (NEXT_WEEK, gettext_lazy("In a week")),
            (NEXT_MONTH, gettext_lazy("In a month")),
            (DAY, gettext_lazy("Another day")),
        ],
        initial=NEXT_WEEK,
        required=False,
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())
    owner = forms.TypedChoiceField(label=gettext_lazy("Owner"), required=False, empty_value=None)

    def __init__(self, *args: Any, people: list[User], me: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        known = {str(person.pk): person for person in [me, *people]}
        owner = self.fields["owner"]
        assert isinstance(owner, forms.TypedChoiceField)
        owner.choices = [(key, person.name) for key, person in known.items()]
        owner.coerce = known.__getitem__
        owner.empty_value = me  # type: ignore[assignment]  # whoever leaves it open does it himself

    def clean(self) -> dict[str, Any]:
        """Add `due_on`, the day by which it is promised."""
        values = super().clean() or {}
        if not values.get("content"):
            return values
        days = {self.TOMORROW: 1, self.NEXT_WEEK: 7, self.NEXT_MONTH: 30}.get(values.get("when") or self.NEXT_WEEK)
        values["due_on"] = values.get("day") if days is None else self._today + timedelta(days=days)
        if values["due_on"] is None:
            self.add_error("day", _("Choose the day by which it is to be done."))
        elif values["due_on"] < self._today:
            self.add_error("day", _("This day is over: choose a day that is still to come."))
        return values


NextActionForms: type[BaseFormSet[NextActionForm]] = formset_factory(
    NextActionForm, extra=ROWS_OF_NEXT_ACTIONS, max_num=ROWS_OF_NEXT_ACTIONS, absolute_max=ROWS_OF_NEXT_ACTIONS
)


class ProposalForm(forms.Form):
    """When the next step that was proposed is to happen."""

    due_on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())


def first_values(offer: Offer, *, commitment: Commitment | None, me: User, today: date) -> dict[str, Any]:
    """What the form says before anybody touches it: the standard's channel, me, and the promise this keeps."""
    standard = commitment.standard if commitment else None
    channel = standard.channel if standard and standard.channel else Interaction.Channel.PHONE.value
    # What is due weeks ahead may be kept today, but only if the person says so.
    near = replace(offer, open=[one for one in offer.open if local_date(one.due_at) - SOON <= today])
    kept = commitment or near.match(channel, on=today)
    return {
        "channel": channel if channel in Interaction.Channel.values else Interaction.Channel.PHONE.value,
        "contacts": [str(offer.contacts[0].pk)] if len(offer.contacts) == 1 else [],
        "staff": [str(me.pk)],
        "fulfils": [str(kept.pk)] if kept else [],
        "occurred_at": None,
    }
