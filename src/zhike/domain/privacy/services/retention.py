"""How long things are kept: changed by people, followed by the night."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.privacy.models import RetentionRule
from zhike.domain.privacy.rules.retention import LONGEST, PERIODS
from zhike.kernel import trail
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def change_rule(*, key: str, amount: int, is_on: bool, actor: Actor, now: datetime) -> RetentionRule:
    """Set a period of keeping and whether it is followed: for the whole company, so by whoever may approve all.

    Raises NotFound, Denied, and Refused below the floor.
    """
    if actor.level("privacy", "approve") < Level.ALL:
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    period = PERIODS.get(key)
    if period is None:
        raise NotFound(_("There is no such period of keeping."))
    if not period.floor <= amount <= LONGEST:
        sentence = _("Choose a number from %(least)s to %(most)s.")
        raise Refused(sentence % {"least": period.floor, "most": LONGEST}, field="amount")
    rule, _is_new = RetentionRule.objects.select_for_update().get_or_create(
        key=key, defaults={"amount": period.ordinary, "is_on": not period.is_business}
    )
    after = {"amount": amount, "is_on": is_on}
    changes = trail.differences({name: getattr(rule, name) for name in after}, after)
    if changes:
        rule.amount, rule.is_on, rule.changed_at, rule.changed_by_id = amount, is_on, now, actor.pk
        rule.save(update_fields=["amount", "is_on", "changed_at", "changed_by"])
        trail.record(
            verb="changed", kind="retention", object_id=rule.pk, actor=actor, now=now, changes=changes, note=key
        )
    return rule


@transaction.atomic
def note_run(*, key: str, count: int, now: datetime) -> None:
    """Keep when a rule was last followed and how much it touched; a run that touched something leaves a trail row."""
    rule, _is_new = RetentionRule.objects.get_or_create(
        key=key, defaults={"amount": PERIODS[key].ordinary, "is_on": not PERIODS[key].is_business}
    )
    rule.last_run_at, rule.last_count = now, count
    rule.save(update_fields=["last_run_at", "last_count"])
    if count:
        trail.record(
            verb="followed",
            kind="retention",
            object_id=rule.pk,
            actor=None,
            now=now,
            changes={"count": [None, count]},
            note=key,
        )
