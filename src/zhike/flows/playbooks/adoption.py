"""A playbook becomes the way the company works: roles, schemes, standards, working time, each new version traced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import follow_playbook, put_role
from zhike.domain.commitments.models import ServiceStandard
from zhike.domain.commitments.services import StandardValues, put_closures, put_standard, retire_standard
from zhike.domain.segmentation.models import Scheme
from zhike.domain.segmentation.queries import versions_in_force
from zhike.domain.segmentation.rules import SCHEME
from zhike.domain.segmentation.services import put_scheme, retire_scheme
from zhike.flows.playbooks.model import Playbook, Standard
from zhike.kernel.errors import Denied
from zhike.kernel.scope import Level


@dataclass(frozen=True)
class Adopted:
    """How many parts became different; all zero where the company works by the playbook already."""

    roles: int
    schemes: int
    standards: int
    retired: int
    calendar: int

    @property
    def changes(self) -> int:
        """Everything together."""
        return self.roles + self.schemes + self.standards + self.retired + self.calendar


@transaction.atomic
def adopt(playbook: Playbook, *, now: datetime, actor: User | None) -> Adopted:
    """Work by a playbook from now on; what is in force already stays as it is, so a second time changes nothing.

    Schemes and standards that the playbook does not have are retired; their history stays. Roles are never taken away:
    people have them. Tiers and care plans follow with the next night. The company must have been founded.

    Raises Denied, with nothing done, where a role would become another one and the actor does not look after access.
    """
    may_change_roles = actor is None or actor.level("security", "edit") == Level.ALL
    roles = sum(
        put_role(key=role.key, name=role.name.model_dump(), levels=role.levels(), actor=actor, now=now)
        for role in playbook.roles
    )
    if roles and not may_change_roles:
        raise Denied(_("This playbook changes what roles may do: whoever looks after access can adopt it."))
    schemes = _put_schemes(playbook, now=now, actor=actor)
    scheme_ids = dict(Scheme.objects.values_list("key", "pk"))
    standards = sum(
        put_standard(values=_values(standard, playbook.key, scheme_ids), actor=actor, now=now)
        for standard in playbook.standards
    )
    retired = _retire_others(playbook, now=now, actor=actor)
    time = playbook.working_time
    calendar = follow_playbook(playbook=playbook.key, opening_hours=time.opening_hours(), actor=actor, now=now)
    days = [(exception.day, exception.name, exception.is_working) for exception in time.exceptions]
    return Adopted(roles, schemes, standards, retired, calendar + put_closures(days=days, actor=actor, now=now))


def _put_schemes(playbook: Playbook, *, now: datetime, actor: User | None) -> int:
    before = dict(versions_in_force().values_list("scheme__key", "pk"))
    changed = 0
    for position, spec in enumerate(playbook.schemes):
        definition = SCHEME.dump_python(spec, mode="json")
        version = put_scheme(definition=definition, actor=actor, now=now, position=position, is_primary=position == 0)
        changed += before.get(spec.key) != version.pk
    return changed


def _values(standard: Standard, playbook: str, scheme_ids: dict[str, int]) -> StandardValues:
    audience = standard.audience
    return StandardValues(
        key=standard.key,
        name=standard.name.model_dump(),
        content=standard.content.model_dump() if standard.content else {},
        guide=standard.guide.model_dump() if standard.guide else {},
        trigger=ServiceStandard.Trigger.EVENT.value if standard.when else ServiceStandard.Trigger.CADENCE.value,
        event=standard.when or "",
        rule=standard.within or standard.every or "",
        scheme_id=scheme_ids[audience.scheme] if audience else None,
        tiers=list(audience.tiers) if audience else [],
        owner_role=standard.by,
        channel="" if standard.through == "any" else standard.through,
        escalation=list(standard.escalate),
        playbook=playbook,
    )


def _retire_others(playbook: Playbook, *, now: datetime, actor: User | None) -> int:
    kept = {standard.key for standard in playbook.standards}
    gone = list(ServiceStandard.objects.filter(retired_at__isnull=True).exclude(key__in=kept))
    for standard in gone:
        retire_standard(standard=standard, actor=actor, now=now)
    schemes = {spec.key for spec in playbook.schemes}
    others = list(Scheme.objects.filter(retired_at__isnull=True).exclude(key__in=schemes))
    for scheme in others:
        retire_scheme(scheme_key=scheme.key, actor=actor, now=now)
    return len(gone) + len(others)
