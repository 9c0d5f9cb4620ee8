"""Tiers set by hand: the list of them, and the form on a customer."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.segmentation import queries
from zhike.flows import directory, tiers
from zhike.kernel import clock
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import way
from zhike.web.http import StaffRequest, back, refused
from zhike.web.permission import requires
from zhike.web.segmentation.forms import OverrideForm
from zhike.web.segmentation.schemes import chosen, scheme_page
from zhike.web.toasts import briefly, toast

USUAL = timedelta(days=90)


@require_safe
@requires("tier", "view")
def listing(request: StaffRequest, key: str) -> HttpResponse:
    """What is set by hand under a scheme, and until when."""
    scheme = chosen(key)
    rows = [
        {"override": override, "label": scheme.label(override.tier)}
        for override in queries.open_overrides(key, actor=request.user)[:200]
    ]
    context = {"rows": rows, "may_edit": request.user.may("tier", "edit")}
    return scheme_page(request, "segmentation/_overrides.html", context, scheme=scheme, tab="overrides")


@require_http_methods(["GET", "POST", "DELETE"])
@requires("tier", "edit")
def page(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Set a customer's tier by hand, with a reason and a last day; DELETE lets the rules decide again."""
    scheme = chosen(key)
    now = clock.now()
    customer = directory.known(request.user, number, action="edit")
    if way(request.user, "tier", "edit", customer) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    if request.method == "DELETE":
        tiers.give_back(customer_id=customer.pk, scheme_key=key, actor=request.user, now=now)
        toast(request, _("%(name)s follows the rules again.") % {"name": briefly(customer.name)})
        return HttpResponseClientRefresh()
    initial = {"expires_on": clock.local_date(now) + USUAL}
    form = OverrideForm(request.POST if request.method == "POST" else None, scheme=scheme, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            tiers.set_by_hand(customer_id=customer.pk, scheme_key=key, actor=request.user, now=now, **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            sentence = _("%(name)s is “%(tier)s” until %(day)s.") % {
                "name": briefly(customer.name),
                "tier": scheme.label(form.cleaned_data["tier"]).name,
                "day": form.cleaned_data["expires_on"],
            }
            toast(request, sentence)
            return redirect(back(request, reverse("customers:page", args=[customer.number])))
    standing = next(
        (each for each in queries.standings_of(customer.pk, actor=request.user) if each.scheme == key), None
    )
    context = {
        "customer": customer,
        "scheme": scheme,
        "standing": standing,
        "label": scheme.label(standing.tier) if standing else None,
        "form": form,
        "next": back(request, reverse("customers:page", args=[customer.number])),
    }
    return render(request, "segmentation/override.html", context, status=422 if form.errors else 200)
