"""The playbook that the company works by: written out, and exchanged for another."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhike.domain.accounts import queries
from zhike.flows.playbooks import SHIPPED, PlaybookError, adopt, compare, export, read, read_text
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.playbooks import card, shipped_text, uploaded_text
from zhike.web.settings.forms import OWN, PlaybookChoiceForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_safe
@requires("playbook", "view")
def page(request: StaffRequest) -> HttpResponse:
    """The present playbook, and the others to choose from."""
    return _page(request, PlaybookChoiceForm(), problems=[])


def _page(request: StaffRequest, form: PlaybookChoiceForm, *, problems: list[str]) -> HttpResponse:
    key = queries.company().playbook
    cards = [card(read(name)) for name in SHIPPED]
    context = {
        "form": form,
        "problems": problems,
        "key": key,
        "current": next((each for each in cards if each.key == key), None),
        "cards": cards,
        "chosen": form["playbook"].value() or "",
        "may_export": request.user.may("playbook", "export"),
        "may_approve": request.user.may("playbook", "approve"),
    }
    status = 422 if form.errors else 200
    return settings_page(request, "settings/playbook.html", context, route="settings:playbook", status=status)


@require_safe
@requires("playbook", "export")
def file(request: StaffRequest) -> HttpResponse:
    """The present configuration as a file."""
    response = HttpResponse(export(), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="playbook.yaml"'
    return response


@require_POST
@requires("playbook", "approve")
def adoption(request: StaffRequest) -> HttpResponse:
    """Without `text`: show what another playbook would change. With it: change it."""
    if "text" in request.POST:
        adopted = adopt(read_text(request.POST["text"], "playbook.yaml"), now=clock.now(), actor=request.user)
        sentence = _("Adopted: %(changes)s parts changed. Tiers and care plans follow with the next night.")
        toast(request, sentence % {"changes": adopted.changes})
        return redirect("settings:playbook")
    form = PlaybookChoiceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, problems=[])
    try:
        return _preview(request, form.cleaned_data)
    except PlaybookError as error:
        form.add_error("file", _("This playbook cannot be taken yet."))
        return _page(request, form, problems=[str(problem) for problem in error.problems])
    except Refused as refusal:
        refused(form, refusal)
        return _page(request, form, problems=[])


def _preview(request: StaffRequest, said: dict[str, Any]) -> HttpResponse:
    is_own = said["playbook"] == OWN
    text = uploaded_text(said["file"]) if is_own else shipped_text(said["playbook"])
    playbook = read_text(text, said["file"].name if is_own else f"{said['playbook']}.yaml")
    context = {"card": card(playbook), "text": text, "comparison": compare(playbook)}
    return settings_page(request, "settings/adoption.html", context, route="settings:playbook")
