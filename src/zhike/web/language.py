"""The reader's language: the person's own choice, else the browser session's, else Chinese."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_noop

_KNOWN = {code for code, _name in settings.LANGUAGES}


OUR_WORDS = (gettext_noop("This field is required."),)
"""Sentences of Django's that our catalogue says in our own words."""


class LanguageMiddleware:
    """Chinese is the default whatever the browser asks for; the choice is kept in the language cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in _KNOWN else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
