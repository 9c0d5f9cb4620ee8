"""Turns a refusal that no view has caught into a page with its sentence, or a toast for a fragment."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhike.domain.accounts.models import User
from zhike.kernel import clock, trail
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.web.errors import error_page

DENIED = (Denied.status, NotFound.status)
"""What leaves a line: what one may not do, and what is not there for this person, be it there for others or not."""


class RefusalMiddleware:
    """Shows `Refused.sentence` with the refusal's status; a stack trace never reaches the reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if exception.status in DENIED and isinstance(request.user, User):
            trail.record_denial(
                kind="page",
                action=request.method or "",
                address=request.path,
                status=exception.status,
                actor=request.user,
                now=clock.now(),
            )
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(exception.sentence, status=exception.status, content_type="text/plain; charset=utf-8")
        template = "404.html" if exception.status == 404 else "refused.html"
        return error_page(request, exception.status, template, sentence=exception.sentence)
