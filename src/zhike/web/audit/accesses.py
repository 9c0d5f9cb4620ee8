"""Notes who was shown which record or list, for every page that shows somebody's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from zhike.domain.accounts.models import User
from zhike.kernel import clock, trail
from zhike.kernel.vault.index import kind_sought

SHOWN: Final = {
    "customers:list": "customer",
    "customers:page": "customer",
    "customers:glance": "customer",
    "customers:archive": "customer",
    "customers:contacts": "customer",
    "customers:orders": "customer",
    "customers:care": "customer",
    "customers:promises": "customer",
    "customers:edit": "customer",
    "customers:needs": "customer",
    "contacts:edit": "contact",
    "interactions:detail": "interaction",
}
"""The pages that show somebody's data, and the kind of record that they show."""
SUGGESTED: Final = {"search:palette": "contact", "contacts:picker": "contact"}
"""The suggestions while somebody types that leave a line where a whole number or address has found somebody."""


class AccessMiddleware:
    """Notes a look at a page of SHOWN once it has been answered; a few dozen microseconds, no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note who saw it; what was refused was not seen."""
        response = self.get_response(request)
        match = request.resolver_match
        kind = _kind(request, match.view_name) if match else ""
        if match and kind and response.status_code == 200 and request.method == "GET":
            user = request.user
            if isinstance(user, User):
                trail.record_access(
                    kind=kind,
                    actor=user,
                    now=clock.now(),
                    object_id=match.kwargs.get("pk", 0),
                    number=match.kwargs.get("number", ""),
                    rows=getattr(request, "rows_shown", None),
                    note=narrowing(request) if not match.kwargs else (match.url_name or ""),
                )
        return response


def _kind(request: HttpRequest, name: str) -> str:
    """The kind of record that the page has shown, if it leaves a line."""
    found_by_number = getattr(request, "rows_shown", None) and kind_sought(request.GET.get("q", ""))
    return SHOWN.get(name, "") or (SUGGESTED.get(name, "") if found_by_number else "")


def narrowing(request: HttpRequest) -> str:
    """What a list was narrowed to; what was searched for may be somebody's name or number, and is masked."""
    given = {name: value for name, value in request.GET.items() if value and name not in ("after", "before", "size")}
    if "q" in given:
        given["q"] = trail.sought(str(given["q"]))
    return "&".join(f"{name}={value}" for name, value in given.items())
