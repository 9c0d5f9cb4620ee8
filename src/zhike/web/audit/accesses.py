"""Notes who was shown which record or list: every page does, unless it is named as one that shows nobody's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from zhike.domain.accounts.models import User
from zhike.kernel import clock, trail
from zhike.kernel.vault.index import kind_sought
from zhike.web.audit.watched import PARTS, SEARCHES, SHOWN, UNWATCHED

_recent = trail.Recent()
_searches = trail.Throttle()
_ABOUT_THE_LIST: Final = ("after", "before", "size")


class AccessMiddleware:
    """Notes a look once it has been answered; a few dozen microseconds, no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note who saw it; what was refused was not seen."""
        response = self.get_response(request)
        match, is_shown = request.resolver_match, response.status_code == 200 and request.method == "GET"
        if match and is_shown and match.view_name not in UNWATCHED and isinstance(request.user, User):
            note_look(request, match.view_name, request.user)
        return response


def note_look(request: HttpRequest, name: str, user: User) -> None:
    """Note a look at the page of that name: a part of a page only where the page was not noted within the minute, the
    same search again within a minute the 2nd, 4th, 8th … time.
    """
    match, now = request.resolver_match, clock.now()
    assert match is not None
    kind = SHOWN.get(name) or PARTS.get(name) or SEARCHES.get(name) or "page"
    is_first = _recent.is_first((user.pk, kind, *match.kwargs.values()), now)
    if name in SEARCHES and not _found_by_number(request):
        times = _searches.count(user.pk, name, now)
    else:
        times = int(name not in PARTS or is_first)
    if not times:
        return
    trail.record_access(
        kind=kind,
        actor=user,
        now=now,
        object_id=next((each for each in match.kwargs.values() if isinstance(each, int)), 0),
        number=match.kwargs.get("number", "") if kind == "customer" else "",
        rows=getattr(request, "rows_shown", None),
        note=_note(request, kind),
        times=times,
    )


def _found_by_number(request: HttpRequest) -> bool:
    """Whether a whole telephone number or e-mail address has found somebody."""
    return bool(getattr(request, "rows_shown", None) and kind_sought(request.GET.get("q", "")))


def _note(request: HttpRequest, kind: str) -> str:
    """Which page it was, unless it is a list; what its address names besides the record; what it was narrowed to."""
    match = request.resolver_match
    assert match is not None
    own = ("number",) if kind == "customer" else ()
    named = [each for name, each in match.kwargs.items() if isinstance(each, str) and name not in own]
    is_list = not match.kwargs and match.view_name not in SEARCHES
    return " ".join(word for word in ("" if is_list else match.url_name, *named, narrowing(request)) if word)


def narrowing(request: HttpRequest) -> str:
    """What a list was narrowed to; what was searched for may be somebody's name or number, and is masked."""
    given = {name: value for name, value in request.GET.items() if value and name not in _ABOUT_THE_LIST}
    if "q" in given:
        given["q"] = trail.sought(str(given["q"]))
    return "&".join(f"{name}={value}" for name, value in given.items())


def forget_looks() -> None:
    """Begin to count anew."""
    _recent.forget()
    _searches.forget()
