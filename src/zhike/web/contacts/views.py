"""Contacts: added to a customer, changed, removed; and offered to pickers."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from zhike.domain.customers import services
from zhike.domain.customers.models import Contact
from zhike.domain.customers.queries import contact_file, contacts_like, last_activity, present_contacts
from zhike.flows import directory
from zhike.kernel import clock
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import may_reveal, sight_of
from zhike.web.contacts.forms import ContactForm
from zhike.web.customers.revealing import REVEALED_TO_EDIT, opened_by_reveal, reason_given
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.toasts import briefly, toast

MOST = 20


@require_safe
@requires("contact", "view")
def picker(request: StaffRequest) -> JsonResponse:
    """Contacts that the person may see, of one customer if `customer` is given."""
    customer = request.GET.get("customer", "")
    customer_id = int(customer) if customer.isdecimal() and len(customer) < 18 else None
    found = contacts_like(request.user, request.GET.get("q", "")[:100], customer_id=customer_id)[:MOST]
    request.rows_shown = len(found)
    results = [
        {
            "value": contact.pk,
            "text": sight_of(request.user, contact.customer).show(contact).name,
            "hint": contact.title or contact.customer.name,
        }
        for contact in found
    ]
    return JsonResponse({"results": results})


@require_http_methods(["GET", "POST"])
@requires("contact", "create")
def new(request: StaffRequest, number: str) -> HttpResponse:
    """Add a person to a customer."""
    customer = directory.known(request.user, number, action="create", kind="contact")
    colleagues = present_contacts(request.user, customer.pk)
    sight = sight_of(request.user, customer)
    form = ContactForm(request.POST or None, instance=Contact(), colleagues=colleagues, sight=sight)
    if request.method == "POST" and form.is_valid():
        try:
            contact = services.add_contact(
                customer=customer,
                actor=request.user,
                now=clock.now(),
                token=form.cleaned_data["token"],
                **form.fields_for_service(),
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("%(name)s was added.") % {"name": briefly(contact.name)})
            return _to_people(request, number)
    return _form(request, form, number, customer.name, reverse("contacts:new", args=[number]))


@require_http_methods(["GET", "POST"])
@requires("contact", "view", to_change="edit")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is known of a person."""
    contact = contact_file(request.user, pk)
    number, customer = contact.customer.number, contact.customer.name
    colleagues = present_contacts(request.user, contact.customer_id)
    sight = sight_of(request.user, contact.customer)
    if may_reveal(request.user, "contact", contact.customer):
        if request.method == "GET" and opened_by_reveal(sight, contact):
            services.reveal_contact(contact=contact, reason=REVEALED_TO_EDIT, actor=request.user, now=clock.now())
        sight = sight.revealed()
    form = ContactForm(request.POST or None, instance=contact, colleagues=colleagues, sight=sight)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_contact(
                contact=contact,
                actor=request.user,
                now=clock.now(),
                seen_at=form.cleaned_data["seen_at"],
                **form.fields_for_service(),
            )
        except Conflict as conflict:
            form.data = {**request.POST.dict(), "seen_at": contact_file(request.user, pk).changed_at.isoformat()}
            refused(form, conflict)
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved."))
            return _to_people(request, number)
    return _form(request, form, number, customer, reverse("contacts:edit", args=[pk]))


@require_POST
@requires("contact", "view")
def reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how to reach a person, for a reason: the same row of the list, or card, without masks."""
    contact = contact_file(request.user, pk)
    reason = reason_given(request.POST)
    shown = services.reveal_contact(contact=contact, reason=reason, actor=request.user, now=clock.now())
    context = {
        "contact": shown,
        "may_edit_contacts": request.user.may("contact", "edit"),
        "may_delete_contacts": request.user.may("contact", "delete"),
    }
    template = "contacts/_row.html" if request.POST.get("place") == "row" else "contacts/_opened_card.html"
    return render(request, template, context)


@require_http_methods(["POST"])
@requires("contact", "delete")
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a person off the file; the toast brings him or her back."""
    contact = contact_file(request.user, pk)
    services.remove_contact(contact=contact, actor=request.user, now=clock.now())
    last = last_activity(request.user, contact.customer_id)
    undo = reverse("customers:undo", args=[last.pk]) if last else ""
    toast(request, _("%(name)s was removed.") % {"name": briefly(contact.name)}, undo=undo)
    return _to_people(request, contact.customer.number)


def _form(request: StaffRequest, form: ContactForm, number: str, customer: str, address: str) -> HttpResponse:
    context = {"form": form, "number": number, "customer": customer, "address": address, "is_new": "new" in address}
    template = "contacts/_form.html" if request.htmx.target == "modal" else "contacts/form.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _to_people(request: StaffRequest, number: str) -> HttpResponse:
    address = reverse("customers:contacts", args=[number])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
