"""Logging an interaction, reading one, taking one back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import customer_file
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.queries import Offer, interaction_file, may_take_back, offer, outcome
from zhike.flows import contact, directory
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.kernel.scope import sight_of, sight_on
from zhike.web.http import StaffRequest, back, done, posted, refused
from zhike.web.interactions.forms import (
    CustomerForm,
    InteractionForm,
    NextActionForm,
    NextActionForms,
    ProposalForm,
    first_values,
)
from zhike.web.permission import requires
from zhike.web.toasts import briefly, toast

LOGGED = "interactions-changed"


@require_GET
@requires("interaction", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Choose the customer first; then the form stands on the same page."""
    form = CustomerForm(request.GET if "customer" in request.GET else None)
    if form.is_valid():
        customer = customer_file(request.user, form.cleaned_data["customer"])
        return redirect("interactions:log", number=customer.number)
    if request.htmx and not request.htmx.boosted:
        return HttpResponse()
    return render(request, "interactions/new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires("interaction", "create")
def log(request: StaffRequest, number: str) -> HttpResponse:
    """The ten-second form, and what it did once it is saved."""
    customer = directory.known(request.user, number)
    now = clock.now()
    offered = offer(request.user, customer, now=now)
    commitment = _asked_from(request, offered)
    form = InteractionForm(
        posted(request),
        offer=offered,
        now=now,
        initial=first_values(offered, commitment=commitment, me=request.user, today=clock.local_date(now)),
    )
    actions: BaseFormSet[NextActionForm] = NextActionForms(
        posted(request),
        prefix="next",
        form_kwargs={"people": offered.people, "me": request.user, "today": clock.local_date(now)},
    )
    if request.method == "POST" and form.is_valid() and actions.is_valid():
        try:
            logged = contact.log_interaction(form=_new(customer, form, actions), actor=request.user, now=now)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return _tell(request, logged)
    context = {
        "customer": customer,
        "form": form,
        "actions": actions,
        "commitment": commitment,
        "next": back(request, ""),
    }
    has_errors = bool(form.errors or (actions.is_bound and not actions.is_valid()))
    return render(request, f"interactions/{_place(request)}.html", context, status=422 if has_errors else 200)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One interaction and what it brought about."""
    interaction = _find(request, pk)
    sight = sight_of(request.user, interaction.customer)
    context = {
        "interaction": sight_on(request.user, interaction).show(interaction),
        "people": [sight.show(contact) for contact in interaction.contacts.all()],
        "outcome": outcome(request.user, interaction),
        "may_take_back": may_take_back(request.user, interaction, now=clock.now()),
    }
    template = "interactions/_panel.html" if request.htmx.target == "panel" else "interactions/page.html"
    return render(request, template, context)


@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an interaction back, with what it brought about."""
    interaction = _find(request, pk)
    number = interaction.customer.number
    contact.take_back(interaction=interaction, actor=request.user, now=clock.now())
    toast(request, _("Taken back: the interaction is gone, the promises are as before."))
    response = done(request, reverse("customers:page", args=[number]), event=LOGGED)
    return trigger_client_event(response, "commitments-changed")


@require_POST
def proposal(request: StaffRequest, pk: int) -> HttpResponse:
    """Accept the next step that was proposed, on its day or another one."""
    interaction = _find(request, pk)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose the day of the next step."))
    promised = contact.accept_proposal(
        interaction=interaction, due_on=form.cleaned_data["due_on"], actor=request.user, now=clock.now()
    )
    sentence = _("Next for %(customer)s: %(day)s.")
    day = clock.local_date(promised.due_at)
    toast(request, sentence % {"customer": briefly(interaction.customer.name), "day": day})
    return done(request, reverse("interactions:detail", args=[pk]), event="commitments-changed")


def _find(request: StaffRequest, pk: int) -> Interaction:
    return interaction_file(request.user, pk)


def _place(request: StaffRequest) -> str:
    """Where the form is to stand: in the window, in a row of some list, or on a page of its own."""
    if not request.htmx or request.htmx.boosted:
        return "log"
    return "_log_modal" if request.htmx.target == "modal" else "_log_form"


def _asked_from(request: StaffRequest, offered: Offer) -> Commitment | None:
    """The promise from whose row the form was opened, if it is one that may be kept here."""
    asked = request.GET.get("commitment") or ""
    return next((one for one in offered.open if str(one.pk) == asked), None)


def _new(customer: Customer, form: InteractionForm, actions: Iterable[Any]) -> contact.NewInteraction:
    values = form.cleaned_data
    written = [action.cleaned_data for action in actions if action.cleaned_data.get("content")]
    return contact.NewInteraction(
        customer=customer,
        channel=values["channel"],
        occurred_at=values["occurred_at"],
        contacts=values["contacts"],
        new_contact=values["new_contact"],
        staff=values["staff"],
        is_connected=values["is_connected"],
        summary=values["summary"],
        feedback=values["feedback"],
        mentions_competitor=values["mentions_competitor"],
        mentions_leaving=values["mentions_leaving"],
        reports_change=values["reports_change"],
        fulfils=values["fulfils"] if values["is_connected"] else (),
        next_actions=[
            contact.NextAction(content=one["content"], owner=one["owner"], due_on=one["due_on"]) for one in written
        ],
        token=values["token"],
    )


def _tell(request: StaffRequest, logged: contact.Logged) -> HttpResponse:
    """What saving did: in place of the form, or on the interaction's page."""
    interaction = logged.interaction
    sentence = _("Logged for %(customer)s.") % {"customer": briefly(interaction.customer.name)}
    toast(request, sentence, undo=reverse("interactions:undo", args=[interaction.pk]))
    if not request.htmx:
        return redirect(back(request, reverse("interactions:detail", args=[interaction.pk])))
    response = render(request, "interactions/_logged.html", {"logged": logged, "interaction": interaction})
    return trigger_client_event(response, LOGGED)
