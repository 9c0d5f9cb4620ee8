"""What the address of the list says about which customers to show."""

from __future__ import annotations

from typing import Any

from django import forms

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Customer
from zhike.domain.privacy.models import Consent
from zhike.flows.directory import Filters

NOBODY = 0


class FilterForm(forms.Form):
    """The parameters of the list. What makes no sense narrows nothing: an old bookmark still opens."""

    q = forms.CharField(required=False, max_length=100)
    tier = forms.RegexField(r"^[a-z0-9_-]+:[a-z0-9_-]+$", required=False, max_length=90)
    owner = forms.RegexField(r"^(me|nobody|\d{1,12})$", required=False)
    department = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    lifecycle = forms.ChoiceField(required=False, choices=[("", ""), *Customer.Lifecycle.choices])
    kind = forms.ChoiceField(required=False, choices=[("", ""), *Customer.Kind.choices])
    source = forms.ChoiceField(required=False, choices=[("", ""), *Customer.Source.choices])
    industry = forms.RegexField(r"^[A-T]\d{0,2}$", required=False)
    region = forms.CharField(required=False, max_length=80)
    tag = forms.CharField(required=False, max_length=40)
    strategic = forms.BooleanField(required=False)
    overdue = forms.BooleanField(required=False)
    contact_for = forms.ChoiceField(required=False, choices=[("", ""), *Consent.Purpose.choices])
    created_from = forms.DateField(required=False)
    created_to = forms.DateField(required=False)

    def filters(self, user: User) -> Filters:
        """The filters that the parameters mean for this person."""
        self.is_valid()
        chosen: dict[str, Any] = {name: self.cleaned_data.get(name) for name in self.fields}
        owner = chosen["owner"] or ""
        owner_id = {"": None, "me": user.pk, "nobody": NOBODY}.get(owner, int(owner) if owner.isdecimal() else None)
        return Filters(
            text=chosen["q"] or "",
            tier=chosen["tier"] or "",
            owner_id=owner_id,
            department_id=chosen["department"],
            is_strategic=bool(chosen["strategic"]),
            is_overdue=bool(chosen["overdue"]),
            created_from=chosen["created_from"],
            created_to=chosen["created_to"],
            **{
                name: chosen[name] or ""
                for name in ("lifecycle", "kind", "source", "industry", "region", "tag", "contact_for")
            },
        )

    def chosen(self, name: str) -> str:
        """What the address says for that parameter, as it is."""
        return str(self.data.get(name, ""))
