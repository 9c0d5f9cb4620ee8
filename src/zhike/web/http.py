"""Requests as the pages see them: somebody is logged in, and htmx may be asking for a part of the page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from zhike.domain.accounts.models import User
from zhike.kernel.errors import Denied, NotFound, Refused


class StaffRequest(HttpRequest):
    """A request behind the log-in: its user is a person who works here."""

    user: User
    htmx: HtmxDetails
    rows_shown: int
    """How long the list is that the page shows, for the trail."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: everything that was sent, be it nothing; None where nobody sent the form."""
    return request.POST if request.method == "POST" else None


def back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that `next` names, else the given address; nobody is led off this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else otherwise


def previous_page(request: HttpRequest) -> str:
    """The page of ours from which somebody came here; empty where that is not known, or is this very page."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(came_from)
    address = f"/{parts.path.lstrip('/')}{f'?{parts.query}' if parts.query else ''}"
    return "" if address == request.get_full_path() else address


def done(request: StaffRequest, otherwise: str, *, event: str) -> HttpResponse:
    """The answer to something done: back to the page, or for htmx the counts of the menu and two events.

    These close what it was asked from and let the lists that listen for `event` fetch themselves anew.
    """
    if not request.htmx:
        return redirect(back(request, otherwise))
    response = HttpResponse(render_to_string("frame/_waiting.html", request=request))
    return trigger_client_event(trigger_client_event(response, event), "close-sheet")


def refused(form: BaseForm, refusal: Refused) -> None:
    """Show a refusal of the domain at the field it is about, or above the form.

    What the person may not do, or what is not there, is no matter of the form: that goes on to be told as such.
    """
    if isinstance(refusal, Denied | NotFound):
        raise refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
