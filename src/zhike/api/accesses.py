"""Notes which records and lists a program was given, and on whose behalf."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from zhike.domain.accounts.models import User
from zhike.kernel import clock, trail

SHOWN: Final = {"customers": "customer", "contacts": "contact", "interactions": "interaction"}
"""The nouns behind which somebody's data stand, and the kind of record."""


def note_access(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note what was read at an address such as /api/v1/contacts/7/ or, narrowed, /api/v1/contacts/?q=…"""
    noun, _slash, rest = request.path.removeprefix("/api/v1/").partition("/")
    caller = getattr(request, "auth", None)
    if request.method != "GET" or response.status_code != 200 or noun not in SHOWN or not isinstance(caller, User):
        return
    number, _slash, part = rest.partition("/")
    trail.record_access(
        kind=SHOWN[noun],
        actor=caller,
        now=clock.now(),
        object_id=int(number) if number.isdecimal() else 0,
        rows=getattr(request, "rows_shown", None),
        note=f"api {part or _narrowing(request)}".strip(),
    )


def _narrowing(request: HttpRequest) -> str:
    """The narrowing of a list; what was searched for may be somebody's name or number, and is masked."""
    given = {name: value for name, value in request.GET.items() if value and name not in ("after", "size")}
    if "q" in given:
        given["q"] = trail.sought(str(given["q"]))
    return "&".join(f"{name}={value}" for name, value in given.items())
