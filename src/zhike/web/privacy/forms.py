"""What is typed at the personal-information desk."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.models import Consent, PersonRequest, Way
from zhike.domain.privacy.queries import desk_people
from zhike.domain.privacy.rules.retention import LONGEST
from zhike.kernel.clock import COMPANY_ZONE
from zhike.web.widgets import DayInput, RemoteSelect


class MomentInput(forms.DateTimeInput):
    """Day and time by the browser's own control."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class RequestForm(forms.Form):
    """A request as it comes in: who, what, how and when."""

    contact = forms.ModelChoiceField(
        label=gettext_lazy("Contact"),
        queryset=Contact.objects.none(),
        required=False,
        widget=RemoteSelect(url_name="contacts:picker"),
        help_text=gettext_lazy("Whose information it is about."),
    )
    customer = forms.ModelChoiceField(
        label=gettext_lazy("or a customer who is a person"),
        queryset=Customer.objects.none(),
        required=False,
        widget=RemoteSelect(url_name="customers:picker"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked"), choices=PersonRequest.Kind.choices, widget=forms.RadioSelect
    )
    asked_by = forms.CharField(
        label=gettext_lazy("Who asks"),
        max_length=120,
        help_text=gettext_lazy("The person, or somebody in the person's name."),
    )
    channel = forms.ChoiceField(label=gettext_lazy("How it came"), choices=Way.choices)
    received_at = forms.DateTimeField(
        label=gettext_lazy("Time of receipt"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], widget=MomentInput()
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Who answers"), queryset=User.objects.none())
    wish = forms.CharField(
        label=gettext_lazy("In the person's words"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["contact"].queryset = Contact.objects.for_user(user).filter(deleted_at__isnull=True)
        persons = Customer.objects.for_user(user).present().filter(kind=Customer.Kind.PERSON)
        fields["customer"].queryset = persons
        fields["owner"].queryset = desk_people()
        self.initial.setdefault("received_at", now.astimezone(COMPANY_ZONE))
        self.initial.setdefault("owner", user.pk)

    def clean(self) -> dict[str, Any]:
        """Either a contact or a customer, as `person`."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [row for row in (cleaned.pop("contact", None), cleaned.pop("customer", None)) if row]
        if len(chosen) == 1:
            cleaned["person"] = chosen[0]
        elif not self.errors:
            self.add_error("contact", _("Choose either a contact or a customer who is a person."))
        return cleaned


class IdentityForm(forms.Form):
    """How it was made sure who asks."""

    proof = forms.ChoiceField(
        label=gettext_lazy("How did you make sure who asks?"),
        choices=[choice for choice in PersonRequest.Proof.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)


class AnswerForm(forms.Form):
    """How a request ended, in a line."""

    answer = forms.CharField(
        label=gettext_lazy("What the person was told"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class FileForm(forms.Form):
    """In which form what is held about a person is given out."""

    form = forms.ChoiceField(
        choices=[("xlsx", gettext_lazy("Excel workbook")), ("json", gettext_lazy("JSON, for another system"))],
        label=gettext_lazy("Form"),
    )


class HoldForm(forms.Form):
    """Why nothing may be erased."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class ConsentForm(forms.Form):
    """A basis that somebody gives us."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Consent.Purpose.choices)
    basis = forms.ChoiceField(label=gettext_lazy("Basis"), choices=Consent.Basis.choices)
    channel = forms.ChoiceField(label=gettext_lazy("How it was given"), choices=Way.choices)
    given_on = forms.DateField(label=gettext_lazy("Given on"), widget=DayInput(), required=False)
    expires_on = forms.DateField(label=gettext_lazy("Ends on"), widget=DayInput(), required=False)
    evidence = forms.CharField(
        label=gettext_lazy("What was said or signed"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept encrypted."),
    )
    evidence_reference = forms.CharField(
        label=gettext_lazy("Where the evidence is kept"), required=False, max_length=120
    )

    def fields_for_service(self) -> dict[str, Any]:
        """What was typed, as the service takes it: days are whole days where the company works."""
        typed = dict(self.cleaned_data)
        given_on, expires_on = typed.pop("given_on"), typed.pop("expires_on")
        typed["at"] = datetime.combine(given_on, time(), COMPANY_ZONE) if given_on else None
        typed["expires_at"] = datetime.combine(expires_on, time(), COMPANY_ZONE) if expires_on else None
        return typed


class WithdrawalForm(forms.Form):
    """That somebody does not want something any more."""

    purpose = forms.ChoiceField(choices=Consent.Purpose.choices)
    channel = forms.ChoiceField(choices=Way.choices, required=False)


class PeriodForm(forms.Form):
    """One period of keeping."""

    key = forms.SlugField(max_length=20)
    amount = forms.IntegerField(min_value=1, max_value=LONGEST)
    is_on = forms.BooleanField(required=False)
