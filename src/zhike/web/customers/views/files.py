"""One customer: the head that stands over every tab, and the tabs, each at its own address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhike.domain.commitments.queries import of_customer, with_endings
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import extra_fields, organisation_chart, referrer_of, shown_contacts
from zhike.domain.orders import queries as orders_queries
from zhike.domain.segmentation.queries import standings_of
from zhike.flows import directory
from zhike.flows.directory import Glance
from zhike.flows.timeline import timeline
from zhike.kernel import clock, paging
from zhike.kernel.scope import may_reveal, sees_finance, sight_of, way
from zhike.web.customers.facts import facts
from zhike.web.customers.revealing import REASONS
from zhike.web.customers.stories import KIND_NAMES, story
from zhike.web.http import StaffRequest
from zhike.web.permission import requires

ORDERS_A_PAGE = 30
MOST_PROMISES = 200
MOST_NEXT = 5


@require_safe
@requires("customer", "view")
def page(request: StaffRequest, number: str) -> HttpResponse:
    """The customer at first sight: what is owed next, whom to call, and the timeline, which follows by itself."""
    customer, glance = directory.one(request.user, number, now=clock.now())
    sees_promises = request.user.may("commitment", "view")
    context = {
        "contacts": shown_contacts(request.user, customer) if request.user.may("contact", "view") else [],
        "next_promises": list(of_customer(request.user, customer.pk).open()[:MOST_NEXT]) if sees_promises else [],
        "tags": list(customer.tags.order_by("name")),
        "kinds": KIND_NAMES,
    }
    context |= {"may_reveal": may_reveal(request.user, "contact", customer), "reasons": REASONS}
    return _tab(request, customer, glance, "timeline", context)


@require_safe
@requires("customer", "view")
def timeline_piece(request: StaffRequest, number: str) -> HttpResponse:
    """A page of the timeline, of one kind or of all."""
    customer = directory.known(request.user, number)
    kind = request.GET.get("kind", "")
    found = timeline(request.user, customer=customer, kind=kind, before=request.GET.get("before", ""))
    sight = sight_of(request.user, customer)
    told = [story(entry, found.names, sight) for entry in found.entries]
    context = {
        "customer": customer,
        "stories": told,
        "before": found.before,
        "kind": kind,
        "kinds": KIND_NAMES,
        "is_first": not request.GET.get("before"),
        "may_log": request.user.may("interaction", "create"),
        "may_edit": way(request.user, "customer", "edit", customer) is not None,
    }
    return render(request, "customers/_timeline.html", context)


@require_safe
@requires("customer", "view")
def archive(request: StaffRequest, number: str) -> HttpResponse:
    """Every field, in groups, and the needs profile."""
    customer, glance = directory.one(request.user, number, now=clock.now())
    sight = sight_of(request.user, customer)
    needs = getattr(customer, "needs_profile", None)
    context = {
        "groups": facts(
            sight.show(customer),
            extra_fields("customer"),
            referrer=referrer_of(request.user, customer),
            language=get_language() or "zh-hans",
        ),
        "needs": sight.show(needs) if needs else None,
        "hides_address": sight.hides(Customer, "address", customer.address),
        "may_reveal": may_reveal(request.user, "customer", customer),
        "reasons": REASONS,
    }
    return _tab(request, customer, glance, "archive", context)


@require_safe
@requires("contact", "view")
def contacts(request: StaffRequest, number: str) -> HttpResponse:
    """The people at the customer: a list, and the chart of who reports to whom."""
    customer, glance = directory.one(request.user, number, now=clock.now())
    people = shown_contacts(request.user, customer)
    chart = organisation_chart(people)
    context = {
        "contacts": people,
        "chart": chart if any(branch.below for branch in chart) else (),
        "may_edit_contacts": request.user.may("contact", "edit"),
        "may_delete_contacts": request.user.may("contact", "delete"),
        "may_reveal": may_reveal(request.user, "contact", customer),
        "reasons": REASONS,
    }
    return _tab(request, customer, glance, "contacts", context)


@require_safe
@requires("order", "view")
def orders(request: StaffRequest, number: str) -> HttpResponse:
    """Orders and returns with their lines, and what they add up to by year and category."""
    customer, glance = directory.one(request.user, number, now=clock.now())
    rows = orders_queries.of_customer(request.user, customer.pk)
    listing = [paging.Segment(rows=rows, key="ordered_on", descending=True, is_whole=True)]
    shown = paging.page(
        listing, size=ORDERS_A_PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "orders": shown.rows,
        "sees_money": sees_finance(request.user, customer),
        "after": f"?after={shown.after}" if shown.after else "",
        "before": f"?before={shown.before}" if shown.before else "",
        "years": orders_queries.totals_by_year(request.user, customer.pk),
        "categories": orders_queries.totals_by_category(request.user, customer.pk),
    }
    return _tab(request, customer, glance, "orders", context)


@require_safe
@requires("commitment", "view")
def care(request: StaffRequest, number: str) -> HttpResponse:
    """The care plan: planned and actual days, and how each item ended."""
    customer, glance = directory.one(request.user, number, now=clock.now())
    items = of_customer(request.user, customer.pk).planned().order_by("-planned_on", "-pk")
    return _tab(request, customer, glance, "care", {"items": with_endings(request.user, items[:MOST_PROMISES])})


@require_safe
@requires("commitment", "view")
def promises(request: StaffRequest, number: str) -> HttpResponse:
    """Everything owed to the customer, the open ones first, and how each ended."""
    customer, glance = directory.one(request.user, number, now=clock.now())
    items = of_customer(request.user, customer.pk)[:MOST_PROMISES]
    return _tab(request, customer, glance, "promises", {"items": with_endings(request.user, items)})


@require_safe
@requires("customer", "view")
def glance(request: StaffRequest, number: str) -> HttpResponse:
    """The quick look in the side panel: the most important of everything."""
    customer, seen = directory.one(request.user, number, now=clock.now())
    user = request.user
    sight = sight_of(user, customer)
    context = {
        "customer": customer,
        "glance": seen,
        "tiers": standings_of(customer.pk, actor=user),
        "contacts": shown_contacts(user, customer)[:3] if user.may("contact", "view") else [],
        "next_promises": list(of_customer(user, customer.pk).open()[:3]) if user.may("commitment", "view") else [],
        "stories": [
            story(entry, {}, sight) for entry in timeline(user, customer=customer, kind="interaction", size=3).entries
        ],
        "may": _may(request, customer),
        "may_reveal": may_reveal(user, "contact", customer),
        "reasons": REASONS,
    }
    return render(request, "customers/_glance.html", context)


def _may(request: StaffRequest, customer: Customer) -> dict[str, bool]:
    user = request.user
    return {
        **{action: user.may("customer", action) for action in ("create", "edit", "delete", "assign", "share")},
        "log": user.may("interaction", "create"),
        "add_contact": user.may("contact", "create"),
        "set_tier": user.may("tier", "edit") and user.may("customer", "edit"),
        "see_contacts": user.may("contact", "view"),
        "see_orders": user.may("order", "view"),
        "see_promises": user.may("commitment", "view"),
        "see_every_promise": directory.sees_every_promise(user, customer),
    }


def _tab(request: StaffRequest, customer: Customer, glance: Glance, tab: str, context: dict[str, Any]) -> HttpResponse:
    """The tab alone where htmx asks for it, else the page with the tab open."""
    template = f"customers/_{tab}_tab.html"
    context |= {"customer": customer, "glance": glance, "tab": tab, "tab_template": template}
    context["may"] = _may(request, customer)
    if request.htmx.target == "customer-panel":
        return render(request, template, context)
    context["tiers"] = standings_of(customer.pk, actor=request.user)
    tabs = [
        ("timeline", "page", _("Overview"), True),
        ("archive", "archive", _("Archive"), True),
        ("contacts", "contacts", _("People"), context["may"]["see_contacts"]),
        ("orders", "orders", _("Orders"), context["may"]["see_orders"]),
        ("care", "care", _("Care plan"), context["may"]["see_promises"]),
        ("promises", "promises", _("Promises"), context["may"]["see_promises"]),
    ]
    context["tabs"] = [(key, route, name) for key, route, name, is_seen in tabs if is_seen]
    return render(request, "customers/page.html", context)
