"""Every address that the project answers to, filled in with rows that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import get_resolver
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)")


@dataclass(frozen=True)
class Route:
    """One address: its pattern, its name with that of its group, and an address that leads to something."""

    pattern: str
    name: str
    path: str

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.pattern.startswith("api/")


def routes(values: dict[str, object]) -> list[Route]:
    """All of them. `values` fills the parameters, by `group:parameter` or `parameter`; what is missing becomes 1."""
    found: dict[str, Route] = {}
    for pattern, name in _patterns(get_resolver(), "", ""):
        group = name.rpartition(":")[0]

        def filled(parameter: str, converter: str | None = None, group: str = group) -> str:
            value = str(values.get(f"{group}:{parameter}", values.get(parameter, 1)))
            return value if converter != "int" or value.isdecimal() else "1"

        path = _GROUP.sub(lambda match: filled(match[1]), pattern).replace("^", "").replace("$", "")
        path = _PARAMETER.sub(lambda match: filled(match[2], match[1]), path)
        found.setdefault(pattern, Route(pattern, name, f"/{path}"))
    return list(found.values())


def _patterns(resolver: URLResolver, prefix: str, group: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield text, f"{group}:{entry.name or ''}".lstrip(":")
        else:
            is_plain = isinstance(entry.pattern, RoutePattern)
            assert is_plain, f"a group of addresses that is no plain prefix: {text}"
            yield from _patterns(entry, text, entry.namespace or group)
