"""The pages of what went wrong outside every view: calm, in the reader's language, and drawn without the database."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from zhike.web.frame import texts

_TEMPLATES = {411: "400.html", 422: "400.html"}


def error_page(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    """The page of a status, or its sentence alone where a part of a page was asked for."""
    if request.headers.get("HX-Request") == "true" and status in (405, 413):
        return HttpResponse(_sentence(status), status=status, content_type="text/plain; charset=utf-8")
    # No request is handed to the template: the frame that comes with one asks the database who is logged in.
    context = {"request": request, "csrf_token": get_token(request), "frame": {"texts": texts()}}
    return HttpResponse(render_to_string(template or _TEMPLATES.get(status, f"{status}.html"), context), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that had grown old."""
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
