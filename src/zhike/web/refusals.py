"""Turns a refusal that no view has caught into a page with its sentence, or a toast for a fragment."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhike.kernel.errors import Refused


class RefusalMiddleware:
    """Shows `Refused.sentence` with the refusal's status; a stack trace never reaches the reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(exception.sentence, status=exception.status, content_type="text/plain; charset=utf-8")
        template = "404.html" if exception.status == 404 else "refused.html"
        return render(request, template, {"sentence": exception.sentence}, status=exception.status)
