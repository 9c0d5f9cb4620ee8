"""What consents and requests of people look like to a program."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.values import Email, Id, Moment
from zhike.domain.privacy.models import Consent, PersonRequest, Way


class ConsentOut(Schema):
    """One entry of a contact's history: from `at` on, the purpose has this basis, or none any more."""

    id: int
    customer_id: int
    contact_id: int | None
    purpose: Consent.Purpose
    basis: Consent.Basis
    is_given: bool
    at: datetime
    expires_at: datetime | None
    channel: Way
    evidence_reference: str
    recorded_at: datetime


class ConsentIn(Given):
    """A basis that a contact gives."""

    purpose: Consent.Purpose
    basis: Consent.Basis = Consent.Basis.CONSENT
    channel: Way
    at: Moment | None = Field(None, description="Since when; now if left out.")
    expires_at: Moment | None = None
    evidence: str = Field("", max_length=2_000, description="What was said or signed; kept encrypted.")
    evidence_reference: str = Field("", max_length=120, description="Where the paper or the file is kept.")


class WithdrawalIn(Given):
    """That a contact does not want something any more; at once, without a reason."""

    purpose: Consent.Purpose
    channel: Way
    evidence: str = Field("", max_length=2_000)


class Contactable(Schema):
    """A contact who may be contacted for the purpose asked about."""

    id: int
    customer_id: int


class ContactablePage(Schema):
    """A page of contacts who may be contacted."""

    items: list[Contactable]
    next: str | None


class PersonRequestOut(Schema):
    """What a person asks about his or her own information, and how far the answer is."""

    number: str
    kind: PersonRequest.Kind
    state: PersonRequest.State
    customer_id: int
    contact_id: int | None
    channel: Way
    received_at: datetime
    due_at: datetime
    owner: str = Field(description="E-mail address of the person who answers.")
    closed_at: datetime | None

    @staticmethod
    def resolve_owner(row: Any) -> str:
        return str(row.owner.email)


class PersonRequestPage(Schema):
    """A page of requests."""

    items: list[PersonRequestOut]
    next: str | None


class PersonRequestIn(Given):
    """A request as it comes in, about a contact or about a customer who is a person."""

    kind: PersonRequest.Kind
    contact_id: Id | None = None
    customer_id: Id | None = None
    asked_by: str = Field(min_length=1, max_length=120, description="The person, or somebody in the person's name.")
    channel: Way
    received_at: Moment | None = Field(None, description="Now if left out.")
    owner: Email | None = Field(None, description="E-mail address; the token's person if left out.")
    wish: str = Field("", max_length=2_000)


class ClosingIn(Given):
    """How a request ended."""

    state: Literal["answered", "refused"]
    answer: str = Field(min_length=1, max_length=2_000, description="What the person was told.")
