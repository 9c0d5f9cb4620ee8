"""One commitment: what is known of it, and the things that can be done to it, each with its way back."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhike.domain.commitments import services
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import commitment_file
from zhike.domain.commitments.queries.board import history
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.kernel.scope import sight_on
from zhike.web.commitments.forms import FulfilmentForm, OwnerForm, PlannedDayForm, SnoozeForm, WaiverForm
from zhike.web.http import StaffRequest, back, done, posted, refused
from zhike.web.toasts import briefly, toast

CHANGED = "commitments-changed"


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one commitment, as a page or in the side panel."""
    commitment = _find(request, pk)
    template = "commitments/_panel.html" if request.htmx.target == "panel" else "commitments/page.html"
    context = {
        "commitment": commitment,
        "steps": history(commitment, sight_on(request.user, commitment)),
        "may_edit": Commitment.objects.for_user(request.user, "edit").filter(pk=pk).exists(),
        "may_assign": request.user.may("commitment", "assign"),
        "may_log": request.user.may("interaction", "create"),
    }
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def fulfilment(request: StaffRequest, pk: int) -> HttpResponse:
    """Done, with a line of what happened."""
    commitment = _find(request, pk, "edit")
    form = FulfilmentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.fulfil(commitment=commitment, note=form.cleaned_data["note"], now=clock.now(), actor=request.user)
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Done: kept for %(customer)s.") % _named(commitment), undo=_address("reopening", pk))
            return done(request, reverse("today:page"), event=CHANGED)
    return _ask(request, commitment, form, "fulfilment")


@require_POST
def reopening(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the end of a commitment back."""
    commitment = _find(request, pk, "edit")
    services.reopen(commitment=commitment, now=clock.now(), actor=request.user)
    toast(request, _("Taken back: the promise to %(customer)s is open again.") % _named(commitment))
    return done(request, reverse("commitments:detail", args=[pk]), event=CHANGED)


@require_http_methods(["GET", "POST"])
def waiver(request: StaffRequest, pk: int) -> HttpResponse:
    """No longer owed, with the reason."""
    commitment = _find(request, pk, "edit")
    form = WaiverForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.waive(
                commitment=commitment, reason=form.cleaned_data["reason"], now=clock.now(), actor=request.user
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("No longer owed to %(customer)s.") % _named(commitment), undo=_address("reopening", pk))
            return done(request, reverse("today:page"), event=CHANGED)
    return _ask(request, commitment, form, "waiver")


@require_http_methods(["GET", "POST"])
def snooze(request: StaffRequest, pk: int) -> HttpResponse:
    """Out of sight until a day, with the reason."""
    commitment = _find(request, pk, "edit")
    now = clock.now()
    form = SnoozeForm(posted(request), today=clock.local_date(now))
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            services.snooze(
                commitment=commitment, until=until, reason=form.cleaned_data["reason"], now=now, actor=request.user
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            sentence = _("%(customer)s comes back on %(day)s. The deadline stays.")
            toast(
                request,
                sentence % {**_named(commitment), "day": clock.local_date(until)},
                undo=_address("waking", pk),
            )
            return done(request, reverse("today:page"), event=CHANGED)
    return _ask(request, commitment, form, "snooze")


@require_POST
def waking(request: StaffRequest, pk: int) -> HttpResponse:
    """Back in sight before its day."""
    commitment = _find(request, pk, "edit")
    services.wake(commitment=commitment, now=clock.now(), actor=request.user)
    toast(request, _("%(customer)s is back on the list.") % _named(commitment))
    return done(request, reverse("today:page"), event=CHANGED)


@require_http_methods(["GET", "POST"])
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """Given to somebody else."""
    commitment = _find(request, pk, "assign")
    before = commitment.owner_id
    form = OwnerForm(_sent(request), initial={"owner": before})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["owner"]
        try:
            services.reassign(commitment=commitment, owner=chosen, now=clock.now(), actor=request.user)
        except Refused as refusal:
            refused(form, refusal)
        else:
            sentence = _("%(owner)s now owes this to %(customer)s.") % {**_named(commitment), "owner": chosen.name}
            toast(request, sentence, undo=f"{_address('owner', pk)}?owner={before}")
            return done(request, reverse("today:page"), event=CHANGED)
    return _ask(request, commitment, form, "owner")


@require_http_methods(["GET", "POST"])
def planned_day(request: StaffRequest, pk: int) -> HttpResponse:
    """Planned for another day."""
    commitment = _find(request, pk, "edit")
    before = commitment.planned_on or clock.local_date(commitment.due_at)
    form = PlannedDayForm(_sent(request), initial={"planned_on": before})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["planned_on"]
        try:
            services.reschedule(commitment=commitment, planned_on=day, now=clock.now(), actor=request.user)
        except Refused as refusal:
            refused(form, refusal)
        else:
            sentence = _("%(customer)s is now planned for %(day)s.") % {**_named(commitment), "day": day}
            toast(request, sentence, undo=f"{_address('planned-day', pk)}?planned_on={before.isoformat()}")
            return done(request, reverse("care:list"), event=CHANGED)
    return _ask(request, commitment, form, "planned_day")


def _find(request: StaffRequest, pk: int, action: str = "view") -> Commitment:
    return commitment_file(request.user, pk, action)


def _ask(request: StaffRequest, commitment: Commitment, form: forms.Form, name: str) -> HttpResponse:
    """The form in the place it was asked from, in the window, or on a page of its own where there are no scripts."""
    template = f"commitments/_{name}.html" if request.htmx else "commitments/form.html"
    if request.htmx.target == "modal":
        template = "commitments/_modal.html"
    context = {
        "commitment": commitment,
        "form": form,
        "inline": f"commitments/_{name}.html",
        "next": back(request, reverse("commitments:detail", args=[commitment.pk])),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _sent(request: StaffRequest) -> dict[str, str] | None:
    """What was posted. An undo address carries its value in the query instead of a form."""
    if request.method != "POST":
        return None
    return {**request.GET.dict(), **request.POST.dict()}


def _named(commitment: Commitment) -> dict[str, str]:
    return {"customer": briefly(commitment.customer.name)}


def _address(name: str, pk: int) -> str:
    return reverse(f"commitments:{name}", args=[pk])
