"""On what basis a contact, or a customer who is a person, may be contacted: how things stand, and how they came to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.queries import contact_file
from zhike.domain.privacy.models import Consent, Way
from zhike.domain.privacy.queries import consent_history, standings
from zhike.domain.privacy.services import give_consent, withdraw_consent
from zhike.flows import directory
from zhike.kernel import clock
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.scope import sight_of
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.privacy.forms import ConsentForm, WithdrawalForm
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
@requires("contact", "view", to_change="edit")
def of_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """What a contact has agreed to; a new entry is added here."""
    return _page(request, contact_file(request.user, pk), reverse("privacy:contact_consents", args=[pk]))


@require_POST
@requires("contact", "edit")
def contact_withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """A contact does not want something any more."""
    return _withdraw(request, contact_file(request.user, pk), reverse("privacy:contact_consents", args=[pk]))


@require_http_methods(["GET", "POST"])
@requires("customer", "view", to_change="edit")
def of_customer(request: StaffRequest, number: str) -> HttpResponse:
    """What a customer who is a person has agreed to."""
    person = directory.known(request.user, number)
    return _page(request, person, reverse("privacy:customer_consents", args=[number]))


@require_POST
@requires("customer", "edit")
def customer_withdrawal(request: StaffRequest, number: str) -> HttpResponse:
    """A customer who is a person does not want something any more."""
    person = directory.known(request.user, number)
    return _withdraw(request, person, reverse("privacy:customer_consents", args=[number]))


def _page(request: StaffRequest, person: Contact | Customer, address: str) -> HttpResponse:
    form = ConsentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = give_consent(person=person, actor=request.user, now=clock.now(), **form.fields_for_service())
        except (Denied, NotFound):
            raise
        except Refused as refusal:
            field = {"at": "given_on", "expires_at": "expires_on"}.get(refusal.field or "", refusal.field)
            refused(form, Refused(refusal.sentence, field=field))
        else:
            toast(request, _("“%(purpose)s” may be done now.") % {"purpose": made.get_purpose_display()})
            return redirect(address)
    customer = person.customer if isinstance(person, Contact) else person
    sight = sight_of(request.user, customer)
    kind = "contact" if isinstance(person, Contact) else "customer"
    model = Contact if isinstance(person, Contact) else Customer
    context = {
        "form": form,
        "address": address,
        "person": sight.show(person),
        "customer": customer,
        "is_contact": kind == "contact",
        "standings": standings(request.user, person, at=clock.now()),
        "history": [sight.show(row) for row in consent_history(request.user, person).reverse()],
        "withdrawal": reverse(f"privacy:{kind}_withdrawal", args=[person.pk if kind == "contact" else customer.number]),
        "may_edit": model.objects.for_user(request.user, "edit").filter(pk=person.pk).exists(),
        "may_ask": request.user.may("privacy", "create"),
    }
    return render(request, "privacy/consents.html", context, status=422 if form.errors else 200)


def _withdraw(request: StaffRequest, person: Contact | Customer, address: str) -> HttpResponse:
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose what is no longer wanted."))
    withdrawn = withdraw_consent(
        person=person,
        purpose=form.cleaned_data["purpose"],
        channel=form.cleaned_data["channel"] or Way.PHONE,
        actor=request.user,
        now=clock.now(),
    )
    purpose = Consent.Purpose(withdrawn.purpose).label
    toast(request, _("“%(purpose)s” is not done any more, from this moment.") % {"purpose": purpose})
    return redirect(address)
