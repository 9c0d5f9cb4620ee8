"""What goes wrong is answered as application/problem+json (RFC 9457), with a sentence for the reader."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from zhike.kernel.errors import Refused

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


PROBLEMS = {frozenset({400, 401, 403, 404, 409, 422}): Problem}
"""The refusals that every operation may answer with; put beside its own responses."""

_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "Cannot be taken as it is",
    429: "Too many requests",
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
        return problem(error.status, error.sentence, field=error.field)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        details = [Detail(field=".".join(map(str, each["loc"])), detail=str(each["msg"])) for each in error.errors]
        return problem(422, _("Some values cannot be taken; see `errors`."), errors=details)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(401, _("Send a valid token: “Authorization: Bearer …”. Settings → API tokens makes one."))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(404, _("There is nothing at this address that you may see."))

    @api.exception_handler(HttpError)
    def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, error.message)


def with_media_type(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the media type that problems really have."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation.get("responses", {}).items():
                content = response.get("content", {})
                if str(status).startswith("4") and "application/json" in content:
                    content[MEDIA_TYPE] = content.pop("application/json")
    return document
