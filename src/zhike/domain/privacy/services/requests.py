"""A person's request on its way: received, identity checked, in work, answered or refused; each step is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.models import PersonRequest, RequestStep, Way
from zhike.domain.privacy.rules.requests import may_become
from zhike.kernel import numbering, trail
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Conflict, Denied, NotFound, Refused
from zhike.kernel.scope import Actor, Level, way

PREFIX = "PR"


@transaction.atomic
def receive_request(
    *,
    kind: str,
    person: Contact | Customer,
    asked_by: str,
    channel: str,
    received_at: datetime,
    due_at: datetime,
    owner: User,
    actor: Actor,
    now: datetime,
    wish: str = "",
) -> PersonRequest:
    """Take down what somebody asks; the clock runs from `received_at`. Raises Refused, Denied."""
    if actor.level("privacy", "create") == Level.NONE:
        raise Denied(_("You may not take down requests. Ask your administrator if you need to."))
    customer = person if isinstance(person, Customer) else person.customer
    if owner.pk != actor.pk and way(actor, "privacy", "create", customer) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    if kind not in PersonRequest.Kind.values:
        known = ", ".join(PersonRequest.Kind.values)
        raise Refused(_("“%(value)s” is not known here; choose one of %(known)s.") % {"value": kind, "known": known},
                      field="kind")  # fmt: skip
    if channel not in Way.values:
        known = ", ".join(Way.values)
        raise Refused(_("“%(value)s” is not known here; choose one of %(known)s.") % {"value": channel, "known": known},
                      field="channel")  # fmt: skip
    if not asked_by.strip():
        raise Refused(_("Enter who asks: the person, or somebody in the person's name."), field="asked_by")
    if received_at > now:
        raise Refused(_("This lies in the future: enter when the request came."), field="received_at")
    if isinstance(person, Customer) and person.kind != Customer.Kind.PERSON:
        raise Refused(_("A company has no personal information: choose one of its contacts."), field="contact")
    if not owner.is_active:
        sentence = _("%(name)s no longer works here: choose somebody who is active.")
        raise Refused(sentence % {"name": owner.name}, field="owner")
    request = PersonRequest.objects.create(
        number=numbering.take(PREFIX, local_date(received_at))[0],
        kind=kind,
        customer_id=person.pk if isinstance(person, Customer) else person.customer_id,
        contact=person if isinstance(person, Contact) else None,
        asked_by=asked_by.strip(),
        channel=channel,
        wish=wish.strip(),
        received_at=received_at,
        due_at=due_at,
        owner=owner,
    )
    return _step(request, RequestStep.Verb.RECEIVED, actor=actor, now=now)


@transaction.atomic
def check_identity(*, request: PersonRequest, proof: str, actor: Actor, now: datetime, note: str = "") -> PersonRequest:
    """It is known now who asks, and how we made sure. Raises Refused, NotFound, Denied, Conflict."""
    if proof not in PersonRequest.Proof.values or not proof:
        raise Refused(_("Choose how you made sure who asks."), field="proof")
    fresh = _moved(request, PersonRequest.State.CHECKED, actor)
    fresh.proof = proof
    fresh.save(update_fields=["state", "proof"])
    return _step(fresh, RequestStep.Verb.CHECKED, actor=actor, now=now, note=note)


@transaction.atomic
def begin_request(*, request: PersonRequest, actor: Actor, now: datetime) -> PersonRequest:
    """Somebody works on the answer. Raises NotFound, Denied, Conflict."""
    fresh = _moved(request, PersonRequest.State.IN_WORK, actor)
    fresh.save(update_fields=["state"])
    return _step(fresh, RequestStep.Verb.IN_WORK, actor=actor, now=now)


@transaction.atomic
def answer_request(*, request: PersonRequest, answer: str, actor: Actor, now: datetime) -> PersonRequest:
    """The person has the answer. Raises Refused, NotFound, Denied, Conflict."""
    if not answer.strip():
        raise Refused(_("Write in a line what the person was answered."), field="answer")
    if request.kind == PersonRequest.Kind.ERASE and request.erasure_approved_by_id is None:
        raise Refused(_("Nothing has been erased yet: ask for the erasure, and let somebody else approve it."))
    return _closed(request, PersonRequest.State.ANSWERED, RequestStep.Verb.ANSWERED, answer, actor=actor, now=now)


@transaction.atomic
def refuse_request(*, request: PersonRequest, reason: str, actor: Actor, now: datetime) -> PersonRequest:
    """The request is not met; the law wants the reason told. Raises Refused, NotFound, Denied, Conflict."""
    if not reason.strip():
        raise Refused(_("Write the reason; the person has a right to it."), field="answer")
    return _closed(request, PersonRequest.State.REFUSED, RequestStep.Verb.REFUSED, reason, actor=actor, now=now)


@transaction.atomic
def note_export(*, request: PersonRequest, actor: Actor, now: datetime, note: str) -> PersonRequest:
    """What we hold about the person has been given out. Raises NotFound, Denied."""
    return _step(locked_request(request.pk, actor, "view"), RequestStep.Verb.EXPORTED, actor=actor, now=now, note=note)


@transaction.atomic
def ask_erasure(*, request: PersonRequest, actor: Actor, now: datetime) -> PersonRequest:
    """The first of the two who erase: asks another to approve. Raises Refused, NotFound, Denied, Conflict."""
    fresh = locked_request(request.pk, actor, "edit")
    if fresh.kind != PersonRequest.Kind.ERASE:
        raise Refused(_("This request asks for something else: take down a new one that asks to erase."))
    if fresh.state != PersonRequest.State.IN_WORK:
        raise Conflict(_("First make sure who asks, and take the request into work."))
    if fresh.erasure_asked_by_id is not None:
        raise Conflict(_("The erasure has been asked for already."))
    fresh.erasure_asked_by_id, fresh.erasure_asked_at = actor.pk, now
    fresh.save(update_fields=["erasure_asked_by", "erasure_asked_at"])
    return _step(fresh, RequestStep.Verb.ERASURE_ASKED, actor=actor, now=now)


@transaction.atomic
def approve_erasure(*, request: PersonRequest, actor: Actor, now: datetime) -> PersonRequest:
    """The second of the two: from here on the person is erased. Raises Refused, NotFound, Denied, Conflict."""
    fresh = locked_request(request.pk, actor, "approve")
    if fresh.erasure_asked_by_id is None or fresh.closed_at is not None:
        raise Conflict(_("Nobody has asked for this erasure yet."))
    if fresh.erasure_approved_by_id is not None:
        raise Conflict(_("This person has been erased already."))
    if actor.pk is None or fresh.erasure_asked_by_id == actor.pk:
        raise Denied(_("You asked for this erasure yourself: somebody else has to approve it."))
    fresh.erasure_approved_by_id = actor.pk
    fresh.save(update_fields=["erasure_approved_by"])
    return _step(fresh, RequestStep.Verb.ERASED, actor=actor, now=now)


def locked_request(request_id: int, actor: Actor, action: str) -> PersonRequest:
    """The request, locked until the transaction ends. Raises NotFound if unseen, Denied if seen but out of reach."""
    there = PersonRequest.objects.for_user(actor, action).filter(pk=request_id)
    if request := there.select_for_update(of=("self",)).first():
        return request
    if PersonRequest.objects.for_user(actor, "view").filter(pk=request_id).exists():
        raise Denied(_("You may see this request, but not do this. Ask your administrator if you need to."))
    raise NotFound(_("There is no such request."))


def _moved(request: PersonRequest, state: str, actor: Actor) -> PersonRequest:
    fresh = locked_request(request.pk, actor, "edit")
    if not may_become(fresh.state, state):
        sentence = _("This request is “%(state)s”: it cannot become “%(wanted)s” now.")
        words = {"state": fresh.get_state_display(), "wanted": PersonRequest.State(state).label}
        raise Conflict(sentence % words)
    fresh.state = state
    return fresh


def _closed(
    request: PersonRequest, state: str, verb: str, answer: str, *, actor: Actor, now: datetime
) -> PersonRequest:
    fresh = _moved(request, state, actor)
    fresh.answer, fresh.closed_at, fresh.closed_by_id = answer.strip(), now, actor.pk
    fresh.save(update_fields=["state", "answer", "closed_at", "closed_by"])
    return _step(fresh, verb, actor=actor, now=now)


def _step(request: PersonRequest, verb: str, *, actor: Actor, now: datetime, note: str = "") -> PersonRequest:
    RequestStep.objects.create(request=request, verb=verb, at=now, by_id=actor.pk, note=note.strip())
    trail.record(
        verb=verb,
        kind="privacy",
        object_id=request.pk,
        customer_id=request.customer_id,
        actor=actor,
        now=now,
        changes={"state": [None, request.state], "kind": [None, request.kind]},
        note=request.number,
    )
    return request
