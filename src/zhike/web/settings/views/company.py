"""The company itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.domain.accounts import queries, services
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.settings.forms import CompanyForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Name, numbers, opening hours; those who may see no settings are led to what is their own."""
    if not request.user.may("setting", "view"):
        return redirect("settings:profile")
    return _company(request)


@requires("setting", "view", to_change="edit")
def _company(request: StaffRequest) -> HttpResponse:
    form = CompanyForm(request.POST if request.method == "POST" else None, company=queries.company())
    if request.method == "POST" and form.is_valid():
        try:
            services.change_company(
                name=form.cleaned_data["name"],
                number_prefix=form.cleaned_data["number_prefix"],
                opening_hours=form.opening_hours,
                actor=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved. Deadlines from now on follow these hours."))
            return redirect("settings:page")
    context = {"form": form, "may_edit": request.user.may("setting", "edit")}
    return settings_page(
        request, "settings/company.html", context, route="settings:page", status=422 if form.errors else 200
    )
