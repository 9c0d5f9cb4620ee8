"""What the address of the trail narrows it to; why it is exported; how long it is kept."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.flows.auditing import Filters


class FilterForm(forms.Form):
    """The parameters of the list. What makes no sense narrows nothing: an old bookmark still opens."""

    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    person = forms.RegexField(r"^(system|\d{1,12})$", required=False)
    kind = forms.SlugField(required=False, max_length=40)
    verb = forms.SlugField(required=False, max_length=40)
    customer = forms.CharField(required=False, max_length=20)
    record = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)

    def filters(self) -> Filters:
        """The filters that the parameters mean."""
        self.is_valid()
        chosen = {name: self.cleaned_data.get(name) for name in self.fields}
        customer = (chosen["customer"] or "").strip().upper()
        return Filters(
            since=chosen["since"],
            until=chosen["until"],
            person=chosen["person"] or "",
            kind=chosen["kind"] or "",
            verb=chosen["verb"] or "",
            customer=customer,
            record=chosen["record"],
        )


class ExportForm(forms.Form):
    """Why the trail is handed out."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class KeepingForm(forms.Form):
    """For how many days a line is kept; the domain says how few are too few."""

    days = forms.IntegerField(label=_("Days"))
