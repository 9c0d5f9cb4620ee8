"""Puts the API together: one router a noun."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.operation import Operation

from zhike.api.bodies import BodyParser
from zhike.api.calendar.router import router as calendar
from zhike.api.commitments.router import router as commitments
from zhike.api.contacts.router import router as contacts
from zhike.api.customers.needs import router as needs
from zhike.api.customers.router import router as customers
from zhike.api.imports.router import router as imports
from zhike.api.interactions.router import router as interactions
from zhike.api.orders.router import router as orders
from zhike.api.people.router import router as people
from zhike.api.privacy.router import contacts as contact_privacy
from zhike.api.privacy.router import requests as person_requests
from zhike.api.problems import answer_problems, with_media_type
from zhike.api.security import TokenAuth
from zhike.api.tiers.router import router as tiers
from zhike.api.trail.router import router as trail
from zhike.kernel.errors import Refused

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


class ZhikeAPI(NinjaAPI):
    """The API, whose document tells the media type of problems truly."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        return _titled_by_name(with_media_type(super().get_openapi_schema(*args, **kwargs)))

    def create_response(self, request: HttpRequest, data: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer; of a list it is remembered how long it was, for the trail."""
        if isinstance(data, dict) and isinstance(data.get("items"), list):
            request.rows_shown = len(data["items"])  # type: ignore[attr-defined]
        return super().create_response(request, data, *args, **kwargs)

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Where an answer begins, once it is known who asks: a filter that nobody knows would go unheard."""
        known = self._filters().get(_operation_of(request), frozenset())
        for name in request.GET:
            if name not in known:
                sentence = _("There is no “%(name)s” to narrow by here; there are: %(known)s.")
                raise Refused(sentence % {"name": name, "known": ", ".join(sorted(known)) or "–"}, field=name)
        return super().create_temporal_response(request)

    @cache  # noqa: B019 - there is one API as long as the program runs
    def _filters(self) -> dict[tuple[str, str], frozenset[str]]:
        """What may stand behind the question mark, by address and method, as the document says."""
        return {
            (address, method): frozenset(
                each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
            )
            for address, operations in self.get_openapi_schema()["paths"].items()
            for method, operation in operations.items()
        }

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def _operation_of(request: HttpRequest) -> tuple[str, str]:
    """The address and the method as the document writes them."""
    route = request.resolver_match.route if request.resolver_match else ""
    return "/" + _PLACE.sub(r"{\1}", route), (request.method or "").lower()


def _titled_by_name(schema: Any) -> Any:
    """The document with every property titled by its name: models would lend theirs, in the language of the moment."""
    for each in schema["components"]["schemas"].values():
        for name, described in each.get("properties", {}).items():
            if "title" in described:
                described["title"] = name.replace("_", " ").capitalize()
    return schema


api = ZhikeAPI(
    title="Zhike 知客",
    version="1",
    description=(
        "Customers, contacts, orders, interactions, commitments, tiers, imports and personal information "
        "of one company."
    ),
    auth=TokenAuth(),
    parser=BodyParser(),
    docs_url=None,
    urls_namespace="api",
)
answer_problems(api)
for _address, _router, _kind in (
    ("/customers", customers, "customer"),
    ("/contacts", contact_privacy, "contact"),
    ("/contacts", contacts, "contact"),
    ("/person-requests", person_requests, "privacy"),
    ("/orders", orders, "order"),
    ("/interactions", interactions, "interaction"),
    ("/commitments", commitments, "commitment"),
    ("", needs, "customer"),
    ("", tiers, "tier"),
    ("/imports", imports, "import"),
    ("", calendar, ""),
    ("", people, ""),
    ("/trail", trail, "audit"),
):
    api.add_router(_address, _router, auth=TokenAuth(_kind))


def document() -> str:
    """The OpenAPI document as text."""
    return json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False)
