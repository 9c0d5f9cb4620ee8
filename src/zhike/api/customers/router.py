"""Customers: list, one, open, change, delete; and their tiers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhike.api.customers.access import router as access
from zhike.api.customers.schemas import CustomerIn, CustomerOut, CustomerPage, CustomerPatch
from zhike.api.lists import Paging, page
from zhike.api.masks import MaskedRow, RevealIn, shown, shown_page
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import EmailFilter, Moment
from zhike.api.writes import IdempotencyKey, answer_once
from zhike.domain.accounts.queries import person_by_email
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import customer_file, matching_customers
from zhike.flows import archive
from zhike.kernel import clock

router = Router(tags=["customers"])
router.add_router("", access)


class CustomerQuery(Schema):
    """Narrows the list."""

    q: str = Field("", max_length=100, description="Part of the name or number, also in pinyin or initials.")
    external_id: str = Field("", max_length=80)
    owner: EmailFilter = ""
    changed_since: Moment | None = None


@router.get("/", response={200: CustomerPage, **PROBLEMS}, summary="List customers")
def list_customers(request: CallerRequest, narrowing: Query[CustomerQuery], paging: Paging) -> dict[str, Any]:
    """Customers that the token's person may see, by id."""
    rows = Customer.objects.for_user(request.auth, "view").present()
    if narrowing.q:
        rows = matching_customers(rows, narrowing.q, request.auth)
    if narrowing.external_id:
        rows = rows.filter(external_id=narrowing.external_id)
    if narrowing.owner:
        rows = rows.filter(owner__email=narrowing.owner.lower())
    if narrowing.changed_since:
        rows = rows.filter(changed_at__gte=narrowing.changed_since)
    return shown_page(request, page(rows, paging, _read_along))


@router.post("/", response={201: CustomerOut, **PROBLEMS}, summary="Open a customer's file")
def create_customer(
    request: CallerRequest, payload: CustomerIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Opens a file with a number of its own. The token's person owns it unless `owner` says otherwise."""

    def perform() -> tuple[int, Schema]:
        customer = archive.open_file(actor=request.auth, now=clock.now(), **_fields(payload))
        return 201, _document(request, customer)

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("customer", "create"),
        find=lambda first: customer_file(request.auth, first["id"]),
    )


@router.get("/{int:customer_id}/", response={200: CustomerOut, **PROBLEMS}, summary="Read a customer")
def read_customer(request: CallerRequest, customer_id: int) -> MaskedRow:
    """One customer."""
    return shown(request, customer_file(request.auth, customer_id))


@router.post("/{int:customer_id}/reveal/", response={200: CustomerOut, **PROBLEMS}, summary="Show a customer in full")
def reveal_customer(request: CallerRequest, customer_id: int, payload: RevealIn) -> MaskedRow:
    """Shows the address without its mask. The reason stays on the trail."""
    customer = customer_file(request.auth, customer_id)
    found = services.reveal_customer(customer=customer, reason=payload.reason, actor=request.auth, now=clock.now())
    return MaskedRow(customer, found.sight)


@router.patch("/{int:customer_id}/", response={200: CustomerOut, **PROBLEMS}, summary="Change a customer")
def change_customer(request: CallerRequest, customer_id: int, payload: CustomerPatch) -> CustomerOut:
    """Changes what is given and leaves the rest."""
    customer = customer_file(request.auth, customer_id)
    changed = archive.change_file(
        customer=customer, actor=request.auth, now=clock.now(), seen_at=payload.seen_at, **_fields(payload)
    )
    return _document(request, changed)


@router.delete("/{int:customer_id}/", response={204: None, **PROBLEMS}, summary="Delete a customer")
def delete_customer(request: CallerRequest, customer_id: int) -> Status[None]:
    """Puts the file away; the page of deleted customers can bring it back."""
    customer = customer_file(request.auth, customer_id)
    archive.put_away(customer=customer, actor=request.auth, now=clock.now())
    return Status(204, None)


def _read_along(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.select_related("owner", "department").prefetch_related("tags")


def _document(request: CallerRequest, customer: Customer) -> CustomerOut:
    return CustomerOut.from_orm(shown(request, customer))


def _fields(payload: CustomerIn | CustomerPatch) -> dict[str, Any]:
    given = payload.model_dump(exclude_unset=True, exclude={"seen_at"})
    if given.get("owner"):
        given["owner"] = person_by_email(given["owner"])
    if "source" in given:
        given["source"] = given["source"] or ""
    return given
