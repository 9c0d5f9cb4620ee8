"""Commitments come into being: by an event that standards answer, or as somebody's free next action."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.commitments.queries.company import due_in_words, organisation, rule_in_words, working_calendar
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Standing
from zhike.kernel import trail
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor, Level, Way, way

LONGEST_CONTENT = 300


class NobodyToOweError(Refused):
    """There is no active person in the company who could own a commitment."""

    def __init__(self) -> None:
        super().__init__(_("Nobody is active here who could keep this promise: add or activate a person first."))


@transaction.atomic
def start(
    *, event: str, customer: Customer, source_kind: str, source_id: int, now: datetime, actor: Actor | None
) -> list[Commitment]:
    """Make what the standards promise when that event happens to that customer; the clock runs from `now`.

    Announcing an event again changes nothing while the commitments of the first time are open.
    Raises NobodyToOweError.
    """
    standards = _applicable(event, customer)
    if not standards:
        return []
    already = set(
        Commitment.objects.unscoped("the same event must not promise twice")
        .filter(customer=customer, source_kind=source_kind, source_id=source_id, closed_at__isnull=True)
        .values_list("standard__key", flat=True)
    )
    calendar, people = working_calendar(), organisation()
    made = []
    for standard in standards:
        if standard.key in already:
            continue
        owner = people.pick(
            standard.owner_role, customer=customer.pk, owner=customer.owner_id, department=customer.department_id
        )
        if owner is None:
            raise NobodyToOweError
        due_at = due_in_words(now, rule_in_words(standard.rule), calendar)
        made.append(
            Commitment.objects.create(
                customer=customer,
                standard=standard,
                owner_id=owner,
                due_at=due_at,
                source_kind=source_kind,
                source_id=source_id,
                created_at=now,
            )
        )
        _record(made[-1], standard.key, actor=actor, now=now)
    return made


@transaction.atomic
def promise(
    *,
    customer: Customer,
    content: str,
    owner: User,
    due_at: datetime,
    source_kind: str,
    source_id: int | None,
    now: datetime,
    actor: Actor | None,
) -> Commitment:
    """Make a free next action. Raises Refused where it says nothing, is past already, or its owner has left; Denied."""
    if actor is not None and not _may_promise(actor, owner, customer):
        raise Denied(_("You may not promise this customer anything. Ask its owner or your administrator."))
    if not content.strip():
        raise Refused(_("Say in a few words what is to be done next."), field="content")
    if len(content.strip()) > LONGEST_CONTENT:
        sentence = _("The next action is too long: at most %(most)s characters, and this has %(length)s.")
        raise Refused(sentence % {"most": LONGEST_CONTENT, "length": len(content.strip())}, field="content")
    if due_at <= now:
        raise Refused(_("The deadline is already over: choose a time that is still to come."), field="due_at")
    if not owner.is_active:
        sentence = _("%(name)s no longer works here: choose somebody who is active.")
        raise Refused(sentence % {"name": owner.name}, field="owner")
    made = Commitment.objects.create(
        customer=customer,
        content=content.strip(),
        owner=owner,
        due_at=due_at,
        source_kind=source_kind,
        source_id=source_id,
        created_at=now,
        opens_customer=opens_customer(actor, owner, customer, "create"),
    )
    # What is promised stands with the commitment: it may name people, and lines of the trail stay for ever.
    _record(made, "", actor=actor, now=now)
    return made


def _may_promise(actor: Actor, owner: User, customer: Customer) -> bool:
    """What one will owe oneself needs the right alone; what others will owe, also the customer within its reach."""
    if owner.pk == actor.pk:
        return actor.level("commitment", "create") > Level.NONE
    return way(actor, "commitment", "create", customer) is not None


def opens_customer(actor: Actor | None, owner: User, customer: Customer, action: str) -> bool:
    """Whether the owner may see the customer on account of a promise that the actor makes, or gives him.

    Nobody lets himself in, and whoever has the customer in sight only for a time, or by work, lets in nobody.
    """
    if actor is None:
        return True
    return owner.pk != actor.pk and way(actor, "commitment", action, customer) not in (None, Way.SHARED, Way.WORK)


def _applicable(event: str, customer: Customer) -> list[ServiceStandard]:
    standings = dict(
        Standing.objects.unscoped("the standards ask for the customer's tier")
        .filter(customer=customer, ended_on__isnull=True)
        .values_list("scheme_id", "tier")
    )
    standards = ServiceStandard.objects.filter(
        Q(scheme__isnull=True) | Q(scheme__in=standings),
        trigger=ServiceStandard.Trigger.EVENT,
        event=event,
        retired_at__isnull=True,
    ).order_by("key")
    return [row for row in standards if row.scheme_id is None or standings[row.scheme_id] in row.tiers]


def _record(commitment: Commitment, what: str, *, actor: Actor | None, now: datetime) -> None:
    trail.record(
        verb="promised",
        kind="commitment",
        object_id=commitment.pk,
        customer_id=commitment.customer_id,
        actor=actor,
        now=now,
        changes={"owner": [None, commitment.owner_id], "due_at": [None, commitment.due_at]},
        note=what,
    )
