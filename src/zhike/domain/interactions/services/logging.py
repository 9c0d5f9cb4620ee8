"""One interaction is logged, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.queries import may_take_back
from zhike.kernel import trail
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def log(
    *,
    customer: Customer,
    channel: str,
    occurred_at: datetime,
    actor: Actor,
    now: datetime,
    contacts: Sequence[Contact] = (),
    staff: Sequence[User] = (),
    is_connected: bool = True,
    summary: str = "",
    feedback: str = "",
    mentions_competitor: bool = False,
    mentions_leaving: bool = False,
    token: str = "",
) -> tuple[Interaction, bool]:
    """Write down a contact with a customer; also says whether it is new: a repeated `token` gives back the first.

    Raises Refused naming the field, NotFound where the actor may not see the customer, Denied.
    """
    _check(customer, channel, occurred_at, contacts, actor=actor, now=now)
    if token and (first := _logged_with(token, actor)):
        return first, False
    interaction = Interaction(
        customer=customer,
        channel=channel,
        occurred_at=occurred_at,
        is_connected=is_connected,
        summary=summary.strip(),
        feedback=feedback.strip(),
        mentions_competitor=mentions_competitor,
        mentions_leaving=mentions_leaving,
        logged_by_id=actor.pk,
        token=token,
        created_at=now,
    )
    try:
        with transaction.atomic():
            interaction.save(force_insert=True)
    except IntegrityError:
        if token and (first := _logged_with(token, actor)):
            return first, False
        raise
    interaction.contacts.set(contacts)
    interaction.staff.set(staff)
    _record(interaction, "logged", actor=actor, now=now)
    return interaction, True


@transaction.atomic
def remove(*, interaction: Interaction, actor: Actor, now: datetime) -> None:
    """Take an interaction off the record; the trail keeps what it said.

    Raises NotFound where it is out of sight or gone already, Denied.
    """
    found = Interaction.objects.for_user(actor).filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound(_("There is no such interaction any more."))
    if not may_take_back(actor, found, now=now):
        raise Denied(_("You may see this interaction, but not do this. Ask whoever logged it or your administrator."))
    _record(found, "removed", actor=actor, now=now)
    found.delete()


def _check(
    customer: Customer,
    channel: str,
    occurred_at: datetime,
    contacts: Sequence[Contact],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if actor.level("interaction", "create") == Level.NONE:
        raise Denied(_("You may not log interactions. Ask your administrator if you need to."))
    if not Customer.objects.for_user(actor).present().filter(pk=customer.pk).exists():
        raise NotFound(_("There is no such customer."))
    if channel not in Interaction.Channel.values:
        sentence = _("“%(channel)s” is not a channel: choose one of %(choices)s.")
        choices = ", ".join(Interaction.Channel.values)
        raise Refused(sentence % {"channel": channel, "choices": choices}, field="channel")
    if occurred_at > now:
        raise Refused(_("What has not happened yet belongs under next actions."), field="occurred_at")
    if any(contact.customer_id != customer.pk for contact in contacts):
        raise Refused(_("Choose contacts of this customer."), field="contacts")


def _logged_with(token: str, actor: Actor) -> Interaction | None:
    rows = Interaction.objects.unscoped("the same form was sent twice by one person")
    return rows.filter(logged_by=actor.pk, token=token).first()


def _record(interaction: Interaction, verb: str, *, actor: Actor, now: datetime) -> None:
    trail.record(
        verb=verb,
        kind="interaction",
        object_id=interaction.pk,
        customer_id=interaction.customer_id,
        actor=actor,
        now=now,
        changes={
            "channel": interaction.channel,
            "occurred_at": interaction.occurred_at,
            "summary": [None, interaction.summary] if verb == "logged" else [interaction.summary, None],
        },
    )
