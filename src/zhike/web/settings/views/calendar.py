"""The working calendar: the year, the company's own days, and what a rule makes of a start."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.commitments import queries
from zhike.domain.commitments.queries.year import year as year_of
from zhike.domain.commitments.rules.due import Rule, Unit
from zhike.domain.commitments.services import calendar as calendar_services
from zhike.kernel import clock
from zhike.kernel.errors import NotFound, Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.settings.forms import ClosureForm, DeadlineForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast

FIRST_YEAR, LAST_YEAR = 2001, 2100
EXAMPLE = Rule(2, Unit.WORKING_HOUR)


@require_http_methods(["GET", "POST"])
@requires("setting", "view", to_change="edit")
def page(request: StaffRequest) -> HttpResponse:
    """The year, and the form that closes or opens days."""
    now = clock.now()
    number = _year_number(request, clock.local_date(now).year)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            days = calendar_services.set_days(
                first=form.cleaned_data["first"],
                last=form.cleaned_data["last"] or form.cleaned_data["first"],
                name=form.cleaned_data["name"],
                is_working=form.cleaned_data["is_working"],
                actor=request.user,
                now=now,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved for %(days)s days. Deadlines from now on know it.") % {"days": len(days)})
            return redirect(f"{reverse('settings:calendar')}?year={days[0].day.year}")
    start = now.astimezone(clock.COMPANY_ZONE).strftime("%Y-%m-%dT%H:%M")
    trial = EXAMPLE.in_chinese if (get_language() or "zh").startswith("zh") else str(EXAMPLE)
    context = {
        "year": year_of(number),
        "form": form,
        "today": clock.local_date(now),
        "notice": queries.calendar_notice(as_of=clock.local_date(now)),
        "trial": DeadlineForm(initial={"start": start, "rule": trial}),
        "answer": _answer(start, trial),
        "may_edit": request.user.may("setting", "edit"),
    }
    return settings_page(
        request, "settings/calendar.html", context, route="settings:calendar", status=422 if form.errors else 200
    )


@require_http_methods(["DELETE"])
@requires("setting", "edit")
def day(request: StaffRequest, iso: str) -> HttpResponse:
    """Let the official calendar decide about a day again."""
    try:
        wanted = date.fromisoformat(iso)
    except ValueError as error:
        raise NotFound(_("There is no such day.")) from error
    calendar_services.clear_day(day=wanted, actor=request.user, now=clock.now())
    toast(request, _("%(day)s follows the official calendar again.") % {"day": wanted})
    return HttpResponseClientRefresh()


@require_safe
@requires("setting", "view")
def deadline(request: StaffRequest) -> HttpResponse:
    """What is due when: the answer below the two fields, at every keystroke."""
    answer = _answer(request.GET.get("start", ""), request.GET.get("rule", ""))
    return render(request, "settings/_deadline.html", {"answer": answer})


def _answer(start: str, rule: str) -> dict[str, Any]:
    form = DeadlineForm({"start": start, "rule": rule})
    if not form.is_valid():
        return {"sentence": _("Give a start and a rule.")}
    try:
        return {"due_at": queries.deadline(form.cleaned_data["start"], form.cleaned_data["rule"])}
    except Refused as refusal:
        return {"sentence": refusal.sentence}


def _year_number(request: StaffRequest, otherwise: int) -> int:
    wanted = request.GET.get("year", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else otherwise
    return min(max(number, FIRST_YEAR), LAST_YEAR)
