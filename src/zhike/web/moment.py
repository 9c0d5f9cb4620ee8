"""The moment at which a person acts on a page: rights that expire are judged by it, and only doors read the clock."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhike.domain.accounts.models import User
from zhike.kernel import clock


class MomentMiddleware:
    """Give the person who is signed in the moment of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            request.user.at(clock.now())
        return self.get_response(request)
