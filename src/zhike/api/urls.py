"""The API's addresses. They answer to tokens instead of sessions, so the login page is not in their way."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path

from zhike.api.application import api

_patterns: list[URLPattern | URLResolver] = api.urls[0]
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = login_not_required(_pattern.callback)

urlpatterns = [path("", (_patterns, "api", "api"))]
