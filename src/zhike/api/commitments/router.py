"""Commitments: list, one, promise something, close, put off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.lists import Paging, page
from zhike.api.masks import MaskedRow, MaskedSchema, shown, shown_page
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Day, Email, EmailFilter, Id, Line, Moment
from zhike.api.writes import IdempotencyKey, answer_once
from zhike.domain.accounts.queries import person_by_email
from zhike.domain.commitments import services
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import closing_words, commitment_file, filtered, wording
from zhike.domain.customers.queries import customer_file
from zhike.kernel import clock

router = Router(tags=["commitments"])


class CommitmentOut(MaskedSchema):
    """One promise to one customer."""

    id: int
    customer_id: int
    standard: str | None = Field(None, description="Key of the service standard; null for a free promise.")
    content: str
    owner: str = Field(description="E-mail address of the person who owes it.")
    due_at: datetime
    planned_on: date | None
    cycle: str
    source: str
    status: Literal["open", "kept", "missed", "waived"]
    closed_at: datetime | None
    closing_note: str | None
    snoozed_until: datetime | None

    @staticmethod
    def resolve_standard(row: Commitment) -> str | None:
        return row.standard.key if row.standard else None

    @staticmethod
    def resolve_content(row: Commitment) -> str:
        return wording(row, get_language() or "")

    @staticmethod
    def resolve_owner(row: Commitment) -> str:
        return row.owner.email

    @staticmethod
    def resolve_source(row: Commitment) -> str:
        return row.source_kind

    @staticmethod
    def resolve_closing_note(row: MaskedRow) -> str | None:
        return None if "closing_note" in row.masked else closing_words(row)

    @staticmethod
    def resolve_status(row: Commitment) -> str:
        return row.outcome or "open"


class CommitmentPage(Schema):
    """A page of commitments."""

    items: list[CommitmentOut]
    next: str | None


class CommitmentQuery(Schema):
    """Narrows the list."""

    owner: EmailFilter = ""
    due_by: Day | None = Field(None, description="Due on this day or before.")
    status: Literal["", "open", "kept", "missed", "waived"] = ""
    customer_id: Id | None = None


class Promise(Given):
    """Something that is promised to a customer outside any standard."""

    customer_id: Id
    content: Line = Field(min_length=1, max_length=300)
    owner: Email | None = Field(None, description="E-mail address; the token's person if left out.")
    due_at: Moment


class Closing(Given):
    """How a commitment ended."""

    outcome: Literal["kept", "missed", "waived"]
    note: str = Field("", max_length=300, description="What happened; why, where it is waived.")


class Snooze(Given):
    """Puts a commitment out of sight for a while; its deadline stays."""

    until: Moment
    reason: str = Field(min_length=1, max_length=200)


@router.get("/", response={200: CommitmentPage, **PROBLEMS}, summary="List commitments")
def list_commitments(request: CallerRequest, narrowing: Query[CommitmentQuery], paging: Paging) -> dict[str, Any]:
    """Commitments that the token's person may see, by id."""
    rows: QuerySet[Commitment] = filtered(
        request.auth, owner_email=narrowing.owner, due_by=narrowing.due_by, status=narrowing.status
    )
    if narrowing.customer_id is not None:
        rows = rows.filter(customer_id=narrowing.customer_id)
    return shown_page(request, page(rows, paging, _with_names))


@router.post("/", response={201: CommitmentOut, **PROBLEMS}, summary="Promise something")
def create_commitment(request: CallerRequest, payload: Promise, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Makes a commitment with owner and deadline."""

    def perform() -> tuple[int, Schema]:
        commitment = services.promise(
            customer=customer_file(request.auth, payload.customer_id),
            content=payload.content,
            owner=person_by_email(payload.owner) if payload.owner else request.auth,
            due_at=payload.due_at,
            source_kind="api",
            source_id=None,
            now=clock.now(),
            actor=request.auth,
        )
        return 201, CommitmentOut.from_orm(shown(request, commitment))

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("commitment", "create"),
        find=lambda first: commitment_file(request.auth, first["id"]),
    )


@router.get("/{int:commitment_id}/", response={200: CommitmentOut, **PROBLEMS}, summary="Read a commitment")
def read_commitment(request: CallerRequest, commitment_id: int) -> MaskedRow:
    """One commitment."""
    return shown(request, _found(request, commitment_id, "view"))


@router.post("/{int:commitment_id}/closing/", response={200: CommitmentOut, **PROBLEMS}, summary="Close a commitment")
def close_commitment(request: CallerRequest, commitment_id: int, payload: Closing) -> MaskedRow:
    """Says that it was kept, missed or waived; a waiver needs its reason in `note`."""
    commitment, now = _found(request, commitment_id, "edit"), clock.now()
    if payload.outcome == "kept":
        closed = services.fulfil(commitment=commitment, note=payload.note, actor=request.auth, now=now)
    elif payload.outcome == "missed":
        closed = services.miss(commitment=commitment, note=payload.note, actor=request.auth, now=now)
    else:
        closed = services.waive(commitment=commitment, reason=payload.note, actor=request.auth, now=now)
    return shown(request, closed)


@router.post("/{int:commitment_id}/snooze/", response={200: CommitmentOut, **PROBLEMS}, summary="Put off a commitment")
def snooze_commitment(request: CallerRequest, commitment_id: int, payload: Snooze) -> MaskedRow:
    """Takes it off the list of today until then, with a reason."""
    commitment = _found(request, commitment_id, "edit")
    snoozed = services.snooze(
        commitment=commitment, until=payload.until, reason=payload.reason, actor=request.auth, now=clock.now()
    )
    return shown(request, snoozed)


def _found(request: CallerRequest, commitment_id: int, action: str) -> Commitment:
    return commitment_file(request.auth, commitment_id, action)


def _with_names(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    return rows.select_related("customer", "standard", "owner")
