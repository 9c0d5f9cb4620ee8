"""Changing a scheme: the editor, what the change would move, and its approval."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.analytics.fields import FIELDS
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation import services
from zhike.domain.segmentation.rules import SCHEME, RfmScheme, SchemeSpec, in_language
from zhike.domain.segmentation.services.schemes import read_definition
from zhike.kernel import clock, requests
from zhike.kernel.conditions import Compare, Kind
from zhike.kernel.errors import Refused
from zhike.kernel.models import JobRequest
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.segmentation.drafts import COLOURS, SchemeDraft, alternatives, with_unchanged_kept
from zhike.web.segmentation.forms import ORDER_COUNTS, RfmForm
from zhike.web.segmentation.schemes import Chosen, chosen, labels
from zhike.web.toasts import toast

LISTED = 200
LARGE_SHARE = 0.2


@require_http_methods(["GET", "POST"])
@requires("tier", "approve")
def edit(request: StaffRequest, key: str) -> HttpResponse:
    """The editor. Its buttons draw it anew; it ends in a simulation, which is approved or taken up again."""
    scheme = chosen(key)
    spec = _taken_up(request, scheme)
    if isinstance(spec, RfmScheme):
        return _edit_rfm(request, scheme, spec)
    draft = SchemeDraft.of_post(key, request.POST) if request.method == "POST" else SchemeDraft.of_spec(spec)
    wish = request.POST.get("do", "")
    if wish:
        draft.change(wish)
    elif request.method == "POST" and (definition := draft.definition()) is not None:
        try:
            return _simulate(request, scheme, with_unchanged_kept(definition, spec))
        except Refused as refusal:
            draft.errors.append(refusal.sentence)
    context = {
        "scheme": scheme,
        "draft": draft,
        "fields": [(name, _(known.label)) for name, known in FIELDS.items()],
        "colours": COLOURS.items(),
        "order_counts": ORDER_COUNTS,
    }
    template = "segmentation/_tier_editor.html" if wish and request.htmx else "segmentation/edit_tiers.html"
    return render(request, template, context, status=422 if request.method == "POST" and not wish else 200)


def _edit_rfm(request: StaffRequest, scheme: Chosen, spec: RfmScheme) -> HttpResponse:
    form = RfmForm(request.POST if request.method == "POST" else None, spec=spec)
    if request.method == "POST" and form.is_valid():
        try:
            return _simulate(request, scheme, form.definition())
        except Refused as refusal:
            refused(form, refusal)
    context = {"scheme": scheme, "form": form}
    return render(request, "segmentation/edit_rfm.html", context, status=422 if form.errors else 200)


def _taken_up(request: StaffRequest, scheme: Chosen) -> SchemeSpec:
    """The rules to begin with: those of the simulation that `from` names, else those in force."""
    wanted = request.GET.get("from", "")
    if not wanted.isdecimal():
        return scheme.spec
    work = requests.find(int(wanted), "simulate")
    return SCHEME.validate_python(work.arguments["definition"])


def _simulate(request: StaffRequest, scheme: Chosen, definition: dict[str, Any]) -> HttpResponse:
    checked = SCHEME.dump_python(read_definition(definition), mode="json")
    arguments = {"scheme": scheme.key, "definition": checked}
    work = requests.ask("simulate", arguments=arguments, actor=request.user, now=clock.now())
    return redirect("segmentation:simulation", pk=work.pk)


@require_safe
@requires("tier", "approve")
def simulation(request: StaffRequest, pk: int) -> HttpResponse:
    """What the change would move: progress first, then the matrix and the customers."""
    work = requests.find(pk, "simulate")
    scheme = chosen(work.arguments["scheme"])
    context: dict[str, Any] = {"work": work, "scheme": scheme}
    if work.result is not None:
        context |= _result(request, work, work.result, scheme)
    template = "segmentation/_simulation.html" if request.htmx else "segmentation/simulation.html"
    return render(request, template, context)


def _result(request: StaffRequest, work: JobRequest, result: dict[str, Any], scheme: Chosen) -> dict[str, Any]:
    after = labels(SCHEME.validate_python(work.arguments["definition"]))
    before = scheme.tiers
    counted = {(move["before"], move["after"]): move["customers"] for move in result["moves"]}
    rows = [label for key, label in before.items() if any(pair[0] == key for pair in counted)]
    columns = [label for key, label in after.items() if any(pair[1] == key for pair in counted)]
    listed = result["list"][:LISTED]
    ids = [each["customer_id"] for each in listed]
    customers = Customer.objects.for_user(request.user, "view").select_related("owner").in_bulk(ids)
    return {
        "moved": result["moved"],
        "is_large": _is_large(result),
        "always_true": _always_true(SCHEME.validate_python(work.arguments["definition"])),
        "everybody": result["customers"],
        "columns": columns,
        "matrix": [
            {"label": row, "cells": [counted.get((row.key, column.key), 0) for column in columns]} for row in rows
        ],
        "rows": [
            {
                "customer": customers[each["customer_id"]],
                "before": scheme.label(each["before"]),
                "after": after.get(each["after"]) or scheme.label(each["after"]),
            }
            for each in listed
            if each["customer_id"] in customers
        ],
        "is_approved": scheme.version.definition == work.arguments["definition"],
    }


def _is_large(result: dict[str, Any]) -> bool:
    """Whether so many customers would move that one click shall not do it."""
    return bool(result["moved"] > result["customers"] * LARGE_SHARE)


def _always_true(spec: SchemeSpec) -> list[str]:
    """The tiers that ask for at least a negative amount, which nearly everybody has."""
    if isinstance(spec, RfmScheme):
        return []
    language = get_language() or "zh-hans"
    return [
        in_language(tier.name, language)
        for tier in spec.tier_list()
        if tier.when is not None and any(_holds_for_all(one) for parts in alternatives(tier.when) for one in parts)
    ]


def _holds_for_all(comparison: Compare) -> bool:
    is_money = FIELDS[comparison.field].kind is Kind.MONEY
    return is_money and comparison.operator in (">", ">=") and int(comparison.value) < 0  # type: ignore[arg-type]


@require_POST
@requires("tier", "approve")
def approval(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring a simulated change into force as the next version."""
    work = requests.find(pk, "simulate")
    if work.result is not None and _is_large(work.result) and not request.POST.get("is_meant"):
        raise Refused(_("More than a fifth of the customers would move: say that this is meant, then approve."))
    version = services.put_scheme(definition=work.arguments["definition"], actor=request.user, now=clock.now())
    name = in_language(SCHEME.validate_python(version.definition).name, get_language() or "zh-hans")
    sentence = _("Version %(number)s of “%(scheme)s” is in force. Evaluate now, or let the night do it.")
    toast(request, sentence % {"number": version.number, "scheme": name})
    return redirect("segmentation:scheme", key=work.arguments["scheme"])
