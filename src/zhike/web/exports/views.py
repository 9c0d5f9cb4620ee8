"""Exports: asked for, approved, taken."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from zhike.domain.accounts import queries, rules, services
from zhike.flows import exporting
from zhike.kernel import clock
from zhike.kernel.errors import Denied, Refused
from zhike.web.customers.filters import FilterForm
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.toasts import toast

MOST_OWN = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReasonForm(forms.Form):
    """What the file is for."""

    reason = forms.CharField(
        label=gettext_lazy("What the file is for"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what the file is for.")},
    )


@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """One's own exports, and those of others that wait for one's approval."""
    user = request.user
    may_approve = queries.may_approve_exports(user)
    if not (user.may("customer", "export") or may_approve):
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    now = clock.now()
    own = list(queries.own_exports(user, "customer")[:MOST_OWN])
    context = {
        "waiting": list(queries.waiting_exports(user)),
        "own": [(row, queries.is_ready(row, now=now)) for row in own],
        "may_approve": may_approve,
        "most": rules.MOST_EXPORTED_ALONE,
    }
    return render(request, "exports/list.html", context)


@require_http_methods(["GET", "POST"])
@requires("customer", "export")
def customers(request: StaffRequest) -> HttpResponse:
    """Ask for the customers that the address of the list names."""
    filters = FilterForm(request.GET).filters(request.user)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked = exporting.ask_for_customers(
                filters=filters, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            if asked.is_approved:
                toast(request, _("The file is ready: %(rows)s rows.") % {"rows": asked.rows})
            else:
                sentence = _("%(rows)s rows: a second person has to approve this first.")
                toast(request, sentence % {"rows": asked.rows})
            address = reverse("exports:list")
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    context = {"form": form, "query": request.GET.urlencode(), "most": rules.MOST_EXPORTED_ALONE}
    return render(request, "exports/_ask.html", context, status=422 if form.errors else 200)


@require_POST
@requires("customer", "export")
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """The file of an approved export, made with the rights of now."""
    asked = queries.own_export(request.user, pk, "customer")
    now = clock.now()
    content = exporting.customers_workbook(asked, actor=request.user, now=now)
    answer = HttpResponse(content, content_type=WORKBOOK)
    name = f"zhike-customers-{now.astimezone(clock.COMPANY_ZONE):%Y%m%d-%H%M}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """A second person agrees to an export, or does not."""
    if not queries.may_approve_exports(request.user):
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    is_approved = request.POST.get("decision") == "approve"
    decided = services.decide_export(request_id=pk, is_approved=is_approved, actor=request.user, now=clock.now())
    words = {"person": decided.requested_by.name, "rows": decided.rows}
    told = (
        _("Approved: %(person)s may take %(rows)s rows.")
        if is_approved
        else _("Refused: %(person)s may not take this.")
    )
    toast(request, told % words)
    return redirect("exports:list")
