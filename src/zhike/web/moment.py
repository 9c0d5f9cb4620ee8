"""At which moment, and as whom, somebody acts on a page: rights that expire are judged by the moment of the request.

Somebody who keeps the people here may look at the pages as another person sees them: read only, until they end it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import may_look
from zhike.kernel import clock, trail
from zhike.web.errors import error_page

LOOKING_AS: Final = "looking_as"
"""The key of the session under which the id of the person stands as whom one looks."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_AFFAIRS = ("zhike.web.accounts", "allauth")
_ENDS = "people:end_looking"


class MomentMiddleware:
    """Give the person who is signed in the moment of the request, or put another in the place while one looks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        me = request.user
        if isinstance(me, User):
            me.at(clock.now())
            if LOOKING_AS in request.session:
                self._look(request, me)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, options: Any
    ) -> HttpResponseBase | None:
        """While looking as somebody else nothing is changed, and that person's own affairs stay closed."""
        if not isinstance(request.user, User) or request.user.seen_by is None or _route(request) == _ENDS:
            return None
        if request.method in _SAFE and not view.__module__.startswith(_OWN_AFFAIRS):
            return None
        trail.record_denial(
            kind="page", action=request.method or "", address=request.path, status=403, actor=request.user,
            now=clock.now(),
        )  # fmt: skip
        sentence = _("You look at the pages as somebody else: only reading is possible. End that first.")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(sentence, status=403, content_type="text/plain; charset=utf-8")
        return error_page(request, 403, "refused.html", sentence=sentence)

    def _look(self, request: HttpRequest, me: User) -> None:
        person = User.objects.filter(pk=request.session[LOOKING_AS]).first()
        if person is None or not may_look(me, person.at(clock.now())):
            del request.session[LOOKING_AS]
            return
        person.seen_by = me
        request.user = person


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
