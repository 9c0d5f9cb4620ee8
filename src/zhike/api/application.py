"""Puts the API together: one router a noun."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from zhike.api.commitments.router import router as commitments
from zhike.api.contacts.router import router as contacts
from zhike.api.customers.router import router as customers
from zhike.api.problems import answer_problems, with_media_type
from zhike.api.security import TokenAuth
from zhike.api.tiers.router import router as tiers


class ZhikeAPI(NinjaAPI):
    """The API, whose document tells the media type of problems truly."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        return with_media_type(super().get_openapi_schema(*args, **kwargs))


api = ZhikeAPI(
    title="Zhike 知客",
    version="1",
    description="Customers, contacts, orders, interactions, commitments, tiers and imports of one company.",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="api",
)
answer_problems(api)
for _address, _router in (
    ("/customers", customers),
    ("/contacts", contacts),
    ("/commitments", commitments),
    ("", tiers),
):
    api.add_router(_address, _router)
