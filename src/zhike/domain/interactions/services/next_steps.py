"""The next actions that stand beside interactions in a file become promises, as far as they still lie ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from zhike.domain.accounts.models import User
from zhike.domain.commitments import services as commitments
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import working_calendar
from zhike.domain.imports.rules.changes import Applied, Change
from zhike.domain.imports.rules.fields import InteractionRow
from zhike.domain.imports.services import Keeping, take_back
from zhike.domain.interactions.models import Interaction
from zhike.kernel.clock import local_date
from zhike.kernel.scope import Actor


def promise_next_steps(
    made: Sequence[tuple[Interaction, InteractionRow]], *, staff: dict[str, int], actor: Actor, now: datetime
) -> list[Change]:
    """Promise what the rows say is to be done on a day to come, to its end; by the first colleague named, else the
    customer's owner, else whoever brings the file. What nobody can be asked for, or lies behind, stays in the file.
    """
    today = local_date(now)
    wanted = [
        (each, row.next_action, row.next_action_on, _owner_id(each, row, staff, actor))
        for each, row in made
        if row.next_action and row.next_action_on and row.next_action_on > today
    ]
    people = User.objects.filter(is_active=True).in_bulk([owner for *_rest, owner in wanted if owner])
    calendar = working_calendar() if wanted else None
    changes: list[Change] = []
    for interaction, content, day, owner in wanted:
        if calendar is None or owner not in people:
            continue
        commitment = commitments.promise(
            customer=interaction.customer,
            content=content,
            owner=people[owner],
            due_at=calendar.aware(calendar.end_of(day)),
            source_kind="interaction",
            source_id=interaction.pk,
            now=now,
            actor=actor,
        )
        changes.append(Change("commitment", commitment.pk))
    return changes


def withdraw_next_steps(applied: Sequence[Applied], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Take back the promises that a batch made and nobody has touched; what came of each by id.

    The actor must be able to change them, or the interactions in which they were given.
    """
    given_in = Interaction.objects.for_user(actor, "edit").values("pk")
    own = Q(source_kind="interaction", source_id__in=given_in)
    return take_back(replace(_KEEPING, own=own), applied, actor=actor, now=now)


def _owner_id(interaction: Interaction, row: InteractionRow, staff: dict[str, int], actor: Actor) -> int | None:
    named = next((staff[name] for name in row.staff or () if name in staff), None)
    return named or interaction.customer.owner_id or actor.pk


def _is_touched(commitment: Commitment) -> bool:
    return commitment.closed_at is not None


_KEEPING = Keeping(model=Commitment, kind="commitment", is_touched=_is_touched)
