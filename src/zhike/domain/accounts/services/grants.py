"""Rights given to one person beyond the roles, for a reason and for a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import Grant, User
from zhike.domain.accounts.services.permissions import refuse_half_the_company
from zhike.kernel import trail
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.scope import Actor, Level

LONGEST: Final = timedelta(days=366)
"""A grant is for an exception; what is to last belongs into a role."""


@transaction.atomic
def give_grant(
    *,
    person: User,
    kind: str,
    action: str,
    level: Level,
    until: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Grant:
    """Widen one right of one person until that moment; it counts at once. Raises Refused naming the field."""
    if action not in rules.KINDS.get(kind, ()) or level == Level.NONE:
        raise Refused(_("There is nothing to permit under “%(cell)s”.") % {"cell": f"{kind}.{action}"}, field="right")
    refuse_half_the_company(kind, action, level)
    if actor.pk == person.pk:
        raise Refused(_("You cannot give rights to yourself; another administrator can."))
    if not person.is_active:
        raise Refused(_("%(person)s no longer works here: choose somebody else.") % {"person": person})
    roles = [role.key for role in person.roles.all()] or [""]
    are_separate = queries.administrators_are_separate()
    if not all(rules.may_hold_cell(role, (kind, action), are_separate=are_separate) for role in roles):
        sentence = _("While administrators are separate, “%(cell)s” belongs to another of them.")
        raise Refused(sentence % {"cell": f"{kind}.{action}"}, field="right")
    if not reason.strip():
        raise Refused(_("Say why this right is given."), field="reason")
    if not now < until <= now + LONGEST:
        raise Refused(_("Choose a day to come, at most a year away."), field="until")
    grant = Grant.objects.create(
        person=person,
        kind=kind,
        action=action,
        level=level,
        until=until,
        reason=reason.strip(),
        given_by_id=actor.pk,
        given_at=now,
    )
    changes: trail.Changes = {f"{kind}.{action}": [None, level.name.lower()], "until": [None, until]}
    _record(person, changes, grant.reason, actor, now)
    return grant


@transaction.atomic
def end_grant(*, person: User, grant_id: int, actor: Actor, now: datetime) -> Grant:
    """Take a right back before its time. Raises NotFound."""
    grant = Grant.objects.filter(person=person, pk=grant_id, ended_at__isnull=True, until__gt=now).first()
    if grant is None:
        raise NotFound(_("There is no such right to take back."))
    _end([grant], person, actor, now)
    return grant


@transaction.atomic
def end_grants(*, person: User, actor: Actor, now: datetime) -> int:
    """Take every right back that somebody was given for a time. Returns how many."""
    live = list(Grant.objects.filter(person=person, ended_at__isnull=True, until__gt=now))
    _end(live, person, actor, now)
    return len(live)


def _end(grants: list[Grant], person: User, actor: Actor, now: datetime) -> None:
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(ended_at=now)
    for grant in grants:
        changes = {f"{grant.kind}.{grant.action}": [Level(grant.level).name.lower(), None]}
        _record(person, changes, grant.reason, actor, now)


def _record(person: User, changes: trail.Changes, reason: str, actor: Actor, now: datetime) -> None:
    said: trail.Changes = changes | {"reason": [None, reason]}
    trail.record(verb="granted", kind="person", object_id=person.pk, actor=actor, now=now, changes=said)
