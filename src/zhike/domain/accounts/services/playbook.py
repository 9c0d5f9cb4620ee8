"""What a playbook says about the company itself: its working week, its roles, and what each role may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Company, Role
from zhike.domain.accounts.services.permissions import change_permissions
from zhike.kernel import trail
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def follow_playbook(*, playbook: str, opening_hours: dict[str, Any], actor: Actor | None, now: datetime) -> bool:
    """The company goes by that playbook and its working week from now on; tells whether that changed anything."""
    company = Company.objects.select_for_update().get()
    after = {"playbook": playbook, "opening_hours": opening_hours}
    changes = trail.differences({field: getattr(company, field) for field in after}, after)
    if changes:
        company.playbook, company.opening_hours = playbook, opening_hours
        company.save(update_fields=list(after))
        trail.record(verb="change", kind="company", object_id=company.pk, actor=actor, now=now, changes=changes)
    return bool(changes)


@transaction.atomic
def put_role(
    *, key: str, name: dict[str, str], levels: Mapping[tuple[str, str], Level], actor: Actor | None, now: datetime
) -> bool:
    """Bring a role to that name and exactly these levels, none where nothing is said; tells whether that changed it.

    Raises Refused as `change_permissions` does.
    """
    role, is_new = Role.objects.get_or_create(key=key, defaults={"name": name})
    is_renamed = role.name != name
    if is_renamed or is_new:
        changes = {"name": [None if is_new else role.name, name]}
        role.name = name
        role.save(update_fields=["name"])
        trail.record(verb="change", kind="role", object_id=role.pk, actor=actor, now=now, changes=changes)
    cells = [(kind, action) for kind, actions in rules.KINDS.items() for action in actions]
    wanted = {cell: levels.get(cell, Level.NONE) for cell in cells}
    changed = change_permissions(role=role, levels=wanted, actor=actor, now=now)
    granted = [cell.pk for cell in role.permissions.all() if wanted.get((cell.kind, cell.action))]
    role.permissions.exclude(pk__in=granted).delete()
    return is_new or is_renamed or changed > 0
