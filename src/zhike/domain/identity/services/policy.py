"""The rules by which people sign in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.identity import rules
from zhike.domain.identity.models import Policy
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def change_policy(
    *, profile: str, second_factor: str, idle_minutes: int, absolute_hours: int, actor: Actor | None, now: datetime
) -> Policy:
    """Change how people sign in; sessions follow at once, passwords when they are next chosen or used.

    Raises Refused for times outside what is allowed, and for second factors of nobody: only a demo goes without.
    """
    if not rules.IDLE_MINUTES[0] <= idle_minutes <= rules.IDLE_MINUTES[1]:
        sentence = _("Choose from %(least)s to %(most)s minutes.")
        raise Refused(sentence % dict(zip(("least", "most"), rules.IDLE_MINUTES, strict=True)), field="idle_minutes")
    if not rules.ABSOLUTE_HOURS[0] <= absolute_hours <= rules.ABSOLUTE_HOURS[1]:
        sentence = _("Choose from %(least)s to %(most)s hours.")
        raise Refused(
            sentence % dict(zip(("least", "most"), rules.ABSOLUTE_HOURS, strict=True)), field="absolute_hours"
        )
    rule = Policy.objects.select_for_update().first() or Policy()
    if second_factor == Policy.SecondFactor.NOBODY and not rule.is_demo:
        sentence = _("Whoever changes settings or access must have a second factor: only a demo goes without.")
        raise Refused(sentence, field="second_factor")
    after = {
        "profile": profile,
        "second_factor": second_factor,
        "idle_minutes": idle_minutes,
        "absolute_hours": absolute_hours,
    }
    changes = trail.differences({field: getattr(rule, field) for field in after}, after)
    if changes:
        for field, value in after.items():
            setattr(rule, field, value)
        rule.changed_at = now
        rule.save()
        trail.record(verb="change", kind="sign_in_policy", object_id=rule.pk, actor=actor, now=now, changes=changes)
    return rule


@transaction.atomic
def open_for_show(*, actor: Actor | None, now: datetime) -> None:
    """Mark an installation as a demo: nobody is made to enrol a second factor, and the pages say so."""
    rule = Policy.objects.select_for_update().first() or Policy()
    rule.is_demo, rule.second_factor, rule.changed_at = True, Policy.SecondFactor.NOBODY, now
    rule.save()
    changes = {"is_demo": [False, True], "second_factor": [None, rule.second_factor]}
    trail.record(verb="change", kind="sign_in_policy", object_id=rule.pk, actor=actor, now=now, changes=changes)
