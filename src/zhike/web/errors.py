"""The pages of what went wrong: calm, in the reader's language, and drawn without the database where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.web.frame import texts
from zhike.web.http import previous_page

_TEMPLATES = {411: "400.html", 422: "400.html"}
_BARE = {"500.html", "403_csrf.html"}
"""Pages that never ask for anything: nobody knows what works then."""


def error_page(request: HttpRequest, status: int, template: str = "", *, sentence: str = "") -> HttpResponse:
    """The page of a status, or its sentence alone where a part of a page was asked for.

    Whoever is signed in keeps the frame, and the way back to where he came from.
    """
    if request.headers.get("HX-Request") == "true" and status in (405, 413):
        return HttpResponse(_sentence(status), status=status, content_type="text/plain; charset=utf-8")
    name = template or _TEMPLATES.get(status, f"{status}.html")
    told = {"status": status, "sentence": sentence}
    return HttpResponse(_framed(request, name, told) or _bare(request, name, told), status=status)


def _framed(request: HttpRequest, template: str, told: dict[str, Any]) -> str:
    """The page within the frame; nothing for strangers, and where the database cannot say who asks."""
    try:
        if template in _BARE or not isinstance(getattr(request, "user", None), User):
            return ""
        context = {"base": "base.html", "previous": previous_page(request)}
        return render_to_string(template, told | context, request)
    except DatabaseError:
        return ""


def _bare(request: HttpRequest, template: str, told: dict[str, Any]) -> str:
    # No request is handed to the template: the frame that comes with one asks the database who is logged in.
    context = {"request": request, "csrf_token": get_token(request), "frame": {"texts": texts()}}
    return render_to_string(template, told | context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that had grown old."""
    if request.headers.get("HX-Request") == "true":
        told = _("This page has expired: reload it and send it again. What you typed is kept as a draft.")
        return HttpResponse(told, status=403, content_type="text/plain; charset=utf-8")
    return error_page(request, 403, "403_csrf.html")


def _sentence(status: int) -> str:
    if status == 413:
        return _("That is larger than 20 MB, which is the most that is taken at once. Please split it.")
    return _("This address does not take what was sent. Please go back and reload the page.")


class BareAnswerMiddleware:
    """Gives a page to a refused method, which Django answers with nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = error_page(request, 405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response
