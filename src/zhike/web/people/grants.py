"""Rights that one person has for a time, beyond the roles."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.accounts import queries, rules, services
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Level
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.settings.forms import LEVEL_NAMES
from zhike.web.settings.views.roles import ACTION_NAMES, KIND_NAMES
from zhike.web.toasts import toast
from zhike.web.widgets import DayInput


class GrantForm(forms.Form):
    """Which right, how far, until when, and why."""

    right = forms.ChoiceField(label=gettext_lazy("Right"), widget=forms.Select(attrs={"data-picker": ""}))
    level = forms.TypedChoiceField(
        label=gettext_lazy("How far"), coerce=lambda value: Level(int(value)), initial=Level.ALL.value
    )
    until = forms.DateField(label=gettext_lazy("Until the end of"), widget=DayInput())
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["right"].choices = [  # type: ignore[attr-defined]
            (f"{kind}.{action}", f"{KIND_NAMES[kind]} · {ACTION_NAMES[action]}")
            for kind, actions in rules.KINDS.items()
            for action in actions
        ]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (level.value, name) for level, name in LEVEL_NAMES.items() if level > Level.NONE
        ]

    def clean_until(self) -> datetime:
        """The end of that day where the company works."""
        return datetime.combine(self.cleaned_data["until"], time.max, tzinfo=clock.COMPANY_ZONE)


@require_http_methods(["GET", "POST"])
@requires("security", "edit")
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a person a right for a time."""
    person = queries.person(pk)
    form = GrantForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        kind, _dot, action = said.pop("right").partition(".")
        try:
            services.give_grant(person=person, kind=kind, action=action, actor=request.user, now=clock.now(), **said)
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved: %(name)s's rights follow at once.") % {"name": person.name})
            return HttpResponseClientRefresh()
    context = {"person": person, "form": form}
    return render(request, "people/_grant.html", context, status=422 if form.errors else 200)


@require_http_methods(["DELETE"])
@requires("security", "edit")
def end(request: StaffRequest, pk: int, grant_id: int) -> HttpResponse:
    """Take a right back before its time."""
    person = queries.person(pk)
    services.end_grant(person=person, grant_id=grant_id, actor=request.user, now=clock.now())
    toast(request, _("Saved: %(name)s's rights follow at once.") % {"name": person.name})
    return HttpResponseClientRefresh()


def grants_shown(person: Any) -> list[dict[str, Any]]:
    """The rights that a person has for a time, in words."""
    return [
        {
            "row": row,
            "right": f"{KIND_NAMES[row.kind]} · {ACTION_NAMES[row.action]}: {LEVEL_NAMES[Level(row.level)]}",
        }
        for row in queries.live_grants(person, now=clock.now())
    ]
