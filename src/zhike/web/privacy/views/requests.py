"""Requests of people: all of them, one of them, and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhike.domain.privacy.models import PersonRequest
from zhike.domain.privacy.queries import find_request, holds_of, matching_requests, request_steps
from zhike.domain.privacy.rules.requests import is_overdue
from zhike.flows.privacy import desk
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.kernel.scope import sight_of
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.privacy.forms import AnswerForm, FileForm, HoldForm, IdentityForm, RequestForm
from zhike.web.toasts import toast

ALL = "all"
MOST = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """A request as a list shows it: `person` is masked where the reader sees no names."""

    request: PersonRequest
    person: str
    asked_by: str
    state: str
    is_late: bool


@require_safe
@requires("privacy", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """What people have asked, the most urgent first."""
    state = request.GET.get("state", "open")
    kind = request.GET.get("kind", "")
    state = state if state in {ALL, "open", "closed"} else "open"
    kind = kind if kind in PersonRequest.Kind.values else ""
    rows = matching_requests(request.user, state="" if state == ALL else state, kind=kind)
    lines = [_line(request, row) for row in rows[:MOST]]
    context = {
        "lines": lines,
        "state": state,
        "kind": kind,
        "states": [("open", _("Open")), ("closed", _("Settled")), (ALL, _("All"))],
        "kinds": PersonRequest.Kind.choices,
        "late": matching_requests(request.user, state="open").overdue(clock.now()).count(),
        "may_create": request.user.may("privacy", "create"),
        "note": _("The first %(most)s are shown.") % {"most": MOST} if len(lines) == MOST else "",
    }
    return render(request, "privacy/list.html", context)


@require_http_methods(["GET", "POST"])
@requires("privacy", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Take a request down."""
    now = clock.now()
    initial = {name: request.GET[name] for name in ("contact", "customer") if request.GET.get(name, "").isdecimal()}
    form = RequestForm(posted(request), user=request.user, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = desk.receive(actor=request.user, now=now, **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            day = clock.local_date(made.due_at)
            words = {"number": made.number, "day": day, "owner": made.owner.name}
            toast(request, _("%(number)s is to be answered by %(day)s; %(owner)s has it on Today.") % words)
            return redirect("privacy:page", number=made.number)
    return render(request, "privacy/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@requires("privacy", "view")
def page(request: StaffRequest, number: str) -> HttpResponse:
    """One request: who asks what, how far it is, and the next step."""
    return show(request, find_request(request.user, number))


def show(
    request: StaffRequest, wanted: PersonRequest, *, forms: dict[str, Any] | None = None, refusal: str = ""
) -> HttpResponse:
    """The page of a request, with forms that were refused in their places."""
    sight = sight_of(request.user, wanted.customer)
    state = PersonRequest.State
    may_edit = PersonRequest.objects.for_user(request.user, "edit").filter(pk=wanted.pk).exists()
    may_approve = PersonRequest.objects.for_user(request.user, "approve").filter(pk=wanted.pk).exists()
    is_asked = wanted.erasure_asked_by_id is not None and wanted.closed_at is None
    context = {
        "request_": sight.show(wanted),
        "line": _line(request, wanted),
        "steps": request_steps(wanted),
        "holds": holds_of(request.user, wanted.customer_id),
        "may_edit": may_edit,
        "is_erasure": wanted.kind == PersonRequest.Kind.ERASE,
        "may_check": may_edit and wanted.state == state.RECEIVED,
        "may_begin": may_edit and wanted.state == state.CHECKED,
        "may_answer": may_edit and wanted.state == state.IN_WORK,
        "may_refuse": may_edit and wanted.closed_at is None,
        "is_erasure_asked": is_asked,
        "may_approve": is_asked and may_approve and wanted.erasure_asked_by_id != request.user.pk,
        "refusal": refusal,
        "identity_form": IdentityForm(),
        "answer_form": AnswerForm(auto_id="answer_%s"),
        "refusal_form": AnswerForm(auto_id="refusal_%s"),
        "file_form": FileForm(),
        "hold_form": HoldForm(auto_id="hold_%s"),
        **(forms or {}),
    }
    return render(request, "privacy/page.html", context, status=422 if forms or refusal else 200)


def _line(request: StaffRequest, row: PersonRequest) -> Line:
    sight = sight_of(request.user, row.customer)
    person = row.contact or row.customer
    now = clock.now()
    is_late = is_overdue(due_at=row.due_at, closed_at=row.closed_at, at=now)
    pill = {"answered": "kept", "refused": "waived"}.get(row.state, "overdue" if is_late else "open")
    return Line(
        request=row, person=str(sight.show(person)), asked_by=sight.show(row).asked_by, state=pill, is_late=is_late
    )
