"""Lists in pages: `?after=` takes the cursor that the page before gave in `next`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

from zhike.kernel import paging

M = TypeVar("M", bound=Model)


class PageOf(Schema):
    """Which page, and how long."""

    after: str = Field("", max_length=paging.LONGEST_CURSOR, description="The `next` of the page before.")
    size: int = Field(50, ge=1, le=500, description="Most items on a page.")


Paging = Annotated[PageOf, Query()]


def page(
    rows: QuerySet[M],
    wanted: PageOf,
    shown: Callable[[QuerySet[M]], QuerySet[M]] | None = None,
    *,
    key: str = "pk",
) -> dict[str, Any]:
    """One page of rows by `key` and id, as `{"items": […], "next": cursor or null}`; `shown` reads more along."""
    found = paging.page(paging.by_key(rows, key), size=wanted.size, after=wanted.after)
    kept = rows.filter(pk__in=found.ids)
    by_id = {row.pk: row for row in (shown(kept) if shown else kept)}
    return {"items": [by_id[pk] for pk in found.ids if pk in by_id], "next": found.after or None}
