"""Who answers for what no view has answered: problems where a program asked, pages where a person did."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from zhike.api.problems import unanswered
from zhike.web.errors import error_page
from zhike.web.sizes import UnknownLength

_API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read (400), is too large (413), or does not say how large it is (411)."""
    match exception:
        case RequestDataTooBig():
            return _answer(request, 413)
        case UnknownLength():
            return _answer(request, 411)
    return _answer(request, 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not open to the person."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Addresses that lead nowhere, and records that are not there for the person."""
    return _answer(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """What we have done wrong; the log has the particulars."""
    return _answer(request, 500)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    return unanswered(request, status) if request.path_info.startswith(_API) else error_page(request, status)
