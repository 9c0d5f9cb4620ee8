"""The tier service table: what is promised to whom, how often, and by whom."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.commitments import services
from zhike.domain.commitments.models import ServiceStandard
from zhike.domain.commitments.queries.standards import standard_in_force, standards_in_force, versions_of_standard
from zhike.domain.commitments.services import StandardValues
from zhike.domain.segmentation.queries import spec_of, versions_in_force
from zhike.domain.segmentation.rules import in_language
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.playbooks import in_time, span
from zhike.web.settings.forms import StandardForm
from zhike.web.settings.sections import settings_page
from zhike.web.settings.words import CHANNELS, EVENTS, duty_names
from zhike.web.toasts import toast


@require_safe
@requires("setting", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """The standards by tier, each tier of each scheme a table; then what answers events."""
    duties = duty_names()
    by_tier: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    events = []
    for standard in standards_in_force():
        line = _line(standard, duties)
        if standard.trigger == ServiceStandard.Trigger.EVENT or standard.scheme is None:
            events.append(line)
            continue
        for tier in standard.tiers:
            by_tier[standard.scheme.key, tier].append(line)
    language = get_language() or "zh-hans"
    tables = []
    for version in versions_in_force():
        spec = spec_of(version)
        for rank, tier in enumerate(spec.tier_list(), start=1):
            if lines := by_tier.get((version.scheme.key, tier.key)):
                name = in_language(tier.name, language)
                tables.append(
                    {"scheme": in_language(spec.name, language), "tier": name, "rank": min(rank, 4), "lines": lines}
                )
    context = {"tables": tables, "events": events, "may_edit": request.user.may("setting", "edit")}
    return settings_page(request, "settings/standards.html", context, route="settings:standards")


def _line(standard: ServiceStandard, duties: dict[str, str]) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    return {
        "key": standard.key,
        "name": in_reader_language(standard.name, language),
        "content": in_reader_language(standard.content, language),
        "event": EVENTS.get(standard.event, standard.event),
        "rule": in_time(standard.rule),
        "duty": duties.get(standard.owner_role, standard.owner_role),
        "channel": CHANNELS.get(standard.channel, standard.channel),
        "escalation": escalation_in_words(standard.escalation),
    }


def escalation_in_words(steps: list[str]) -> str:
    """When the heads hear of a late promise, one further up with each step."""
    words = [_("at the deadline") if step == "due" else _("%(time)s later") % {"time": span(step)} for step in steps]
    return _(", then ").join(words)


@require_http_methods(["GET", "POST"])
@requires("setting", "view", to_change="edit")
def page(request: StaffRequest, key: str) -> HttpResponse:
    """One standard; a change comes into force as its next version."""
    standard = standard_in_force(key)
    duties = duty_names()
    language = get_language() or "zh-hans"
    form = StandardForm(
        request.POST if request.method == "POST" else None, standard=standard, duties=duties, language=language
    )
    if request.method == "POST" and form.is_valid():
        try:
            is_new = services.put_standard(values=_values(standard, form), actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            sentence = (
                _("Saved. Care plans follow tonight; what is promised already stays.")
                if is_new
                else _("Nothing changed.")
            )
            toast(request, sentence)
            return redirect("settings:standards")
    context = {
        "standard": standard,
        "line": _line(standard, duties),
        "form": form,
        "versions": versions_of_standard(key),
        "may_edit": request.user.may("setting", "edit"),
    }
    return settings_page(
        request, "settings/standard.html", context, route="settings:standards", status=422 if form.errors else 200
    )


def _values(standard: ServiceStandard, form: StandardForm) -> StandardValues:
    said = form.cleaned_data
    return StandardValues(
        key=standard.key,
        name=form.spoken(standard.name, "name"),
        content=form.spoken(standard.content, "content"),
        guide=form.spoken(standard.guide, "guide"),
        trigger=standard.trigger,
        event=standard.event,
        rule=form.rule,
        scheme_id=standard.scheme_id,
        tiers=standard.tiers,
        owner_role=said["owner_role"],
        channel=said["channel"],
        escalation=said["escalation"],
        playbook=standard.playbook,
    )
