"""The care plans: as a list, as a month, and on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.care import queries
from zhike.domain.care.queries import PlanFilters, Share
from zhike.domain.commitments.models import CommitmentQuerySet, ServiceStandard
from zhike.domain.commitments.queries.board import with_tier
from zhike.domain.commitments.rules.due import add_months
from zhike.kernel import clock
from zhike.kernel.paging import by_key, page
from zhike.kernel.scope import Level
from zhike.web.badges import Badge, attach, badges
from zhike.web.care.forms import SORTS, STATES, PlanForm, periods
from zhike.web.http import StaffRequest
from zhike.web.permission import requires

PAGE_SIZE = 50
MOST_ON_PAPER = 500
MOST_A_DAY = 200


@require_GET
@requires("commitment", "view")
def care_list(request: StaffRequest) -> HttpResponse:
    """The items of the plans, a page at a time, and how many of them were kept in time."""
    user, now = request.user, clock.now()
    form = PlanForm(request.GET)
    filters = form.filters(today=clock.local_date(now))
    rows = queries.plan_items(user, filters, now=now)
    found = page(
        by_key(rows, SORTS[form.order.removeprefix("-")], descending=form.order.startswith("-")),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    items = queries.plan_rows(user, found.ids)
    known = badges()
    attach(items, known)
    standards = queries.standards_planned()
    by_standard, by_tier = queries.on_time_shares(rows, user, now=now)
    context = {
        **_choices(request, filters, known, standards),
        "sort": form.order,
        "items": items,
        "next": _cursor(request, after=found.after),
        "previous": _cursor(request, before=found.before),
        "may_edit": user.may("commitment", "edit"),
        "may_log": user.may("interaction", "create"),
        "by_standard": _named(by_standard, {one.key: _name(one) for one in standards}),
        "by_tier": _named(by_tier, {key: badge.label for key, badge in known.items()}),
    }
    return render(request, "care/page.html", context)


@require_GET
@requires("commitment", "view")
def calendar(request: StaffRequest) -> HttpResponse:
    """A month of the plans on the company's working calendar."""
    now = clock.now()
    form = PlanForm(request.GET)
    first, filters = _month(form, today=clock.local_date(now))
    known = badges()
    rows = with_tier(queries.plan_items(request.user, filters, now=now), request.user)
    weeks = queries.planned_month(rows, first=first)
    for week in weeks:
        for cell in week:
            attach(cell.due.commitments if cell else (), known)
    context = {
        **_choices(request, filters, known, []),
        "first": first,
        "today": clock.local_date(now),
        "weeks": weeks,
        "previous": f"{add_months(first, -1):%Y-%m}",
        "next": f"{add_months(first, 1):%Y-%m}",
    }
    return render(request, "care/calendar.html", context)


@require_GET
@requires("commitment", "view")
def calendar_day(request: StaffRequest, iso: str) -> HttpResponse:
    """Everything planned for one day."""
    try:
        day = date.fromisoformat(iso)
    except ValueError as error:
        raise Http404 from error
    now = clock.now()
    filters = replace(PlanForm(request.GET).filters(today=day), first=day, end=day + timedelta(days=1))
    items = list(_in_order(queries.plan_items(request.user, filters, now=now), request)[:MOST_A_DAY])
    attach(items, badges())
    template = "care/_day.html" if request.htmx.target == "panel" else "care/day.html"
    context = {"day": day, "items": items}
    return render(request, template, context)


@require_GET
@requires("commitment", "view")
def sheet(request: StaffRequest) -> HttpResponse:
    """The list as it stands, on A4."""
    now = clock.now()
    filters = PlanForm(request.GET).filters(today=clock.local_date(now))
    rows = _in_order(queries.plan_items(request.user, filters, now=now), request)
    items = queries.heard(rows[: MOST_ON_PAPER + 1], request.user)
    attach(items, badges())
    context = {
        "items": items[:MOST_ON_PAPER],
        "is_cut_off": len(items) > MOST_ON_PAPER,
        "filters": filters,
        "last": filters.end - timedelta(days=1) if filters.end else None,
        "now": now,
    }
    return render(request, "care/print.html", context)


def _month(form: PlanForm, *, today: date) -> tuple[date, PlanFilters]:
    """The month to show: the one asked for, the first one of a longer period, else this one."""
    filters = form.filters(today=today)
    first = filters.first or today.replace(day=1)
    return first, replace(filters, first=first, end=add_months(first, 1))


def _in_order(rows: CommitmentQuerySet, request: StaffRequest) -> CommitmentQuerySet:
    return queries.told(rows, request.user).order_by("planned_on", "owner__name", "pk")


def _choices(
    request: StaffRequest, filters: PlanFilters, known: dict[str, Badge], standards: list[ServiceStandard]
) -> dict[str, Any]:
    """The filter bar, its choices and what is chosen."""
    today = clock.local_date(clock.now())
    leads = request.user.level("commitment", "view") >= Level.DEPARTMENT
    states = {
        "open": _("Open"),
        "overdue": _("Overdue"),
        "kept": _("Kept"),
        "missed": _("Missed"),
        "waived": _("Waived"),
    }
    return {
        "filters": filters,
        "period": request.GET.get("period") or f"{today:%Y-%m}",
        "periods": periods(today),
        "owners": [(one.pk, one.name) for one in queries.owners_of_plans(request.user)] if leads else [],
        "tiers": [(key, badge.label) for key, badge in known.items()],
        "states": [(state, states[state]) for state in STATES],
        "standards": [(one.key, _name(one)) for one in standards],
        "list_url": reverse("care:list"),
        "calendar_url": reverse("care:calendar"),
    }


def _cursor(request: StaffRequest, **cursor: str) -> str:
    """The address of a neighbouring page of the same list, empty where there is none."""
    if not any(cursor.values()):
        return ""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query.update(cursor)
    return f"?{query.urlencode()}"


def _name(standard: ServiceStandard) -> str:
    return in_reader_language(standard.name, get_language() or "")


def _named(shares: list[Share], names: dict[str, str]) -> list[tuple[str, Share]]:
    return [(names.get(share.key, share.key or _("No tier")), share) for share in shares]
