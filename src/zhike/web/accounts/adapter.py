"""How allauth is bent to this product: nobody signs up alone, people are invited by an administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from zhike.domain.accounts.models import User
from zhike.domain.identity import queries, services
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.accounts.middleware import PASSWORD_EXPIRED
from zhike.web.accounts.places import address_of, device_of

LANGUAGE_LASTS = 365 * 24 * 3600
FRESH = timedelta(minutes=5)


def speak(response: HttpResponse, language: str) -> None:
    """Let the pages after this answer speak a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=LANGUAGE_LASTS,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing up is closed; attempts are counted in our database; what happens leaves its line in the trail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; allauth's own limits live in the memory of one process."""
        try:
            services.take_attempt(account=_account(credentials), address=address_of(request), now=clock.now())
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            services.forgive_attempt(account=_account(credentials), address=address_of(request), now=clock.now())
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.record_failure(account=_account(credentials), address=address_of(request), now=clock.now())

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not say again who they are."""
        session: Any = context.request.session
        signed_in_at = session.signed_in_at
        is_fresh = signed_in_at is not None and clock.now() - signed_in_at < FRESH
        return not is_fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def set_password(self, user: User, password: str) -> None:
        session: Any = context.request.session
        is_own = context.request.user == user
        services.choose_password(
            person=user, password=password, actor=user, now=clock.now(), besides=session.digest if is_own else ""
        )
        session.pop(PASSWORD_EXPIRED, None)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        now = clock.now()
        services.record_sign_in(person=user, address=address_of(request), device=device_of(request), now=now)
        if queries.password_has_expired(user, now=now):
            request.session[PASSWORD_EXPIRED] = True

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            services.record_sign_out(person=user, now=clock.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        speak(response, user.language)
        return response


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).strip().lower()
