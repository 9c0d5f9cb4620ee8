"""Why somebody sees a customer, and with whom it is shared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Email, Line, Moment
from zhike.domain.accounts.queries import person_by_email
from zhike.domain.customers import services
from zhike.domain.customers.models import Collaborator
from zhike.domain.customers.queries import collaborators, customer_file, why_seen
from zhike.kernel import clock
from zhike.kernel.scope import may_reveal, sight_of

router = Router(tags=["customers"])


class CollaboratorOut(Schema):
    """A colleague with whom a customer is shared."""

    id: int
    person: str = Field(description="E-mail address.")
    may_edit: bool
    until: datetime | None
    reason: str
    shared_by: str | None = Field(description="E-mail address; null where the system did it.")
    shared_at: datetime

    @staticmethod
    def resolve_person(row: Collaborator) -> str:
        return row.person.email

    @staticmethod
    def resolve_shared_by(row: Collaborator) -> str | None:
        return row.shared_by.email if row.shared_by else None


class AccessOut(Schema):
    """By which rule the token's person sees a customer, how much of it, and who else it is shared with."""

    why: str = Field(description="One sentence that names the rule.")
    view: str = Field(description="ordinary: names of people are shown; limited: they are masked.")
    sees_amounts: bool
    may_reveal: bool = Field(description="Whether `/contacts/{id}/reveal/` will show how to reach the people there.")
    collaborators: list[CollaboratorOut]


class SharingIn(Given):
    """With whom a customer is to be shared."""

    person: Email = Field(description="E-mail address.")
    may_edit: bool = False
    until: Moment | None = Field(None, description="Until further notice if left out.")
    reason: Line = Field(min_length=1, max_length=200)


@router.get("/{int:customer_id}/access/", response={200: AccessOut, **PROBLEMS}, summary="Read why a customer is seen")
def read_access(request: CallerRequest, customer_id: int) -> dict[str, Any]:
    """The rule by which the token's person sees the customer, and the collaborators."""
    customer = customer_file(request.auth, customer_id)
    sight = sight_of(request.auth, customer)
    return {
        "why": why_seen(request.auth, customer),
        "view": sight.view.name.lower(),
        "sees_amounts": sight.finance,
        "may_reveal": may_reveal(request.auth, "contact", customer),
        "collaborators": collaborators(request.auth, customer),
    }


@router.post(
    "/{int:customer_id}/collaborators/", response={201: CollaboratorOut, **PROBLEMS}, summary="Share a customer"
)
def share_customer(request: CallerRequest, customer_id: int, payload: SharingIn) -> Status[Collaborator]:
    """Lets a colleague in on the customer and all that hangs on it; sharing again replaces what was agreed before."""
    made = services.share_customer(
        customer=customer_file(request.auth, customer_id),
        person=person_by_email(payload.person),
        may_edit=payload.may_edit,
        until=payload.until,
        reason=payload.reason,
        actor=request.auth,
        now=clock.now(),
    )
    return Status(201, made)


@router.delete(
    "/{int:customer_id}/collaborators/{int:collaborator_id}/",
    response={204: None, **PROBLEMS},
    summary="End the sharing of a customer",
)
def unshare_customer(request: CallerRequest, customer_id: int, collaborator_id: int) -> Status[None]:
    """Ends it at once."""
    customer = customer_file(request.auth, customer_id)
    services.unshare_customer(customer=customer, collaborator_id=collaborator_id, actor=request.auth, now=clock.now())
    return Status(204, None)
