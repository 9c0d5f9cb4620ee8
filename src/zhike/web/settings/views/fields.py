"""The company's own fields of customers and contacts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.customers import queries, services
from zhike.domain.customers.models import ExtraField
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.settings.forms import ExtraFieldForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
@requires("setting", "view", to_change="edit")
def listing(request: StaffRequest) -> HttpResponse:
    """The fields in use, and the form that adds one."""
    form = ExtraFieldForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            field = services.add_extra_field(actor=request.user, now=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("“%(label)s” is asked for from now on.") % {"label": field.label})
            return redirect("settings:fields")
    context = {
        "form": form,
        "groups": [(label, queries.extra_fields(subject)) for subject, label in ExtraField.Subject.choices],
        "may_edit": request.user.may("setting", "edit"),
    }
    status = 422 if form.errors else 200
    return settings_page(request, "settings/fields.html", context, route="settings:fields", status=status)


@require_http_methods(["DELETE"])
@requires("setting", "edit")
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop asking for a field."""
    field = queries.extra_field(pk)
    services.retire_extra_field(field=field, actor=request.user, now=clock.now())
    toast(request, _("“%(label)s” is asked for no more; what it holds stays.") % {"label": field.label})
    return HttpResponseClientRefresh()
