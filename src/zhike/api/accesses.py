"""Notes which records and lists a program was given, and on whose behalf."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from zhike.domain.accounts.models import User
from zhike.kernel import clock, trail

SHOWN: Final = {
    "list_customers": "customer",
    "read_customer": "customer",
    "read_access": "customer",
    "read_needs": "customer",
    "read_tiers": "customer",
    "read_tier_history": "customer",
    "list_contactable": "contact",
    "list_consents": "contact",
    "list_contacts": "contact",
    "read_contact": "contact",
    "list_person_requests": "privacy",
    "read_person_request": "privacy",
    "list_orders": "order",
    "read_order": "order",
    "list_interactions": "interaction",
    "read_interaction": "interaction",
    "list_commitments": "commitment",
    "read_commitment": "commitment",
    "list_imports": "import",
    "read_import": "import",
    "list_problems": "import",
    "list_lines": "trail",
}
"""The operations that give out somebody's data, and the kind of record: each reading leaves a line."""

UNWATCHED: Final = {
    "openapi-json": "the document of the API",
    "api-root": "the address alone",
    "read_me": "one's own account",
    "list_fields": "how the company works",
    "list_schemes": "how the company works",
    "read_due": "the calendar",
    "read_corrections": "it leaves a line of its own, as an export",
}
"""Operations whose reading leaves no line, each with the reason."""


def note_access(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note what was read at an address such as /api/v1/contacts/7/ or, narrowed, /api/v1/contacts/?q=…"""
    match, caller = request.resolver_match, getattr(request, "auth", None)
    name = match.url_name or "" if match else ""
    if request.method != "GET" or response.status_code != 200 or name in UNWATCHED or not isinstance(caller, User):
        return
    _noun, _slash, rest = request.path.removeprefix("/api/v1/").partition("/")
    number, _slash, part = rest.partition("/")
    is_numbered = number.isdecimal()
    trail.record_access(
        kind=SHOWN.get(name, "api"),
        actor=caller,
        now=clock.now(),
        object_id=int(number) if is_numbered else 0,
        rows=getattr(request, "rows_shown", None),
        note=" ".join(word for word in ("api", part if is_numbered else number, _narrowing(request)) if word),
    )


def _narrowing(request: HttpRequest) -> str:
    """The narrowing of a list; what was searched for may be somebody's name or number, and is masked."""
    given = {name: value for name, value in request.GET.items() if value and name not in ("after", "size")}
    if "q" in given:
        given["q"] = trail.sought(str(given["q"]))
    return "&".join(f"{name}={value}" for name, value in given.items())
