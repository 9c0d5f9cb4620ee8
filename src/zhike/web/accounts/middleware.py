"""What a session must pass before a page: it has not ended, and nothing is owed before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.contrib.auth.middleware import get_user
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from zhike.domain.accounts.models import User
from zhike.domain.identity import queries, rules, services
from zhike.kernel import clock

PASSWORD_EXPIRED = "password_expired"  # noqa: S105 - a key of the session
ENDED = "ended"
"""The parameter of the log-in page by which it knows that a session has ended."""
CAME_FOR = "came_for"
"""The entry of a session that says where somebody was going before something else had to be done."""
_ALWAYS_OPEN = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "set_language",
    "setup:next",
}
_ENROLMENT = _ALWAYS_OPEN | {
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
}
_NEW_PASSWORD = _ALWAYS_OPEN | {"account_change_password"}


class SessionMiddleware:
    """Ends sessions that were idle or lasted too long, and leads to what a person owes before anything else.

    The policy comes with the session, so that no page pays a query for it; a write happens at most once a minute.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The person, and not Django's proxy of one: a page asks it for its rights hundreds of times.
        request.user = get_user(request)
        if isinstance(request.user, User) and _has_ended(request):
            logout(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not isinstance(request.user, User):
            return None
        here = request.resolver_match.view_name if request.resolver_match else ""
        if request.session.get(PASSWORD_EXPIRED) and here not in _NEW_PASSWORD:
            return _led_to(request, "account_change_password")
        if here not in _ENROLMENT and _owes_second_factor(request, request.user):
            return _led_to(request, "mfa_activate_totp")
        return None


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Sends whoever is not signed in to the log-in page; a part of a page sends the whole page there."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        is_part = request.headers.get("HX-Request") == "true"
        page = _page_of(request) if is_part else request.get_full_path()
        entrance = resolve_url(self.get_login_url(view_func))
        login = redirect_to_login(page, f"{entrance}?{ENDED}=1" if _had_a_session(request) else entrance)
        return _whole_page_to(login.url, 401) if is_part else login


def _had_a_session(request: HttpRequest) -> bool:
    """Whether the browser still names a session that is over."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.session_key is None


def _has_ended(request: HttpRequest) -> bool:
    session: Any = request.session
    signed_in_at, rule, now = session.signed_in_at, session.policy, clock.now()
    if signed_in_at is None or rule is None:
        return True
    seen_at = session.seen_at or signed_in_at
    if rules.has_ended(signed_in_at=signed_in_at, seen_at=seen_at, idle=rule.idle, absolute=rule.absolute, now=now):
        return True
    if services.note_session_use(key=session.digest, seen_at=seen_at, now=now):
        session.seen_at = now
    return False


def _owes_second_factor(request: HttpRequest, person: User) -> bool:
    session: Any = request.session
    if session.policy is None or not queries.needs_second_factor(person, session.policy):
        return False
    gave_one = any(record.get("method") == "mfa" for record in get_authentication_records(request, person))
    return not gave_one and not queries.has_second_factor(person)


def _led_to(request: HttpRequest, name: str) -> HttpResponse:
    request.session[CAME_FOR] = _page_of(request)
    address = f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: _page_of(request)})}"
    if request.headers.get("HX-Request") == "true":
        return _whole_page_to(address, 403)
    return redirect(address)


def _whole_page_to(address: str, status: int) -> HttpResponse:
    """Lead the browser elsewhere from a part of a page; by the status it knows that nothing was saved."""
    response = HttpResponseClientRedirect(address)
    response.status_code = status
    return response


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: for a part of a page, the page it belongs to."""
    if request.headers.get("HX-Request") != "true":
        return request.get_full_path() if request.method == "GET" else "/"
    current = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(current, {request.get_host()}):
        return "/"
    parts = urlsplit(current)
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
