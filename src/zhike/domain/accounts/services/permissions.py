"""Cells of the table of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import Permission, Role
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def change_permissions(
    *, role: Role, levels: Mapping[tuple[str, str], Level], actor: Actor | None, now: datetime
) -> int:
    """Set the given cells (kind, action) of one role; what people may do follows at once. Returns how many changed.

    Raises Refused for a cell that means nothing, for a level between none and all where the cell is about the whole
    company, and for a change that would take the settings from administrators.
    """
    are_separate = queries.administrators_are_separate()
    guarded = rules.guarded_cells(role.key, are_separate=are_separate)
    for (kind, action), level in levels.items():
        if action not in rules.KINDS.get(kind, ()):
            raise Refused(_("There is nothing to permit under “%(cell)s”.") % {"cell": f"{kind}.{action}"})
        refuse_half_the_company(kind, action, level)
        if (kind, action) in guarded and level < Level.ALL:
            raise Refused(_("Administrators keep the right to people and settings, or nobody could give it back."))
        if level and not rules.may_hold_cell(role.key, (kind, action), are_separate=are_separate):
            sentence = _("While administrators are separate, “%(cell)s” belongs to another of them.")
            raise Refused(sentence % {"cell": f"{kind}.{action}"})
    cells = {(cell.kind, cell.action): cell for cell in Permission.objects.select_for_update().filter(role=role)}
    changes = {}
    for (kind, action), level in levels.items():
        cell = cells.get((kind, action))
        before = Level(cell.level) if cell else Level.NONE
        if before == level:
            continue
        Permission.objects.update_or_create(role=role, kind=kind, action=action, defaults={"level": level})
        changes[f"{kind}.{action}"] = [before.name.lower(), level.name.lower()]
    if changes:
        trail.record(verb="permit", kind="role", object_id=role.pk, actor=actor, now=now, changes=changes)
    return len(changes)


def refuse_half_the_company(kind: str, action: str, level: Level) -> None:
    """Refuse a level that reaches some rows where the right is to something that has none."""
    if (kind, action) in rules.COMPANY_WIDE and level not in (Level.NONE, Level.ALL):
        sentence = _("“%(cell)s” is about the whole company: choose all or none.")
        raise Refused(sentence % {"cell": f"{kind}.{action}"}, field="level")
