"""A contact with a customer is logged: promises kept, next actions made, the next step proposed; one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.care.services import replan
from zhike.domain.commitments import services as commitments
from zhike.domain.commitments.models import Commitment, CommitmentQuerySet
from zhike.domain.commitments.queries import commitment_file, wording, working_calendar
from zhike.domain.commitments.rules.due import add_months
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import add_contact
from zhike.domain.interactions import services as interactions
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.queries import promise_of
from zhike.domain.interactions.rules import best_match
from zhike.domain.segmentation.services import reevaluate
from zhike.kernel.clock import local_date
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.scope import Actor

SOURCE = "interaction"
MONTHS_TO_NEXT_CONTACT = 1


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """What somebody will do next for the customer, by the close of that day."""

    content: str
    owner: User
    due_on: date


@dataclass(frozen=True, kw_only=True)
class NewInteraction:
    """What a person knows about a contact with a customer when logging it.

    `fulfils` are the promises it kept; None leaves it to the rules to find the one it keeps. `reports_change` says that
    the customer told of a change (a contact who left, a new need) which the archive must follow.
    """

    customer: Customer
    channel: str
    occurred_at: datetime
    contacts: Sequence[Contact] = ()
    new_contact: str = ""
    staff: Sequence[User] = ()
    is_connected: bool = True
    summary: str = ""
    feedback: str = ""
    mentions_competitor: bool = False
    mentions_leaving: bool = False
    reports_change: bool = False
    next_actions: Sequence[NextAction] = ()
    fulfils: Sequence[Commitment] | None = None
    token: str = ""


@dataclass(frozen=True)
class Proposal:
    """The next step towards a customer: an item of its care plan, or else a new action that suggests itself."""

    content: str
    due_on: date
    planned: Commitment | None = None


@dataclass(frozen=True)
class Logged:
    """An interaction and what it brought about."""

    interaction: Interaction
    fulfilled: list[Commitment] = field(default_factory=list)
    promised: list[Commitment] = field(default_factory=list)
    proposal: Proposal | None = None


@transaction.atomic
def log_interaction(*, form: NewInteraction, actor: Actor, now: datetime) -> Logged:
    """Log a contact with everything that follows from it; a repeated token gives back what the first one did.

    What keeps a promise says what was said. Raises Refused naming the field, NotFound, Denied, Conflict where a promise
    has been closed meanwhile.
    """
    contacts = list(form.contacts)
    interaction, is_new = interactions.log(
        customer=form.customer,
        channel=form.channel,
        occurred_at=form.occurred_at,
        contacts=contacts,
        staff=form.staff,
        is_connected=form.is_connected,
        summary=form.summary,
        feedback=form.feedback,
        mentions_competitor=form.mentions_competitor,
        mentions_leaving=form.mentions_leaving,
        token=form.token,
        actor=actor,
        now=now,
    )
    if not is_new:
        return _as_logged(interaction, actor=actor, now=now)
    if form.new_contact.strip():
        interaction.contacts.add(
            add_contact(customer=form.customer, actor=actor, now=now, name=form.new_contact.strip())
        )
    fulfilled = _fulfil(form, interaction, actor=actor, now=now)
    promised = _promise(form, interaction, actor=actor, now=now)
    if reevaluate(customer_id=form.customer.pk, as_of=local_date(now)):
        replan(as_of=local_date(now), now=now, customer_ids=[form.customer.pk])
    return Logged(interaction, fulfilled, promised, propose(interaction, actor=actor, now=now))


@transaction.atomic
def take_back(*, interaction: Interaction, actor: Actor, now: datetime) -> None:
    """Undo a log: what it kept is open again, what it promised is waived, the interaction is gone.

    Raises NotFound, Denied.
    """
    logged = _as_logged(interaction, actor=actor, now=now)
    interactions.remove(interaction=interaction, actor=actor, now=now)
    for commitment in logged.fulfilled:
        commitments.reopen(commitment=commitment, now=now, actor=actor)
    for commitment in logged.promised:
        if commitment.closed_at is None:
            reason = _("The interaction that led to it was taken back.")
            commitments.waive(commitment=commitment, reason=reason, now=now, actor=actor)


@transaction.atomic
def accept_proposal(*, interaction: Interaction, due_on: date, actor: Actor, now: datetime) -> Commitment:
    """Take the proposed next step on, on that day: the plan item moves there, or a new action is made of it.

    Raises Refused for a day that is over or not worked, NotFound where nothing is proposed any more, Denied.
    """
    proposal = propose(interaction, actor=actor, now=now)
    if proposal is None:
        raise NotFound(_("The next step has been arranged already."))
    if proposal.planned is not None:
        commitment_file(actor, proposal.planned.pk, "edit")
        if proposal.planned.planned_on == due_on:
            return proposal.planned
        return commitments.reschedule(commitment=proposal.planned, planned_on=due_on, now=now, actor=actor)
    calendar = working_calendar()
    owner = User.objects.get(pk=actor.pk)
    return commitments.promise(
        customer=interaction.customer,
        content=proposal.content,
        owner=owner,
        due_at=calendar.aware(calendar.end_of(due_on)),
        source_kind=SOURCE,
        source_id=interaction.pk,
        now=now,
        actor=actor,
    )


def propose(interaction: Interaction, *, actor: Actor, now: datetime) -> Proposal | None:
    """The next step after an interaction; None where it has promised one, or where one is planned out of sight."""
    if _promised_by(interaction).exists():
        return None
    calendar, today = working_calendar(), local_date(now)
    if not interaction.is_connected:
        return Proposal(_("Try again to reach the customer"), calendar.working_day_after(today))
    if interaction.mentions_leaving:
        return Proposal(_("Ask why the customer thinks of leaving, and answer it"), calendar.working_day_after(today))
    if interaction.mentions_competitor:
        return Proposal(_("Answer what the competitor offers"), calendar.working_day_after(today, 3))
    plan = Commitment.objects.unscoped("somebody else may have planned the next step").open().planned()
    following = plan.filter(customer=interaction.customer_id, planned_on__gt=today).select_related("standard")
    if planned := following.order_by("planned_on", "pk").first():
        if not Commitment.objects.for_user(actor).filter(pk=planned.pk).exists():
            return None
        assert planned.planned_on is not None
        return Proposal(wording(planned, get_language() or "zh-hans"), planned.planned_on, planned)
    in_a_month = add_months(today, MONTHS_TO_NEXT_CONTACT)
    day = in_a_month if calendar.is_working_day(in_a_month) else calendar.working_day_after(in_a_month)
    return Proposal(_("Keep in touch with the customer"), day)


def _fulfil(form: NewInteraction, interaction: Interaction, *, actor: Actor, now: datetime) -> list[Commitment]:
    reach = Commitment.objects.for_user(actor, "edit").filter(customer=form.customer.pk)
    if form.fulfils is None:
        kept = _found_by_rules(list(reach.open().filter(standard__isnull=False).select_related("standard")), form)
    else:
        kept = list(reach.filter(pk__in=[commitment.pk for commitment in form.fulfils]))
        if len(kept) != len(form.fulfils):
            raise NotFound(_("One of the promises is not open to you any more: reload the page and choose again."))
    if kept:
        _check_that_something_was_said(form)
    return [
        commitments.fulfil(
            commitment=commitment,
            kept_at=form.occurred_at,
            note=form.summary.strip()[: commitments.LONGEST_NOTE],
            closing_kind=SOURCE,
            closing_id=interaction.pk,
            now=now,
            actor=actor,
        )
        for commitment in kept
    ]


def _check_that_something_was_said(form: NewInteraction) -> None:
    if not form.is_connected:
        raise Refused(_("Nobody was reached, and that keeps no promise: log it without one."), field="fulfils")
    if not (form.summary.strip() or form.feedback.strip()):
        raise Refused(_("Write one line about what was said: an empty record keeps no promise."), field="summary")


def _found_by_rules(candidates: Sequence[Commitment], form: NewInteraction) -> list[Commitment]:
    if not form.is_connected:
        return []
    by_key = {commitment.pk: commitment for commitment in candidates}
    promises = (made for one in candidates if (made := promise_of(one)))
    match = best_match(promises, channel=form.channel, on=local_date(form.occurred_at))
    return [by_key[match.pk]] if match else []


def _promise(form: NewInteraction, interaction: Interaction, *, actor: Actor, now: datetime) -> list[Commitment]:
    calendar = working_calendar()
    promised = [
        commitments.promise(
            customer=form.customer,
            content=action.content,
            owner=action.owner,
            due_at=calendar.aware(calendar.end_of(action.due_on)),
            source_kind=SOURCE,
            source_id=interaction.pk,
            now=now,
            actor=actor,
        )
        for action in form.next_actions
    ]
    happened = {
        "leaving_mentioned": form.mentions_leaving,
        "competitor_mentioned": form.mentions_competitor,
        "key_change": form.reports_change,
    }
    for event in (event for event, is_true in happened.items() if is_true):
        promised += commitments.start(
            event=event, customer=form.customer, source_kind=SOURCE, source_id=interaction.pk, now=now, actor=actor
        )
    return promised


def _promised_by(interaction: Interaction) -> CommitmentQuerySet:
    rows = Commitment.objects.unscoped("the interaction has been found for the actor")
    return rows.filter(source_kind=SOURCE, source_id=interaction.pk).order_by("due_at", "pk")


def _as_logged(interaction: Interaction, *, actor: Actor, now: datetime) -> Logged:
    rows = Commitment.objects.unscoped("the interaction has been found for the actor")
    fulfilled = rows.filter(closing_kind=SOURCE, closing_id=interaction.pk).order_by("due_at", "pk")
    following = propose(interaction, actor=actor, now=now)
    return Logged(interaction, list(fulfilled), list(_promised_by(interaction)), following)
