"""What people type about a contact."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.dateparse import parse_datetime

from zhike.domain.customers.models import Contact
from zhike.domain.customers.services import ContactFields
from zhike.kernel.sensitivity import Sight
from zhike.web.customers.forms import ExtraFieldsForm, name_the_empty_choice
from zhike.web.customers.revealing import MaskedFields
from zhike.web.widgets import DayInput


class ContactForm(MaskedFields, ExtraFieldsForm):
    """Everything people fill in about a contact; the name alone is required."""

    subject = "contact"
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Contact
        fields = (
            "name", "title", "title_level", "decision_role", "reports_to", "phone", "email", "wechat",
            "preferred_channel", "preferred_hours", "birthday", "is_primary", "note",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput({"autofocus": True}),
            "birthday": DayInput(),
            "note": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, colleagues: list[Contact], sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["token"] = uuid4().hex
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.changed_at.isoformat()
        others = [contact for contact in colleagues if contact.pk != self.instance.pk]
        self._others = {str(contact.pk): contact for contact in others}
        self.fields["reports_to"] = forms.ChoiceField(
            label=self.fields["reports_to"].label,
            required=False,
            choices=[("", ""), *((key, sight.show(contact).name) for key, contact in self._others.items())],
        )
        self.initial["reports_to"] = str(self.instance.reports_to_id or "")
        self.add_extra_fields(self.instance.extra)
        self.mask(sight)
        name_the_empty_choice(self)

    def clean_reports_to(self) -> Contact | None:
        """The colleague that was chosen."""
        return self._others.get(self.cleaned_data["reports_to"])

    def clean_seen_at(self) -> Any:
        return parse_datetime(self.cleaned_data["seen_at"]) if self.cleaned_data["seen_at"] else None

    def fields_for_service(self) -> ContactFields:
        """What was typed, as the service takes it."""
        typed = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}
        return cast("ContactFields", {**self.touched(typed), "extra": self.extra_values()})
