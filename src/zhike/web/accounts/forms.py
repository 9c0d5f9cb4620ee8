"""Forms about signing in: they check what was typed, services decide."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries as accounts
from zhike.domain.accounts.models import Role, User, in_reader_language
from zhike.domain.identity import rules
from zhike.domain.identity.models import Policy, Provider
from zhike.web.accounts.words import TOKEN_KINDS


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ResetForm(forms.Form):
    """The address whose password is forgotten."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class ProfileForm(forms.Form):
    """What people may change about themselves."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=80)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=User.Language.choices, widget=forms.RadioSelect
    )


class TokenForm(forms.Form):
    """A token's name, what it is good for, and how long it lasts."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Warehouse system, monthly report …")}),
    )
    may_write = forms.TypedChoiceField(
        label=gettext_lazy("It may"),
        coerce=lambda value: value == "yes",
        choices=[("no", gettext_lazy("read only")), ("yes", gettext_lazy("read and write"))],
        widget=forms.RadioSelect,
        initial="no",
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
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these records"),
        choices=list(TOKEN_KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick none to let it touch all that you may touch."),
    )

    @property
    def lasting(self) -> timedelta:
        """How long the token is to last."""
        return timedelta(days=self.cleaned_data["days"])


class PolicyForm(forms.Form):
    """How people sign in here."""

    profile = forms.ChoiceField(
        label=gettext_lazy("Rules for passwords"), choices=Policy.Profile.choices, widget=forms.RadioSelect
    )
    second_factor = forms.ChoiceField(
        label=gettext_lazy("A second factor must have"),
        choices=Policy.SecondFactor.choices,
        widget=forms.RadioSelect,
    )
    idle_minutes = forms.IntegerField(
        label=gettext_lazy("Signed out after idle minutes"),
        min_value=rules.IDLE_MINUTES[0],
        max_value=rules.IDLE_MINUTES[1],
    )
    absolute_hours = forms.IntegerField(
        label=gettext_lazy("Signed out at the latest after hours"),
        min_value=rules.ABSOLUTE_HOURS[0],
        max_value=rules.ABSOLUTE_HOURS[1],
    )

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data, initial={name: getattr(policy, name) for name in self.base_fields})
        if not policy.is_demo:
            self.fields["second_factor"].choices = [  # type: ignore[attr-defined]
                choice for choice in Policy.SecondFactor.choices if choice[0] != Policy.SecondFactor.NOBODY
            ]


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who can sign in, with the address, for names are not unique."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and address."""
        return f"{obj.name} · {obj.email}"


class SeparationForm(forms.Form):
    """The three people among whom the administrators' work is split."""

    system = PersonChoice(
        label=gettext_lazy("System administrator"),
        queryset=User.objects.none(),
        help_text=gettext_lazy("Settings, playbooks, people and departments; gives no rights, sees no customer."),
    )
    security = PersonChoice(
        label=gettext_lazy("Security administrator"),
        queryset=User.objects.none(),
        help_text=gettext_lazy("Roles and rights, sign-in, who may come in; sees no customer."),
    )
    audit = PersonChoice(
        label=gettext_lazy("Audit administrator"),
        queryset=User.objects.none(),
        help_text=gettext_lazy("Reads the trail of everybody; changes nothing, sees no customer."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.queryset = accounts.people().filter(is_active=True)  # type: ignore[attr-defined]
            field.widget.attrs["data-picker"] = ""


class RoleChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A role by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """The role's name."""
        return in_reader_language(obj.name, get_language() or "zh-hans") or str(obj.key)


class ProviderForm(forms.Form):
    """The company's own OpenID Connect provider."""

    is_on = forms.BooleanField(label=gettext_lazy("People may sign in with it"), required=False)
    name = forms.CharField(
        label=gettext_lazy("What people call it"),
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Company account")}),
    )
    issuer = forms.URLField(
        label=gettext_lazy("Issuer"),
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://login.example.com/realms/company"}),
        help_text=gettext_lazy("Its address as it stands in its tokens; what it offers is read from there."),
    )
    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=200)
    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=400,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Stored sealed and never shown again; leave empty to keep the present one."),
    )
    domains = forms.CharField(
        label=gettext_lazy("E-mail domains"),
        max_length=400,
        help_text=gettext_lazy("Only addresses of these are let in, several with commas between them."),
        widget=forms.TextInput(attrs={"placeholder": "example.com"}),
    )
    creates_people = forms.BooleanField(
        label=gettext_lazy("Let in people who are not known here yet, with this role:"), required=False
    )
    role = RoleChoice(
        label=gettext_lazy("Role of newcomers"), queryset=Role.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, data: Any = None, *, provider: Provider | None) -> None:
        known = provider or Provider()
        kept = {name: getattr(known, name) for name in self.base_fields if name not in {"secret", "domains", "role"}}
        super().__init__(data, initial={**kept, "domains": ", ".join(known.domains), "role": known.role_id})
        self.fields["role"].queryset = accounts.roles()  # type: ignore[attr-defined]

    def clean_domains(self) -> list[str]:
        """The domains, tidied."""
        found = [part.strip().lstrip("@").lower() for part in re.split("[,，、;；\\s]+", self.cleaned_data["domains"])]
        wrong = [part for part in found if part and not re.fullmatch(r"([a-z0-9-]+\.)+[a-z0-9-]{2,}", part)]
        if wrong:
            raise forms.ValidationError(_("“%(domain)s” is no domain such as example.com.") % {"domain": wrong[0]})
        return [part for part in found if part]
