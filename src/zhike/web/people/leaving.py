"""People hand over what they keep, and leave; each one form, one step."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.accounts import queries
from zhike.domain.accounts.models import User
from zhike.domain.customers.queries import last_hand_over
from zhike.flows import staffing
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.toasts import toast
from zhike.web.widgets import RemoteSelect


class HeirForm(forms.Form):
    """Who takes over what somebody keeps and owes."""

    heir = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over"),
        queryset=User.objects.none(),
        widget=RemoteSelect(url_name="people:colleagues"),
    )

    def __init__(self, *args: Any, person: User, is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heirs = cast("forms.ModelChoiceField[User]", self.fields["heir"])
        heirs.queryset = User.objects.filter(is_active=True).exclude(pk=person.pk)
        heirs.required = is_needed


@require_http_methods(["GET", "POST"])
@requires("person", "view")
@requires("customer", "assign")
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """All customers of a person, with everything owed, go to a colleague."""
    person, left = _person_and_burden(pk)
    form = HeirForm(posted(request), person=person, is_needed=True)
    if request.method == "POST" and form.is_valid():
        try:
            done = staffing.hand_over_everything(
                person=person, heir=form.cleaned_data["heir"], actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            _tell(request, form.cleaned_data["heir"], done)
            return HttpResponseClientRefresh()
    context = {"person": person, "left": left, "form": form, "leaves": False}
    return render(request, "people/_leaving.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("security", "edit")
def departure(request: StaffRequest, pk: int) -> HttpResponse:
    """A person is disabled at once; who takes over stands in the same form."""
    person, left = _person_and_burden(pk)
    form = HeirForm(posted(request), person=person, is_needed=bool(left))
    if request.method == "POST" and form.is_valid():
        try:
            done = staffing.let_go(person=person, heir=form.cleaned_data["heir"], actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("%(name)s can no longer sign in.") % {"name": person.name})
            if done:
                _tell(request, form.cleaned_data["heir"], done)
            return HttpResponseClientRefresh()
    context = {"person": person, "left": left, "form": form, "leaves": True}
    return render(request, "people/_leaving.html", context, status=422 if form.errors else 200)


def _person_and_burden(pk: int) -> tuple[User, staffing.Burden]:
    person = queries.person(pk)
    return person, staffing.burden(person)


def _tell(request: StaffRequest, heir: User, done: staffing.Burden) -> None:
    words = {"person": heir.name, "customers": done.customers, "promises": done.promises}
    last = last_hand_over(request.user)
    may_undo = bool(done.customers) and request.user.may("customer", "assign")
    undo = reverse("customers:undo", args=[last.pk]) if may_undo and last else ""
    toast(request, _("%(person)s takes over %(customers)s customers and %(promises)s promises.") % words, undo=undo)
