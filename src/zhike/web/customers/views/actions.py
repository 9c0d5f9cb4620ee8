"""What can be done to one customer or many at once, each with a way back."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import last_activity, tag_names
from zhike.flows import archive, directory
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.customers.forms import AssignForm, LifecycleForm, TagForm
from zhike.web.customers.revealing import reason_given
from zhike.web.http import StaffRequest, back, refused
from zhike.web.permission import requires
from zhike.web.toasts import briefly, toast


@require_http_methods(["GET", "POST"])
@requires("customer", "assign")
def owner(request: StaffRequest) -> HttpResponse:
    """Hand the chosen customers over."""
    form = AssignForm(request.POST or None, initial={"ids": request.GET.get("ids", "")})
    if request.method == "POST" and form.is_valid():
        try:
            moved = archive.hand_over(
                customer_ids=form.cleaned_data["ids"],
                owner=form.cleaned_data["owner"],
                actor=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            sentence = _("%(person)s now keeps %(customers)s.")
            _tell(request, moved, sentence % {"person": form.cleaned_data["owner"], "customers": _named(moved)})
            return _refreshed(request)
    context = {"form": form, "count": len(form["ids"].value().split(","))}
    return render(request, "customers/_owner.html", context, status=422 if form.errors else 200)


@require_POST
@requires("customer", "view")
def reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Show a customer's address in full, for a reason."""
    customer = directory.known(request.user, number)
    reason = reason_given(request.POST)
    shown = services.reveal_customer(customer=customer, reason=reason, actor=request.user, now=clock.now())
    return HttpResponse(format_html("<span>{}</span>", shown.address))


@require_http_methods(["GET", "POST"])
@requires("customer", "edit")
def tags(request: StaffRequest) -> HttpResponse:
    """Put tags on the chosen customers, or take them off."""
    form = TagForm(request.POST or None, initial={"ids": request.GET.get("ids", "")}, known=tag_names())
    if request.method == "POST" and form.is_valid():
        write = services.untag_customers if form.cleaned_data["is_removal"] else services.tag_customers
        try:
            changed = write(
                customer_ids=form.cleaned_data["ids"],
                names=form.cleaned_data["names"],
                actor=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            _tell(request, changed, _("Tags of %(customers)s changed.") % {"customers": _named(changed)})
            return _refreshed(request)
    context = {"form": form, "count": len(form["ids"].value().split(","))}
    return render(request, "customers/_tags.html", context, status=422 if form.errors else 200)


@require_POST
@requires("customer", "edit")
def lifecycle(request: StaffRequest, number: str) -> HttpResponse:
    """Change the stage of life where it stands in the list."""
    customer = directory.known(request.user, number, action="edit")
    form = LifecycleForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose one of the stages."), field="lifecycle")
    changed = archive.change_file(
        customer=customer, actor=request.user, now=clock.now(), lifecycle=form.cleaned_data["lifecycle"]
    )
    sentence = _("%(name)s: %(stage)s.")
    _tell(request, [changed], sentence % {"name": briefly(changed.name), "stage": changed.get_lifecycle_display()})
    return HttpResponse(status=200) if request.htmx else redirect("customers:page", number=number)


@require_http_methods(["GET", "POST"])
@requires("customer", "delete")
def removal(request: StaffRequest, number: str) -> HttpResponse:
    """Put a file away; the toast brings it back."""
    customer = directory.known(request.user, number, action="delete")
    if request.method == "GET":
        return render(request, "customers/_removal.html", {"customer": customer})
    archive.put_away(customer=customer, actor=request.user, now=clock.now())
    _tell(request, [customer], _("%(name)s was deleted.") % {"name": briefly(customer.name)})
    address = reverse("customers:list")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@require_POST
def undo(request: StaffRequest, activity_id: int) -> HttpResponse:
    """Take back what one action of the person did."""
    restored = archive.take_back(activity_id=activity_id, actor=request.user, now=clock.now())
    toast(request, _("Undone: %(customers)s as before.") % {"customers": _named(restored)})
    return _refreshed(request)


def _named(customers: Sequence[Customer]) -> str:
    """One by its name, several by their number."""
    if len(customers) == 1:
        return briefly(customers[0].name)
    return _("%(number)s customers") % {"number": len(customers)}


def _tell(request: StaffRequest, customers: Sequence[Customer], sentence: str) -> None:
    """Say what was done, with the way back; or that there was nothing to do."""
    if not customers:
        toast(request, _("Nothing to change: it was so already."))
        return
    last = last_activity(request.user, customers[0].pk)
    toast(request, sentence, undo=reverse("customers:undo", args=[last.pk]) if last else "")


def _refreshed(request: StaffRequest) -> HttpResponse:
    return HttpResponseClientRefresh() if request.htmx else redirect(back(request, reverse("customers:list")))
