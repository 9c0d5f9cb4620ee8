"""The list of customers: searched, narrowed, sorted, paged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import departments
from zhike.domain.customers.models import Customer
from zhike.domain.privacy.models import Consent
from zhike.flows import directory
from zhike.flows.directory import Filters, Tier
from zhike.kernel import clock
from zhike.kernel.scope import Level
from zhike.web.customers.filters import FilterForm
from zhike.web.customers.rows import rows
from zhike.web.http import StaffRequest
from zhike.web.permission import requires

SIZE = 30
DEFAULT_SORT = "-created"


@require_safe
@requires("customer", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """A page of the customers that the person may see, as the address says."""
    user, form = request.user, FilterForm(request.GET)
    filters = form.filters(user)
    sort = request.GET.get("sort") or DEFAULT_SORT
    page = directory.customers(
        user,
        now=clock.now(),
        filters=filters,
        sort=sort,
        size=SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    request.rows_shown = len(page.entries)
    context = {
        "rows": rows(page.entries),
        "filters": filters,
        "form": form,
        "sort": sort,
        "next": _address(request, after=page.after) if page.after else "",
        "previous": _address(request, before=page.before) if page.before else "",
        "is_narrowed": filters != Filters(),
        "views": _views(user, request),
        "choices": _choices(page.schemes, user),
        "may": {action: user.may("customer", action) for action in ("create", "edit", "assign", "export")},
        "may_choose": user.may("customer", "edit") or user.may("customer", "assign"),
        "sees_orders": user.may("order", "view"),
        "sorts_by_amount": directory.sees_amounts_of_all(user),
    }
    return render(request, "customers/list.html", context)


def _address(request: StaffRequest, **cursor: str) -> str:
    return f"?{urlencode({**_present(request), **cursor})}"


def _present(request: StaffRequest) -> dict[str, str]:
    """The parameters of the address, save where in the list the page stands."""
    return {key: str(value) for key, value in request.GET.items() if value and key not in ("after", "before")}


def _views(me: User, request: StaffRequest) -> list[dict[str, Any]]:
    """The views that come ready; the present one is marked."""
    ready: tuple[tuple[str, dict[str, str]], ...] = (
        (_("All customers"), {}),
        (_("My customers"), {"owner": "me"}),
        (_("Overdue promises"), {"overdue": "1"}),
        (_("Strategic customers"), {"strategic": "1"}),
        (_("Bought most this year"), {"sort": "-amount"}),
        (_("Without an owner"), {"owner": "nobody"}),
    )
    present = _present(request)
    if not directory.sees_amounts_of_all(me):
        ready = tuple(view for view in ready if view[1] != {"sort": "-amount"})
    return [{"name": name, "url": f"?{urlencode(query)}", "is_current": present == query} for name, query in ready]


def _departments(user: User) -> list[tuple[int, str]]:
    """The departments whose customers the person may see."""
    level = user.level("customer", "view")
    if level == Level.ALL:
        return departments()
    return list(user.holdings.departments.items()) if level == Level.BELOW else []


def _choices(schemes: Mapping[int, Mapping[str, Tier]], user: User) -> dict[str, Iterable[tuple[str, Any]]]:
    tiers = [
        (f"{tier.scheme}:{tier.key}", f"{tier.scheme_name} · {tier.name}")
        for tiers in schemes.values()
        for tier in tiers.values()
    ]
    return {
        "tiers": tiers,
        "owners": [("me", _("Me")), ("nobody", _("Nobody"))],
        "lifecycles": Customer.Lifecycle.choices,
        "kinds": Customer.Kind.choices,
        "sources": Customer.Source.choices,
        "purposes": Consent.Purpose.choices,
        "departments": [(str(pk), name) for pk, name in _departments(user)],
    }
