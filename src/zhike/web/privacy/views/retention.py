"""How long things are kept, and whom each rule would touch before it is switched on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.queries import RuleNow, retention_rules
from zhike.domain.privacy.services import change_rule
from zhike.flows.privacy.retention import preview
from zhike.kernel import clock
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Level, sight_of
from zhike.web.http import StaffRequest
from zhike.web.permission import requires
from zhike.web.privacy.forms import PeriodForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
@requires("privacy", "view", to_change="approve")
def page(request: StaffRequest) -> HttpResponse:
    """Every period with what it would touch now."""
    refusals: dict[str, str] = {}
    if request.method == "POST":
        form = PeriodForm(request.POST)
        if form.is_valid():
            try:
                change_rule(actor=request.user, now=clock.now(), **form.cleaned_data)
            except Denied:
                raise
            except Refused as refusal:
                refusals[form.cleaned_data["key"]] = refusal.sentence
            else:
                toast(request, _("Saved. The rule is followed every night."))
                return redirect("privacy:retention")
        else:
            refusals[request.POST.get("key", "")] = _("Enter a whole number.")
    context = {
        "rules": [_rule(request, rule, refusals.get(rule.key, "")) for rule in retention_rules()],
        "may_change": request.user.level("privacy", "approve") == Level.ALL,
    }
    return settings_page(
        request, "privacy/retention.html", context, route="privacy:retention", status=422 if refusals else 200
    )


def _rule(request: StaffRequest, rule: RuleNow, refusal: str) -> dict[str, Any]:
    found = preview(rule, now=clock.now()) if rule.period.is_business else None
    people = (
        [(person, person.customer if isinstance(person, Contact) else person) for person in found.people]
        if found
        else []
    )
    seen = Customer.objects.for_user(request.user).filter(pk__in=[customer.pk for _person, customer in people])
    known = set(seen.values_list("pk", flat=True))
    return {
        "rule": rule,
        "title": _(rule.period.title),
        "what": _(rule.period.what),
        "unit": _("months") if rule.period.unit == "months" else _("days"),
        "found": found,
        "people": [
            (sight_of(request.user, customer).show(person), customer)
            for person, customer in people
            if customer.pk in known
        ],
        "refusal": refusal,
    }
