"""Personal information: what contacts have agreed to, whom one may contact, and what people ask about themselves."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from zhike.api.lists import Paging, page
from zhike.api.privacy.schemas import (
    ClosingIn,
    ConsentIn,
    ConsentOut,
    ContactablePage,
    PersonRequestIn,
    PersonRequestOut,
    PersonRequestPage,
    WithdrawalIn,
)
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.writes import IdempotencyKey, answer_once
from zhike.domain.accounts.queries import person_by_email
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.queries import contact_file, customer_file
from zhike.domain.privacy.models import Consent, PersonRequest
from zhike.domain.privacy.queries import consent_history, contactable, find_request, matching_requests
from zhike.domain.privacy.services import give_consent, withdraw_consent
from zhike.flows.privacy import desk
from zhike.kernel import clock
from zhike.kernel.errors import Refused

contacts = Router(tags=["privacy"])
requests = Router(tags=["privacy"])


class ContactableQuery(Schema):
    """For what."""

    purpose: Consent.Purpose


class RequestQuery(Schema):
    """Narrows the list."""

    state: Literal["", "open", "closed"] = ""
    kind: Literal["", "access", "copy", "correct", "erase", "move", "withdraw", "object"] = Field("")


@contacts.get("/contactable/", response={200: ContactablePage, **PROBLEMS}, summary="List whom one may contact")
def list_contactable(request: CallerRequest, asked: Query[ContactableQuery], paging: Paging) -> dict[str, Any]:
    """Contacts in sight who have a live basis for the purpose at this moment; nobody else may be contacted for it."""
    seen: QuerySet[Contact] = Contact.objects.for_user(request.auth, "view")
    return page(contactable(seen, asked.purpose, clock.now()), paging)


@contacts.get("/{int:contact_id}/consents/", response={200: list[ConsentOut], **PROBLEMS}, summary="Read consents")
def list_consents(request: CallerRequest, contact_id: int) -> list[Consent]:
    """A contact's entries in the order in which they were recorded; of each purpose the latest counts."""
    return list(consent_history(request.auth, contact_file(request.auth, contact_id)))


@contacts.post("/{int:contact_id}/consents/", response={201: ConsentOut, **PROBLEMS}, summary="Record a consent")
def create_consent(
    request: CallerRequest, contact_id: int, payload: ConsentIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Records on what basis a contact may be contacted for a purpose; nothing before it is changed."""

    def perform() -> tuple[int, Schema]:
        person = contact_file(request.auth, contact_id)
        made = give_consent(person=person, actor=request.auth, now=clock.now(), **payload.model_dump())
        return 201, ConsentOut.from_orm(made)

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("contact", "edit"),
        find=lambda _first: contact_file(request.auth, contact_id),
    )


@contacts.post("/{int:contact_id}/withdrawals/", response={201: ConsentOut, **PROBLEMS}, summary="Withdraw a consent")
def create_withdrawal(
    request: CallerRequest, contact_id: int, payload: WithdrawalIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Ends whatever the purpose rested on, from this moment."""

    def perform() -> tuple[int, Schema]:
        person = contact_file(request.auth, contact_id)
        made = withdraw_consent(person=person, actor=request.auth, now=clock.now(), **payload.model_dump())
        return 201, ConsentOut.from_orm(made)

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("contact", "edit"),
        find=lambda _first: contact_file(request.auth, contact_id),
    )


@requests.get("/", response={200: PersonRequestPage, **PROBLEMS}, summary="List requests of people")
def list_person_requests(request: CallerRequest, narrowing: Query[RequestQuery], paging: Paging) -> dict[str, Any]:
    """Requests that the token's person may see, by id."""
    rows: QuerySet[PersonRequest] = matching_requests(request.auth, state=narrowing.state, kind=narrowing.kind)
    return page(rows, paging, lambda kept: kept.select_related("owner"))


@requests.post("/", response={201: PersonRequestOut, **PROBLEMS}, summary="Take a request down")
def create_person_request(
    request: CallerRequest, payload: PersonRequestIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Takes down what somebody asks about his or her own information; the answer is due in fifteen working days."""

    def perform() -> tuple[int, Schema]:
        now = clock.now()
        made = desk.receive(
            kind=payload.kind,
            person=_person(request, payload),
            asked_by=payload.asked_by,
            channel=payload.channel,
            received_at=payload.received_at or now,
            owner=person_by_email(payload.owner) if payload.owner else request.auth,
            actor=request.auth,
            now=now,
            wish=payload.wish,
        )
        return 201, PersonRequestOut.from_orm(made)

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("privacy", "create"),
        find=lambda first: find_request(request.auth, first["number"]),
    )


@requests.get("/{number}/", response={200: PersonRequestOut, **PROBLEMS}, summary="Read a request")
def read_person_request(request: CallerRequest, number: str) -> PersonRequest:
    """One request."""
    return find_request(request.auth, number)


@requests.post("/{number}/closing/", response={200: PersonRequestOut, **PROBLEMS}, summary="Answer or refuse a request")
def close_person_request(request: CallerRequest, number: str, payload: ClosingIn) -> PersonRequest:
    """Says what the person was told; the promise to answer is kept. Erasures are approved on the page, by two."""
    found, now = find_request(request.auth, number), clock.now()
    if payload.state == "answered":
        return desk.answer(request=found, text=payload.answer, actor=request.auth, now=now)
    return desk.refuse(request=found, reason=payload.answer, actor=request.auth, now=now)


def _person(request: CallerRequest, payload: PersonRequestIn) -> Contact | Customer:
    if (payload.contact_id is None) == (payload.customer_id is None):
        raise Refused(_("Name either a contact or a customer who is a person."), field="contact_id")
    if payload.contact_id is not None:
        return contact_file(request.auth, payload.contact_id)
    assert payload.customer_id is not None
    return customer_file(request.auth, payload.customer_id)
