"""An old value put in again from the timeline."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.customers.models import Customer
from zhike.flows import history
from zhike.kernel import clock
from zhike.kernel.scope import sight_of
from zhike.web.customers.stories import told_value
from zhike.web.http import StaffRequest
from zhike.web.permission import requires
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
@requires("customer", "view")
def restoration(request: StaffRequest, line_number: int, field: str) -> HttpResponse:
    """What stands there now and what stood there before, each as far as the reader may see it; then the change."""
    if request.method == "POST":
        restored = history.restore_value(
            line_number=line_number,
            field=field,
            seen_at=parse_datetime(request.POST.get("seen_at", "")),
            actor=request.user,
            now=clock.now(),
        )
        toast(request, _("The old value is back."))
        customer = restored if isinstance(restored, Customer) else restored.customer
        return HttpResponseClientRefresh() if request.htmx else redirect("customers:page", number=customer.number)
    found = history.former_value(request.user, line_number=line_number, field=field)
    sight, known = sight_of(request.user, found.customer), type(found.row)._meta.get_field(field)
    context = {
        "found": found,
        "label": capfirst(str(getattr(known, "verbose_name", field))),
        "present": told_value(known, field, sight.of(type(found.row), field, found.present), {}),
        "former": told_value(known, field, sight.of(type(found.row), field, found.former), {}),
        "seen_at": "" if found.line.kind == "needs_profile" else found.row.changed_at.isoformat(),
    }
    return render(request, "customers/_restoration.html" if request.htmx else "customers/restoration.html", context)
