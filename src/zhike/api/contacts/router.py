"""Contacts: list, one, add, change, remove."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhike.api.contacts.schemas import ContactIn, ContactOut, ContactPage, ContactPatch
from zhike.api.lists import Paging, page
from zhike.api.masks import MaskedRow, RevealIn, shown, shown_page
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Id
from zhike.api.writes import IdempotencyKey, answer_once
from zhike.domain.customers import services
from zhike.domain.customers.models import Contact
from zhike.domain.customers.queries import contact_file, customer_file, matching_contacts
from zhike.kernel import clock
from zhike.kernel.scope import ScopedQuerySet

router = Router(tags=["contacts"])


class ContactQuery(Schema):
    """Narrows the list."""

    q: str = Field(
        "",
        max_length=100,
        description="Part of the name, also in pinyin or initials; or a whole phone or e-mail that may be revealed.",
    )
    customer_id: Id | None = None


@router.get("/", response={200: ContactPage, **PROBLEMS}, summary="List contacts")
def list_contacts(request: CallerRequest, narrowing: Query[ContactQuery], paging: Paging) -> dict[str, Any]:
    """People at the customers that the token's person may see, by id."""
    rows: ScopedQuerySet[Contact] = Contact.objects.for_user(request.auth, "view", by_work=not narrowing.q).filter(
        deleted_at__isnull=True, customer__deleted_at__isnull=True
    )
    if narrowing.q:
        rows = matching_contacts(rows, narrowing.q, request.auth)
    if narrowing.customer_id is not None:
        rows = rows.filter(customer_id=narrowing.customer_id)
    return shown_page(request, page(rows, paging, lambda kept: kept.select_related("customer")))


@router.post("/", response={201: ContactOut, **PROBLEMS}, summary="Add a contact")
def create_contact(request: CallerRequest, payload: ContactIn, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Adds a person at a customer; the first one is the main contact."""

    def perform() -> tuple[int, Schema]:
        customer = customer_file(request.auth, payload.customer_id)
        contact = services.add_contact(customer=customer, actor=request.auth, now=clock.now(), **_fields(payload))
        return 201, ContactOut.from_orm(shown(request, contact))

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("contact", "create"),
        find=lambda first: contact_file(request.auth, first["id"]),
    )


@router.get("/{int:contact_id}/", response={200: ContactOut, **PROBLEMS}, summary="Read a contact")
def read_contact(request: CallerRequest, contact_id: int) -> MaskedRow:
    """One person."""
    return shown(request, contact_file(request.auth, contact_id))


@router.post("/{int:contact_id}/reveal/", response={200: ContactOut, **PROBLEMS}, summary="Show a contact in full")
def reveal_contact(request: CallerRequest, contact_id: int, payload: RevealIn) -> MaskedRow:
    """Shows how to reach the person, without masks. The reason stays on the trail."""
    contact = contact_file(request.auth, contact_id)
    found = services.reveal_contact(contact=contact, reason=payload.reason, actor=request.auth, now=clock.now())
    return MaskedRow(contact, found.sight)


@router.patch("/{int:contact_id}/", response={200: ContactOut, **PROBLEMS}, summary="Change a contact")
def change_contact(request: CallerRequest, contact_id: int, payload: ContactPatch) -> MaskedRow:
    """Changes what is given and leaves the rest."""
    contact = contact_file(request.auth, contact_id)
    changed = services.change_contact(
        contact=contact, actor=request.auth, now=clock.now(), seen_at=payload.seen_at, **_fields(payload)
    )
    return shown(request, changed)


@router.delete("/{int:contact_id}/", response={204: None, **PROBLEMS}, summary="Remove a contact")
def remove_contact(request: CallerRequest, contact_id: int) -> Status[None]:
    """Takes the person off the customer's file."""
    contact = contact_file(request.auth, contact_id)
    services.remove_contact(contact=contact, actor=request.auth, now=clock.now())
    return Status(204, None)


def _fields(payload: ContactIn | ContactPatch) -> dict[str, Any]:
    given = payload.model_dump(exclude_unset=True, exclude={"seen_at", "customer_id"})
    choices = ("title_level", "decision_role", "preferred_channel")
    return given | {name: given[name] or "" for name in choices if name in given}
