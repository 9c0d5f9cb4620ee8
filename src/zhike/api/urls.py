"""The API's addresses. They answer to tokens instead of sessions, so the login page is not in their way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from zhike.api.accesses import note_access
from zhike.api.application import api
from zhike.api.problems import not_offered, nothing_here

_View = Callable[..., HttpResponseBase]


def _answering(view: _View) -> _View:
    """The view in the language that the request asks for, its refusals of address and method as problems too."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                response = nothing_here(request)
            note_access(request, response)
            if response.status_code == 405:
                response = not_offered(response.headers["Allow"])
        response.headers.setdefault("Content-Language", language)
        return response

    return login_not_required(csrf_exempt(answer))


_patterns: list[URLPattern | URLResolver] = api.urls[0]
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = _answering(_pattern.callback)

urlpatterns = [
    path("", (_patterns, "api", "api")),
    re_path(r"", _answering(nothing_here)),
]
