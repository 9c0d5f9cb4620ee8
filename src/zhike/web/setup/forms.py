"""The form of the first run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.accounts.models import User
from zhike.flows.playbooks import SHIPPED

OWN = "own"
MOST_BYTES = 1_000_000


class SetupForm(forms.Form):
    """The company, its first administrator, and the playbook it starts with."""

    company = forms.CharField(
        label=gettext_lazy("Company name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        help_text=gettext_lazy("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    playbook = forms.ChoiceField(
        label=gettext_lazy("Playbook"),
        choices=[*((name, name) for name in SHIPPED), (OWN, OWN)],
        widget=forms.RadioSelect,
        initial=SHIPPED[0],
    )
    file = forms.FileField(label=gettext_lazy("Own playbook"), required=False)

    def clean_password(self) -> str:
        """A password that the rules accept."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.data.get("email", ""), name=self.data.get("name", "")))
        return password

    def clean(self) -> dict[str, Any]:
        """An own playbook is a file."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("playbook") == OWN and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose the file of your playbook."))
        return cleaned
