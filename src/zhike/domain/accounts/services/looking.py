"""Somebody looks at the pages as another person sees them: only to read, and never further than one's own sight."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import User
from zhike.kernel import trail
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Level


@transaction.atomic
def begin_looking(*, person: User, actor: User, now: datetime) -> None:
    """Put on the trail that the actor looks as that person. Raises Refused or Denied where that may not be."""
    if person.pk == actor.pk:
        raise Refused(_("These are your own pages already."))
    if not may_look(actor, person.at(now)):
        raise Denied(
            _("%(name)s may see more than you, or has left: you cannot look at these pages.") % {"name": person.name}
        )
    trail.record(verb="viewed_as", kind="person", object_id=person.pk, actor=actor, now=now)


@transaction.atomic
def end_looking(*, person: User, actor: User, now: datetime) -> None:
    """Put on the trail that the actor has looked enough."""
    trail.record(verb="viewed_as_ended", kind="person", object_id=person.pk, actor=actor, now=now)


def may_look(actor: User, person: User) -> bool:
    """Whether the actor may see all of whatever the person may see some of, and keeps the people here."""
    if not (person.is_active and actor.may("person", "edit")):
        return False
    return all(
        actor.level(kind, "view") == Level.ALL for kind in rules.KINDS if person.level(kind, "view") > Level.NONE
    )
