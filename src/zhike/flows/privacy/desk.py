"""A person's request and the promise to answer it: whoever is to answer has it on Today, and late ones go up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import deadline
from zhike.domain.commitments.services import fulfil, promise
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy import services
from zhike.domain.privacy.models import PersonRequest
from zhike.domain.privacy.rules.requests import ANSWER_WITHIN, SOURCE
from zhike.kernel.scope import Actor

_A_MINUTE = timedelta(minutes=1)


@transaction.atomic
def receive(
    *,
    kind: str,
    person: Contact | Customer,
    asked_by: str,
    channel: str,
    received_at: datetime,
    owner: User,
    actor: Actor,
    now: datetime,
    wish: str = "",
) -> PersonRequest:
    """Take a request down and promise the answer within fifteen working days of its arrival. Raises Refused, Denied.

    The promise stands on the customer, names no person, and is late when the request is.
    """
    request = services.receive_request(
        kind=kind,
        person=person,
        asked_by=asked_by,
        channel=channel,
        received_at=received_at,
        due_at=deadline(received_at, ANSWER_WITHIN),
        owner=owner,
        actor=actor,
        now=now,
        wish=wish,
    )
    with translation.override(owner.language):
        words = {"number": request.number, "kind": request.get_kind_display()}
        content = _("Answer the personal-information request %(number)s: %(kind)s") % words
    promise(
        customer=Customer.objects.for_user(actor).get(pk=request.customer_id),
        content=content,
        owner=owner,
        # A request that is taken down after its deadline is late from its first minute.
        due_at=max(request.due_at, now + _A_MINUTE),
        source_kind=SOURCE,
        source_id=request.pk,
        now=now,
        actor=None,  # it follows from the request, whatever else its taker may promise
    )
    return request


@transaction.atomic
def answer(*, request: PersonRequest, text: str, actor: Actor, now: datetime) -> PersonRequest:
    """The person has the answer; the promise is kept. Raises Refused, NotFound, Denied, Conflict."""
    answered = services.answer_request(request=request, answer=text, actor=actor, now=now)
    keep_promise(answered, actor=actor, now=now)
    return answered


@transaction.atomic
def refuse(*, request: PersonRequest, reason: str, actor: Actor, now: datetime) -> PersonRequest:
    """The person has been told why not; that too is an answer. Raises Refused, NotFound, Denied, Conflict."""
    refused = services.refuse_request(request=request, reason=reason, actor=actor, now=now)
    keep_promise(refused, actor=actor, now=now)
    return refused


def keep_promise(request: PersonRequest, *, actor: Actor, now: datetime) -> None:
    """Close the promise that the request made."""
    owed = Commitment.objects.unscoped("the promise of a request ends with it, whoever owes it").open()
    for commitment in owed.filter(source_kind=SOURCE, source_id=request.pk):
        fulfil(commitment=commitment, actor=actor, now=now, closing_kind=SOURCE, closing_id=request.pk)


def person_of(request: PersonRequest) -> Contact | Customer:
    """The contact that a request is about, or the customer who is a person."""
    return request.contact or request.customer
