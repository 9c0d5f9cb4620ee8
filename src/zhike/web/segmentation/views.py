"""How customers fall into the tiers of a scheme, what moved, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhike.domain.segmentation import queries
from zhike.domain.segmentation.queries.words import rules_in_words, score_bands
from zhike.domain.segmentation.rules import Breakpoints
from zhike.kernel import clock, paging, requests
from zhike.web.charts import Chart
from zhike.web.http import StaffRequest
from zhike.web.permission import requires
from zhike.web.segmentation.lists import Asked, rows_of
from zhike.web.segmentation.schemes import Chosen, TierLabel, chosen, of_version, scheme_page

SPANS = (30, 90)
PAGE_SIZE = 50
HEAT_STEPS = 6


@require_safe
@requires("tier", "view")
def page(request: StaffRequest, key: str = "") -> HttpResponse:
    """The distribution over the tiers with their rules, and what changed in 30 and 90 days."""
    if not key and not queries.versions_in_force().exists():
        return render(request, "segmentation/none.html")
    scheme = chosen(key)
    today = clock.local_date(clock.now())
    words = rules_in_words(scheme.spec)
    distribution = queries.distribution(scheme.key, actor=request.user)
    shares = [share for share in distribution if share.customers or share.tier in words]
    spans = {
        days: queries.movements(scheme.spec, start=today - timedelta(days=days), end=today, actor=request.user)
        for days in SPANS
    }
    breakpoints = Breakpoints.from_data(scheme.version.breakpoints)
    context = {
        "rows": [
            {
                "label": scheme.label(share.tier),
                "customers": share.customers,
                "share": share.share,
                "link": _tier_link(scheme, share.tier),
                "rule": words.get(share.tier, ""),
                "growth": [spans[days].growth.get(share.tier, 0) for days in SPANS],
            }
            for share in shares
        ],
        "everybody": sum(share.customers for share in shares),
        "chart": Chart(
            kind="bar",
            columns=[_("Tier"), _("Customers")],
            rows=[(share.name, share.customers) for share in shares],
            links=[_tier_link(scheme, share.tier) for share in shares],
        ),
        "spans": [(days, spans[days]) for days in SPANS],
        "bands": score_bands(breakpoints) if scheme.is_rfm else [],
    }
    return scheme_page(request, "segmentation/_overview.html", context, scheme=scheme, tab="scheme")


def _tier_link(scheme: Chosen, tier: str) -> str:
    return f"{reverse('customers:list')}?{urlencode({'tier': f'{scheme.key}:{tier}'})}"


@require_safe
@requires("tier", "view")
def heat_map(request: StaffRequest, key: str) -> HttpResponse:
    """Recency by frequency: how many customers, and what they bring in."""
    scheme = chosen(key)
    cells = queries.heat_map(key, actor=request.user)
    ranked = sorted({cell.mean_amount_minor for cell in cells if cell.mean_amount_minor is not None})
    address = reverse("segmentation:customers", args=[key])
    grid: dict[int, list[dict[str, Any]]] = {}
    for cell in cells:
        mean = cell.mean_amount_minor
        step = 1 + ranked.index(mean) * HEAT_STEPS // len(ranked) if mean is not None else 0
        link = f"{address}?r={cell.recency_score}&f={cell.frequency_score}"
        grid.setdefault(cell.recency_score, []).append({"cell": cell, "step": step, "link": link})
    context = {"grid": grid.items(), "scores": range(1, 6), "steps": range(1, HEAT_STEPS + 1)}
    return scheme_page(request, "segmentation/_heat_map.html", context, scheme=scheme, tab="heat_map")


@require_safe
@requires("tier", "view")
def migration(request: StaffRequest, key: str) -> HttpResponse:
    """From which tier to which between two days: drawn, and as a matrix."""
    scheme = chosen(key)
    today = clock.local_date(clock.now())
    end = min(_day(request.GET.get("until"), today), today)
    start = min(_day(request.GET.get("since"), end - timedelta(days=90)), end)
    moves = queries.migration(key, start=start, end=end, actor=request.user)
    counted = {(move.before, move.after): move.customers for move in moves}
    tiers = [label for label in scheme.tiers.values() if any(label.key in pair for pair in counted)]
    address = reverse("segmentation:customers", args=[key])

    def link(before: str, after: str) -> str:
        return f"{address}?{urlencode({'from': before, 'to': after, 'since': start, 'until': end})}"

    context = {
        "start": start,
        "end": end,
        "today": today,
        "tiers": tiers,
        "matrix": [
            {
                "label": before,
                "cells": [
                    {
                        "customers": counted.get((before.key, after.key), 0),
                        "link": link(before.key, after.key),
                        "is_same": before is after,
                        "is_up": after.rank < before.rank,
                    }
                    for after in tiers
                ],
                "sum": sum(counted.get((before.key, after.key), 0) for after in tiers),
            }
            for before in tiers
        ],
        "chart": Chart(
            kind="sankey",
            columns=[_("From"), _("To"), _("Customers")],
            rows=[(move.before_name, move.after_name, move.customers) for move in moves],
            links=[link(move.before, move.after) for move in moves],
            order=_ends_in_order(tiers, moves),
        )
        if moves
        else None,
    }
    return scheme_page(request, "segmentation/_migration.html", context, scheme=scheme, tab="migration")


def _ends_in_order(tiers: Sequence[TierLabel], moves: Sequence[queries.Move]) -> list[str]:
    """The names from the best tier down; those that the scheme no longer has come last."""
    ends = (name for move in moves for name in (move.before_name, move.after_name))
    return list(dict.fromkeys([*(tier.name for tier in tiers), *ends]))


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


@require_safe
@requires("tier", "view")
def customers(request: StaffRequest, key: str) -> HttpResponse:
    """The customers behind a figure: a cell of the heat map, those who went up or down, one cell of the matrix.

    An address that names no figure leads to those there are.
    """
    scheme = chosen(key)
    if not Asked.NAMES & request.GET.keys():
        return redirect("segmentation:scheme", key=key)
    asked = Asked.of(request.GET, scheme=scheme, today=clock.local_date(clock.now()))
    found = paging.page(
        paging.by_key(asked.standings(request.user), "started_on", descending=True),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    context = {
        "scheme": scheme,
        "title": asked.title,
        "everybody": asked.everybody,
        "rows": rows_of(found.ids, scheme=scheme, actor=request.user),
        "next": f"?{kept.urlencode()}&after={found.after}" if found.after else "",
        "previous": f"?{kept.urlencode()}&before={found.before}" if found.before else "",
    }
    return render(request, "segmentation/customers.html", context)


@require_safe
@requires("tier", "view")
def versions(request: StaffRequest, key: str) -> HttpResponse:
    """Every version with who approved it and when, and two of them side by side."""
    scheme = chosen(key)
    everything = [of_version(version) for version in queries.versions_of(key)]
    numbers = {str(each.version.number): each for each in everything}
    new = numbers.get(request.GET.get("new", "")) or everything[0]
    older = [each for each in everything if each.version.number < new.version.number]
    old = numbers.get(request.GET.get("old", "")) or (older[0] if older else None)
    context = {"versions": everything, "new": new, "old": old, "lines": _compared(old, new) if old else []}
    return scheme_page(request, "segmentation/_versions.html", context, scheme=scheme, tab="versions")


def _compared(old: Chosen, new: Chosen) -> list[dict[str, Any]]:
    before, after = rules_in_words(old.spec), rules_in_words(new.spec)
    keys = [*after, *(key for key in before if key not in after)]
    lines = [
        {
            "name": (new if key in new.tiers else old).label(key).name,
            "before": before.get(key, ""),
            "after": after.get(key, ""),
        }
        for key in keys
    ]
    for name, each in settings_in_words(new).items():
        lines.append({"name": name, "before": settings_in_words(old).get(name, ""), "after": each})
    return [{**line, "is_changed": line["before"] != line["after"]} for line in lines]


def settings_in_words(scheme: Chosen) -> dict[str, str]:
    """What a scheme says besides its tiers."""
    spec = scheme.spec
    words = {_("Window"): _("%(days)s days") % {"days": spec.window_days}}
    if spec.method == "rfm":
        weights = spec.weights
        words[_("Weights")] = f"R {weights.r} · F {weights.f} · M {weights.m}"
        words[_("Scores")] = _("own cut-offs") if spec.cut_offs else _("quintiles")
        if spec.cut_offs:
            cuts = spec.cut_offs
            words[_("Cut-offs")] = f"R {list(cuts.recency_days)} · F {list(cuts.orders)} · M {list(cuts.amount)}"
    return words


@require_POST
@requires("tier", "approve")
def evaluations(request: StaffRequest) -> HttpResponse:
    """Ask for an evaluation of everybody now; the worker does it, the page watches."""
    work = requests.ask("night", arguments={"as_of": None}, actor=request.user, now=clock.now())
    return render(request, "segmentation/_evaluation.html", {"work": work}, status=202)


@require_safe
@requires("tier", "view")
def evaluation(request: StaffRequest, pk: int) -> HttpResponse:
    """How far an evaluation is."""
    return render(request, "segmentation/_evaluation.html", {"work": requests.find(pk, "night")})
