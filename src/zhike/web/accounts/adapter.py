"""How allauth is bent to this product: nobody signs up alone, people are invited by an administrator."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhike.domain.accounts import services
from zhike.domain.accounts.models import User
from zhike.kernel import clock

LANGUAGE_LASTS = 365 * 24 * 3600


def speak(response: HttpResponse, language: str) -> None:
    """Let the pages after this answer speak a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=LANGUAGE_LASTS,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing up is closed; passwords go through our service, so that the trail knows; log-in brings one's language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        services.set_password(person=user, password=password, actor=user, now=clock.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        speak(response, user.language)
        return response
