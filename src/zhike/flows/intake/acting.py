"""On whose behalf a batch is written, with the rights that this person has at the moment: they may end half-way."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.imports.models import Batch
from zhike.kernel.errors import Denied
from zhike.kernel.scope import Actor, Level


def anew(actor: Actor, *, now: datetime) -> Actor:
    """The same actor, a person read again with the rights of now."""
    return User.objects.get(pk=actor.pk).at(now) if isinstance(actor, User) else actor


def importer(batch: Batch, *, now: datetime) -> Actor:
    """Who uploaded the batch, or the system by command line. Raises Denied for whoever may not import any more."""
    actor = anew(batch.made_by, now=now) if batch.made_by else SystemActor()
    if actor.level("import", "create") == Level.NONE:
        sentence = _(
            "Stopped: %(person)s may not import files any more. What was imported so far stands and can be undone."
        )
        raise Denied(sentence % {"person": batch.made_by})
    return actor
