"""The addresses of pages as the resolver knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def views() -> dict[str, Callable[..., Any]]:
    """The view behind each address of a page, by the name that `reverse` takes."""
    return dict(_views(get_resolver(), ()))


def _views(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name or str(pattern.pattern))), pattern.callback
        elif "zhike.api" not in str(pattern.urlconf_name):
            yield from _views(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
