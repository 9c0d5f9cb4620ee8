"""Reads of interactions: what logging one needs to offer, and what one brought about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.rules import SLIP_LASTS, Promise, best_match
from zhike.kernel.clock import local_date
from zhike.kernel.errors import NotFound
from zhike.kernel.scope import Actor, Level, sight_of

MOST_OFFERED = 12
AHEAD = timedelta(days=45)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a person logging an interaction with a customer can pick from; `names` are of the contacts as shown."""

    contacts: list[Contact]
    names: dict[int, str]
    people: list[User]
    open: list[Commitment]

    def match(self, channel: str, *, on: date) -> Commitment | None:
        """The open promise that an interaction through that channel on that day keeps."""
        by_key = {one.pk: one for one in self.open}
        match = best_match((made for one in self.open if (made := promise_of(one))), channel=channel, on=on)
        return by_key[match.pk] if match else None


def promise_of(commitment: Commitment) -> Promise | None:
    """What the rules need to know of a commitment; None where no standard made it, which only a person may tick."""
    if commitment.standard is None:
        return None
    return Promise(
        pk=commitment.pk,
        channel=commitment.standard.channel,
        cadence=commitment.standard.rule,
        planned_on=commitment.planned_on if commitment.cycle else None,
        due_at=commitment.due_at,
        due_on=local_date(commitment.due_at),
    )


def interaction_file(actor: Actor, interaction_id: int) -> Interaction:
    """The interaction with its people; raises NotFound if unseen."""
    rows = Interaction.objects.for_user(actor).filter(pk=interaction_id, customer__deleted_at__isnull=True)
    there = Prefetch("contacts", queryset=Contact.objects.for_user(actor))
    found = rows.select_related("customer", "logged_by").prefetch_related(there, "staff").first()
    if found is None:
        raise NotFound(_("There is no such interaction."))
    return found


def may_take_back(actor: Actor, interaction: Interaction, *, now: datetime) -> bool:
    """Whether the actor may take off the record what he sees: his own slip of the last day, or with the right to it."""
    is_own = actor.pk is not None and interaction.logged_by_id == actor.pk
    if is_own and now - interaction.created_at <= SLIP_LASTS and actor.level("interaction", "create") > Level.NONE:
        return True
    return Interaction.objects.for_user(actor, "delete").filter(pk=interaction.pk).exists()


def offer(actor: Actor, customer: Customer, *, now: datetime) -> Offer:
    """The customer's people, ours, and what is open towards the customer and not far off. Three queries."""
    contacts = Contact.objects.for_user(actor).filter(customer=customer, deleted_at__isnull=True)
    near = Q(due_at__lt=now + AHEAD)
    commitments = Commitment.objects.for_user(actor, "edit").open().filter(near, customer=customer)
    there, sight = list(contacts.order_by("-is_primary", "pk")), sight_of(actor, customer)
    return Offer(
        contacts=there,
        names={one.pk: sight.show(one).name for one in there},
        people=list(User.objects.filter(is_active=True).order_by("name", "pk")),
        open=list(commitments.select_related("standard", "owner").order_by("due_at", "pk")[:MOST_OFFERED]),
    )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an interaction brought about: promises it kept, and promises it gave."""

    kept: list[Commitment]
    given: list[Commitment]


def outcome(actor: Actor, interaction: Interaction) -> Outcome:
    """Read it back from the commitments that name the interaction. Two queries."""
    rows = Commitment.objects.for_user(actor).filter(customer=interaction.customer_id)
    rows = rows.select_related("standard", "owner").order_by("due_at", "pk")
    return Outcome(
        kept=list(rows.filter(closing_kind="interaction", closing_id=interaction.pk)),
        given=list(rows.filter(source_kind="interaction", source_id=interaction.pk)),
    )
