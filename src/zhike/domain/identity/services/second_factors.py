"""Second factors: codes are spent once, and an administrator can take a lost one away."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import revoke_api_tokens
from zhike.domain.identity import rules
from zhike.domain.identity.services.sealing import SECOND_FACTORS, unseal
from zhike.domain.identity.services.sessions import end_sessions
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def spend_code(*, person: User, code: str, now: datetime) -> Authenticator | None:
    """The second factor that the code belongs to, where it is right and was never used; None where not."""
    for factor in Authenticator.objects.select_for_update().filter(user_id=person.pk).order_by("-type"):
        if factor.type == Authenticator.Type.TOTP:
            secret = unseal(factor.data["secret"], place=SECOND_FACTORS)
            step = rules.matching_step(secret, code, now=now, after=factor.data.get("spent", -1))
            if step is None:
                continue
            factor.data["spent"] = step
            factor.save(update_fields=["data"])
            return factor
        if factor.type == Authenticator.Type.RECOVERY_CODES and factor.wrap().validate_code("".join(code.split())):
            trail.record(verb="use_recovery_code", kind="person", object_id=person.pk, actor=person, now=now)
            return factor
    return None


@transaction.atomic
def record_second_factor(*, person: User, is_on: bool, now: datetime) -> None:
    """A line of the trail for somebody who turned the own second factor on or off."""
    changes = {"second_factor": [not is_on, is_on]}
    trail.record(verb="change", kind="person", object_id=person.pk, actor=person, now=now, changes=changes)


@transaction.atomic
def reset_second_factor(*, person: User, actor: Actor | None, now: datetime) -> None:
    """Take a person's second factor and recovery codes away; the password opens the door again.

    Sessions and tokens end. Raises Refused for oneself, and where there is none.
    """
    if actor is not None and actor.pk == person.pk:
        raise Refused(_("Turn your own second factor off under “My profile”, or let another administrator do it."))
    gone, _per_model = Authenticator.objects.filter(user_id=person.pk).delete()
    if not gone:
        raise Refused(_("%(name)s has no second factor.") % {"name": person.name})
    trail.record(
        verb="reset_second_factor",
        kind="person",
        object_id=person.pk,
        actor=actor,
        now=now,
        changes={"second_factor": [True, False]},
    )
    end_sessions(person=person, actor=actor, now=now)
    revoke_api_tokens(person=person, actor=actor, now=now)
