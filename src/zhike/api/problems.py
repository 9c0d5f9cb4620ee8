"""What goes wrong is answered as application/problem+json (RFC 9457), with a sentence for the reader."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from zhike.domain.accounts.models import User
from zhike.kernel import clock, trail
from zhike.kernel.errors import Denied, NotFound, Refused

MEDIA_TYPE = "application/problem+json"


class Detail(Schema):
    """One value that cannot be taken."""

    field: str = Field(description="Where it stands, such as `body.payload.name`.")
    detail: str


class Problem(Schema):
    """Why a request was not carried out."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="One sentence: what was wrong, what was expected, what to do.")
    field: str | None = None
    errors: list[Detail] = []


PROBLEMS = {frozenset({400, 401, 403, 404, 409, 413, 422}): Problem}
"""The refusals that every operation may answer with; put beside its own responses."""

_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not offered here",
    409: "Conflict",
    411: "Length required",
    413: "Too large",
    422: "Cannot be taken as it is",
    429: "Too many requests",
    500: "Error",
}


def problem(status: int, detail: str, *, field: str | None = None, errors: list[Detail] | None = None) -> HttpResponse:
    """The response that says why."""
    document = Problem(
        title=_TITLES.get(status, "Error"), status=status, detail=detail, field=field, errors=errors or []
    )
    response = HttpResponse(document.model_dump_json(exclude_none=True), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer_problems(api: NinjaAPI) -> None:
    """Let the API answer every refusal this way."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        if error.status in (Denied.status, NotFound.status):
            _record(request, error.status, getattr(request, "auth", None))
        return problem(error.status, error.sentence, field=error.field)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        details = [Detail(field=".".join(map(str, each["loc"])), detail=str(each["msg"])) for each in error.errors]
        return problem(422, _("Some values cannot be taken; see `errors`."), errors=details)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: Exception) -> HttpResponse:
        _record(request, 401, getattr(request, "was_caller", None))
        return problem(401, _("Send a valid token: “Authorization: Bearer …”. Settings → API tokens makes one."))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Exception) -> HttpResponse:
        return nothing_here(request)

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(413, _sentence(413))

    @api.exception_handler(SuspiciousOperation)
    @api.exception_handler(MultiPartParserError)
    def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(400, _sentence(400))

    @api.exception_handler(HttpError)
    def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
        reason = error.__cause__
        if isinstance(reason, Refused):
            return refused(request, reason)
        if error.status_code == 400:
            return problem(400, _("The body of the request is not valid JSON."))
        return problem(error.status_code, error.message)


def _record(request: HttpRequest, status: int, actor: User | None) -> None:
    action = request.method or ""
    trail.record_denial(kind="api", action=action, address=request.path, status=status, actor=actor, now=clock.now())


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer of an address that leads nowhere."""
    return problem(404, _sentence(404))


def unanswered(request: HttpRequest, status: int) -> HttpResponse:
    """The answer to what did not get as far as an operation, or broke within one."""
    with translation.override(translation.get_language_from_request(request)):
        return problem(status, _sentence(status))


def _sentence(status: int) -> str:
    match status:
        case 400:
            return _("The request cannot be read: send it as the document of the API says.")
        case 403:
            return _("This is not open to you.")
        case 404:
            return _("There is nothing at this address that you may see; addresses end with a slash.")
        case 411:
            return _("Say how long the body is: send a Content-Length.")
        case 413:
            return _("This request is larger than is taken at once: send less of it in each.")
    return _("Something went wrong here; it has been written down for the administrator. Please try again later.")


def not_offered(allowed: str) -> HttpResponse:
    """The answer to a method that an address does not know."""
    response = problem(405, _("This address answers to %(methods)s only.") % {"methods": allowed})
    response["Allow"] = allowed
    return response


def with_media_type(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the media type that problems really have."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation.get("responses", {}).items():
                content = response.get("content", {})
                if str(status).startswith("4") and "application/json" in content:
                    content[MEDIA_TYPE] = content.pop("application/json")
    return document
