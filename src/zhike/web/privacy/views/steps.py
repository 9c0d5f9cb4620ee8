"""The steps of a request, each one button: identity, work, file, answer, refusal, erasure by two, holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.domain.privacy import services
from zhike.domain.privacy.models import PersonRequest
from zhike.domain.privacy.queries import find_request
from zhike.flows.privacy import desk, erasing
from zhike.flows.privacy.person_file import export_person
from zhike.kernel import clock
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.privacy.forms import AnswerForm, FileForm, HoldForm, IdentityForm
from zhike.web.privacy.views.requests import show
from zhike.web.toasts import toast

_TYPES = {
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_POST
@requires("privacy", "edit")
def identity(request: StaffRequest, number: str) -> HttpResponse:
    """It is known who asks."""
    wanted = find_request(request.user, number)
    form = IdentityForm(request.POST)
    return _step(
        request, wanted, form, "identity_form", _("Noted."),
        lambda typed: services.check_identity(request=wanted, actor=request.user, now=clock.now(), **typed),
    )  # fmt: skip


@require_POST
@requires("privacy", "edit")
def work(request: StaffRequest, number: str) -> HttpResponse:
    """Somebody works on the answer."""
    wanted = find_request(request.user, number)
    services.begin_request(request=wanted, actor=request.user, now=clock.now())
    return redirect("privacy:page", number=number)


@require_POST
@requires("privacy", "edit")
def answer(request: StaffRequest, number: str) -> HttpResponse:
    """The person has the answer."""
    wanted = find_request(request.user, number)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    return _step(
        request, wanted, form, "answer_form", _("Answered; the promise is kept."),
        lambda typed: desk.answer(request=wanted, text=typed["answer"], actor=request.user, now=clock.now()),
    )  # fmt: skip


@require_POST
@requires("privacy", "edit")
def refusal(request: StaffRequest, number: str) -> HttpResponse:
    """The request is not met, with the reason."""
    wanted = find_request(request.user, number)
    form = AnswerForm(request.POST, auto_id="refusal_%s")
    return _step(
        request, wanted, form, "refusal_form", _("Refused, with the reason."),
        lambda typed: desk.refuse(request=wanted, reason=typed["answer"], actor=request.user, now=clock.now()),
    )  # fmt: skip


@require_POST
@requires("privacy", "edit")
def file(request: StaffRequest, number: str) -> HttpResponse:
    """Everything held about the person, to give out."""
    wanted = find_request(request.user, number, "edit")
    form = FileForm(request.POST)
    kind = form.cleaned_data["form"] if form.is_valid() else "xlsx"
    made = export_person(
        person=desk.person_of(wanted),
        reason=number,
        actor=request.user,
        now=clock.now(),
        language=get_language() or "zh-hans",
        request=wanted,
    )
    content = made.to_json().encode() if kind == "json" else made.to_workbook()
    name = f"{number}.{kind}"
    return HttpResponse(
        content, content_type=_TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_POST
@requires("privacy", "edit")
def erasure(request: StaffRequest, number: str) -> HttpResponse:
    """The first of the two asks for the erasure."""
    wanted = find_request(request.user, number)
    try:
        erasing.ask(request=wanted, actor=request.user, now=clock.now())
    except (Denied, NotFound):
        raise
    except Refused as refusal_:
        return show(request, wanted, refusal=refusal_.sentence)
    toast(request, _("Somebody else who may approve has to confirm the erasure."))
    return redirect("privacy:page", number=number)


@require_POST
@requires("privacy", "approve")
def approval(request: StaffRequest, number: str) -> HttpResponse:
    """The second of the two approves, and the person is erased."""
    wanted = find_request(request.user, number)
    try:
        erasing.approve(request=wanted, actor=request.user, now=clock.now())
    except (Denied, NotFound):
        raise
    except Refused as refusal_:
        return show(request, wanted, refusal=refusal_.sentence)
    toast(request, _("Erased. The night sweeps what the files of the database still hold."))
    return redirect("privacy:page", number=number)


@require_POST
@requires("privacy", "edit")
def holds(request: StaffRequest, number: str) -> HttpResponse:
    """Keep the person from being erased."""
    wanted = find_request(request.user, number, "edit")
    form = HoldForm(request.POST, auto_id="hold_%s")
    return _step(
        request, wanted, form, "hold_form", _("Nothing of this person is erased while the hold stands."),
        lambda typed: services.place_hold(
            person=desk.person_of(wanted), reason=typed["reason"], actor=request.user, now=clock.now()
        ),
    )  # fmt: skip


@require_POST
@requires("privacy", "edit")
def lifting(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """The reason of a hold is over."""
    wanted = find_request(request.user, number, "edit")
    services.lift_hold(hold_id=pk, actor=request.user, now=clock.now())
    toast(request, _("The hold is lifted."))
    return redirect("privacy:page", number=wanted.number)


def _step(
    request: StaffRequest,
    wanted: PersonRequest,
    form: Any,
    name: str,
    sentence: str,
    call: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Take one step with what was typed, or show the page again with what is wrong with it."""
    if form.is_valid():
        try:
            call(form.cleaned_data)
        except Refused as refusal_:
            refused(form, refusal_)
        else:
            toast(request, sentence)
            return redirect("privacy:page", number=wanted.number)
    return show(request, wanted, forms={name: form})
