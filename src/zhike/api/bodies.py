"""Reads what a request brings, and refuses what no database could hold before anything looks at it."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict

from zhike.kernel.errors import Refused

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Unreadable(Refused):
    """A request that is not what it says it is."""

    status = 400


class Given(Schema):
    """What somebody sends: a field that nobody knows would go unheard, so it is refused by its name."""

    model_config = ConfigDict(extra="forbid")


class BodyParser(Parser):
    """JSON as RFC 8259 has it: no NaN, and in no text a NUL or half a character."""

    def parse_body(self, request: HttpRequest) -> Any:
        document = json.loads(request.body, parse_constant=_refuse_constant)
        if _SUSPECT.search(request.body):
            _check(document)
        return document

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> Any:
        for name, values in data.lists():
            _check([name, *(value for value in values if isinstance(value, str))])
        return super().parse_querydict(data, list_fields, request)


def _check(value: Any) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise Unreadable(_("A text holds a character that cannot be kept (U+0000 or half a pair): leave it out."))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name)
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
