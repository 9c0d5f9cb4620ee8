"""The trail: a list, narrowed."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from zhike.api.lists import Paging
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.trail.schemas import LinePage
from zhike.api.values import Day, Id
from zhike.domain.accounts.queries import person_by_email
from zhike.flows import auditing
from zhike.kernel import trail
from zhike.kernel.models import Activity

router = Router(tags=["trail"])


class LineQuery(Schema):
    """Narrows the list."""

    since: Day | None = None
    until: Day | None = Field(None, description="The last day, included.")
    person: str = Field("", max_length=254, description="E-mail address, or “system”.")
    kind: str = Field("", max_length=40)
    verb: str = Field("", max_length=40)
    customer_number: str = Field("", max_length=20)
    record_id: Id | None = None


@router.get("/", response={200: LinePage, **PROBLEMS}, summary="Read the trail")
def list_lines(request: CallerRequest, narrowing: Query[LineQuery], paging: Paging) -> dict[str, Any]:
    """Everybody's doings, the latest first, for those whose role may view the trail."""
    filters = auditing.Filters(
        since=narrowing.since,
        until=narrowing.until,
        person=_person(narrowing.person),
        kind=narrowing.kind,
        verb=narrowing.verb,
        customer=narrowing.customer_number,
        record=narrowing.record_id,
    )
    page = auditing.lines(request.auth, filters=filters, size=paging.size, after=paging.after)
    return {
        "items": [_document(row, page.numbers, request.auth.may("finance", "view")) for row in page.rows],
        "next": page.after or None,
        "head": trail.head_text(trail.head()),
    }


def _person(text: str) -> str:
    return text if text in ("", auditing.NOBODY) else str(person_by_email(text).pk)


def _document(row: Activity, numbers: dict[int, str], shows_amounts: bool) -> dict[str, Any]:
    return {
        "number": row.pk,
        "at": row.at,
        "person": row.actor.email if row.actor else None,
        "verb": row.verb,
        "kind": row.kind,
        "record_id": row.object_id,
        "customer_number": numbers.get(row.customer_id or 0),
        "changes": auditing.changes_of(row, shows_amounts=shows_amounts),
        "note": row.note,
        "mac": bytes(row.mac).hex(),
    }
