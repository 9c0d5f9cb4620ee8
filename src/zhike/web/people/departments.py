"""Departments: their names, their places in the tree, their heads."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from zhike.domain.accounts import queries, services
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.people.forms import DepartmentForm
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
@requires("person", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Add a department to the tree."""
    form = DepartmentForm(
        request.POST if request.method == "POST" else None, initial={"parent": request.GET.get("parent")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.create_department(**form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("The department “%(name)s” is there.") % {"name": form.cleaned_data["name"]})
            return redirect("people:list")
    status = 422 if form.errors else 200
    return settings_page(request, "people/department.html", {"form": form}, route="people:list", status=status)


@require_http_methods(["GET", "POST", "DELETE"])
@requires("person", "edit")
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One department; DELETE takes away an empty one."""
    department = queries.department(pk)
    if request.method == "DELETE":
        services.remove_department(department=department, actor=request.user, now=clock.now())
        toast(request, _("The department “%(name)s” is gone.") % {"name": department.name})
        return HttpResponseClientRedirect(reverse("people:list"))
    initial = {"name": department.name, "parent": department.parent_id, "head": department.head_id}
    form = DepartmentForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_department(department=department, **form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved. What people may see follows at once."))
            return redirect("people:list")
    context = {"form": form, "department": department}
    status = 422 if form.errors else 200
    return settings_page(request, "people/department.html", context, route="people:list", status=status)
