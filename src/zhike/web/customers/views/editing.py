"""Opening a file and changing it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.domain.customers import services
from zhike.domain.customers.models import Customer, NeedsProfile
from zhike.domain.customers.queries import customers_alike
from zhike.flows import archive, directory
from zhike.kernel import clock
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import may_reveal, sight_of
from zhike.kernel.sensitivity import EVERYTHING
from zhike.web.customers.conflicts import show_theirs
from zhike.web.customers.forms import CustomerForm, NeedsForm
from zhike.web.customers.revealing import REVEALED_TO_EDIT, opened_by_reveal
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.toasts import briefly, toast


@require_http_methods(["GET", "POST"])
@requires("customer", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Open a file; a name is enough. What is known under the same name wants one word more."""
    if request.method == "POST" and request.htmx.target == "alike":
        return render(request, "customers/_alike.html", {"alike": _alike(request)})
    initial = {"name": request.GET.get("name", "")}
    form = CustomerForm(
        request.POST or None, instance=Customer(), initial=initial, actor=request.user, sight=EVERYTHING
    )
    alike: list[Customer] = []
    if request.method == "POST" and form.is_valid() and not request.POST.get("is_another"):
        alike = _alike(request)
    if alike:
        form.add_error(None, _("This customer may be here already: open it, or say below that it is another one."))
    elif request.method == "POST" and form.is_valid():
        try:
            customer = archive.open_file(
                actor=request.user,
                now=clock.now(),
                token=form.cleaned_data["token"],
                contact=form.contact_for_service(),
                **form.fields_for_service(),
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("%(name)s is %(number)s.") % {"name": briefly(customer.name), "number": customer.number})
            return redirect("customers:page", number=customer.number)
    context = {"form": form, "customer": None, "cancel": reverse("customers:list"), "alike": alike}
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)


def _alike(request: StaffRequest) -> list[Customer]:
    """Those in sight that what was typed may mean."""
    typed = {name: request.POST.get(name, "")[:200] for name in ("name", "credit_code")}
    found = customers_alike(request.user, phone=request.POST.get("contact_phone", "")[:40], **typed)
    # What this very form has opened already is no other customer.
    token = request.POST.get("token")
    return [customer for customer in found if not token or customer.token != token]


@require_http_methods(["GET", "POST"])
@requires("customer", "edit")
def edit(request: StaffRequest, number: str) -> HttpResponse:
    """Change a file; whoever was faster is named instead of being overwritten."""
    customer = directory.known(request.user, number, action="edit")
    sight = sight_of(request.user, customer)
    if may_reveal(request.user, "customer", customer):
        if request.method == "GET" and opened_by_reveal(sight, customer):
            services.reveal_customer(customer=customer, reason=REVEALED_TO_EDIT, actor=request.user, now=clock.now())
        sight = sight.revealed()
    form = CustomerForm(request.POST or None, instance=customer, actor=request.user, sight=sight)
    if request.method == "POST" and form.is_valid():
        try:
            archive.change_file(
                customer=customer,
                actor=request.user,
                now=clock.now(),
                seen_at=form.cleaned_data["seen_at"],
                **form.fields_for_service(),
            )
        except Conflict as conflict:
            theirs = directory.known(request.user, number)
            form.data = {**request.POST.dict(), "seen_at": theirs.changed_at.isoformat()}
            refused(form, conflict)
            show_theirs(form, theirs, sight, since=form.cleaned_data["seen_at"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("customers:page", number=number)
    shown = directory.known(request.user, number)
    context = {"form": form, "customer": shown, "cancel": reverse("customers:page", args=[number])}
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("customer", "edit")
def needs(request: StaffRequest, number: str) -> HttpResponse:
    """Write down what the customer needs."""
    customer = directory.known(request.user, number, action="edit")
    profile = getattr(customer, "needs_profile", None) or NeedsProfile()
    form = NeedsForm(request.POST or None, instance=profile, sight=sight_of(request.user, customer))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_needs_profile(
                customer=customer, actor=request.user, now=clock.now(), **form.fields_for_service()
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("customers:archive", number=number)
    context = {"form": form, "customer": customer}
    return render(request, "customers/needs.html", context, status=422 if form.errors else 200)
