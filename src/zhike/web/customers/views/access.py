"""Who may see a customer, and why; shared with colleagues, and taken back."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhike.domain.accounts.models import User
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import collaborators, why_seen
from zhike.flows import directory
from zhike.kernel import clock
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import may_reveal, sight_of, way
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.toasts import toast
from zhike.web.widgets import DayInput, RemoteSelect


class SharingForm(forms.Form):
    """With whom, how far, until when, and why."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Colleague"), queryset=User.objects.none(), widget=RemoteSelect(url_name="customers:people")
    )
    may_edit = forms.BooleanField(
        label=gettext_lazy("May edit, too"),
        required=False,
        help_text=gettext_lazy("Never: delete, hand over, export, or show masked values."),
    )
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: until further notice"),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[User]", self.fields["person"])
        people.queryset = User.objects.filter(is_active=True)

    def clean_until(self) -> datetime | None:
        """The end of that day where the company works."""
        day = self.cleaned_data["until"]
        return datetime.combine(day, time.max, tzinfo=clock.COMPANY_ZONE) if day else None


@require_http_methods(["GET", "POST"])
@requires("customer", "view")
def page(request: StaffRequest, number: str) -> HttpResponse:
    """Why the reader sees this customer and who else does; POST shares it."""
    customer = directory.known(request.user, number)
    form = SharingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            shared = services.share_customer(
                customer=customer, actor=request.user, now=clock.now(), **form.cleaned_data
            )
        except Denied:
            raise
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Shared with %(person)s.") % {"person": shared.person.name})
            form = SharingForm()
    return _shown(request, customer, form)


@require_http_methods(["DELETE"])
@requires("customer", "view")
def collaborator(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """End the sharing with one colleague."""
    customer = directory.known(request.user, number)
    ended = services.unshare_customer(customer=customer, collaborator_id=pk, actor=request.user, now=clock.now())
    toast(request, _("No longer shared with %(person)s.") % {"person": ended.person.name})
    return _shown(request, customer, SharingForm())


def _shown(request: StaffRequest, customer: Customer, form: SharingForm) -> HttpResponse:
    context = {
        "customer": customer,
        "why": why_seen(request.user, customer),
        "sight": sight_of(request.user, customer),
        "may_reveal": may_reveal(request.user, "contact", customer),
        "collaborators": collaborators(request.user, customer),
        "may_share": way(request.user, "customer", "share", customer) is not None,
        "form": form,
    }
    return render(request, "customers/_access.html", context, status=422 if form.errors else 200)
