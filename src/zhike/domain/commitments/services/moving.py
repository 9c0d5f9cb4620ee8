"""An open commitment changes hands or days; its promise stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries.company import working_calendar
from zhike.domain.commitments.services.making import opens_customer
from zhike.kernel import trail
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor


def snooze(*, commitment: Commitment, until: datetime, reason: str, now: datetime, actor: Actor | None) -> Commitment:
    """Put it out of sight until then; the deadline and its escalation stay. Raises Refused, Conflict."""
    if not reason.strip():
        raise Refused(_("Say why this waits."), field="reason")
    if until <= now:
        raise Refused(_("Choose a time that is still to come."), field="until")
    return _change(commitment, "snoozed", {"snoozed_until": until}, note=reason.strip(), now=now, actor=actor)


def wake(*, commitment: Commitment, now: datetime, actor: Actor | None) -> Commitment:
    """Put it back in sight before its day. Raises Conflict."""
    return _change(commitment, "woken", {"snoozed_until": None}, now=now, actor=actor)


@transaction.atomic
def reassign(*, commitment: Commitment, owner: User, now: datetime, actor: Actor | None) -> Commitment:
    """Give it to somebody else, who keeps it even when the customer changes hands. Raises Refused, Conflict."""
    if not owner.is_active:
        sentence = _("%(name)s no longer works here: choose somebody who is active.")
        raise Refused(sentence % {"name": owner.name}, field="owner")
    fields = {"owner_id": owner.pk, "assigned_by_id": actor.pk if actor else None}
    given = _change(commitment, "reassigned", fields, now=now, actor=actor)
    if not given.opens_customer and opens_customer(actor, owner, given.customer, "assign"):
        given.opens_customer = True
        given.save(update_fields=["opens_customer"])
    return given


@transaction.atomic
def pass_on(*, heirs: Mapping[int, tuple[int, int]], now: datetime, actor: Actor | None) -> int:
    """What former owners of customers owe them, beside the items of care plans, goes to the new ones; returns how much.

    `heirs` are the former and the new owner of each customer, by ids; the new ones must be active.
    """
    rows = Commitment.objects.unscoped("what a former owner owes follows the customer").open()
    owed = rows.filter(customer__in=heirs, cycle="").select_for_update(of=("self",)).order_by("pk")
    moved = [each for each in owed if heirs[each.customer_id][0] == each.owner_id != heirs[each.customer_id][1]]
    return _hand([(each, heirs[each.customer_id][1]) for each in moved], now=now, actor=actor)


@transaction.atomic
def pass_on_everything(*, person: User, heir: User, now: datetime, actor: Actor | None) -> int:
    """All that somebody still owes to anybody, items of care plans among it, goes to the heir; returns how much."""
    rows = Commitment.objects.unscoped("who goes can keep no promise").open()
    owed = rows.filter(owner=person).select_for_update(of=("self",)).order_by("pk")
    return _hand([(each, heir.pk) for each in owed], now=now, actor=actor)


@transaction.atomic
def give_back(*, customer_ids: Sequence[int], moved_at: datetime, now: datetime, actor: Actor) -> int:
    """What a hand-over of that moment passed on goes back to who owed it, unless it has moved or ended since.

    What somebody owed who has left stays where it is.
    """
    lines = Activity.objects.filter(kind="commitment", verb="reassigned", at=moved_at, actor_id=actor.pk)
    changed = lines.filter(customer_id__in=customer_ids).values_list("object_id", "changes")
    owners = {pk: changes["owner_id"] for pk, changes in changed if "owner_id" in changes}
    rows = Commitment.objects.unscoped("what a hand-over took along comes back with it").open()
    owed = rows.filter(pk__in=owners).select_for_update(of=("self",)).order_by("pk")
    active = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    moved = [
        (each, owners[each.pk][0])
        for each in owed
        if each.owner_id == owners[each.pk][1] and owners[each.pk][0] in active
    ]
    return _hand(moved, now=now, actor=actor)


def _hand(moved: Sequence[tuple[Commitment, int]], *, now: datetime, actor: Actor | None) -> int:
    """Give each commitment to the person with that id. Items of care plans stay free to follow their plan."""
    trail.record_many(
        [(each.pk, each.customer_id, {"owner_id": [each.owner_id, owner]}) for each, owner in moved],
        verb="reassigned",
        kind="commitment",
        actor=actor,
        now=now,
    )
    for each, owner in moved:
        each.owner_id = owner
        each.assigned_by_id = actor.pk if actor and not each.cycle else None
    rows = Commitment.objects.unscoped("found and locked by the caller")
    rows.bulk_update([each for each, _owner in moved], ["owner", "assigned_by"], batch_size=200)
    return len(moved)


def reschedule(*, commitment: Commitment, planned_on: date, now: datetime, actor: Actor | None) -> Commitment:
    """Move it to another working day, by whose close it is then due. Raises Refused, Conflict."""
    calendar = working_calendar()
    if planned_on < local_date(now):
        raise Refused(_("That day is over: choose a day that is still to come."), field="planned_on")
    if not calendar.is_working_day(planned_on):
        sentence = _("%(day)s is not a working day; the next one is %(next)s.")
        following = calendar.working_day_after(planned_on)
        raise Refused(sentence % {"day": planned_on, "next": following}, field="planned_on")
    fields: dict[str, Any] = {
        "planned_on": planned_on if commitment.cycle else None,
        "due_at": calendar.aware(calendar.closes_at(planned_on)),
    }
    return _change(commitment, "rescheduled", fields, now=now, actor=actor)


@transaction.atomic
def _change(
    commitment: Commitment, verb: str, fields: dict[str, Any], *, now: datetime, actor: Actor | None, note: str = ""
) -> Commitment:
    before = {field: getattr(commitment, field) for field in fields}
    if (
        not Commitment.objects.unscoped("the caller has found this commitment for the actor")
        .filter(pk=commitment.pk, closed_at__isnull=True)
        .update(**fields)
    ):
        raise Conflict(_("This promise has been closed already: reload the page to see how it ended."))
    trail.record(
        verb=verb,
        kind="commitment",
        object_id=commitment.pk,
        customer_id=commitment.customer_id,
        actor=actor,
        now=now,
        changes=trail.differences(before, fields) | ({"closing_note": [None, note]} if note else {}),
    )
    commitment.refresh_from_db()
    return commitment
