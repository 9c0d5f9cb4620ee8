"""The company's present configuration written out as a playbook, which can be read and adopted again."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import yaml

from zhike.domain.accounts.models import Role
from zhike.domain.accounts.queries import company, permission_table
from zhike.domain.commitments.models import Closure, ServiceStandard
from zhike.domain.commitments.rules.calendar import ORDINARY_WEEK
from zhike.domain.segmentation.queries import versions_in_force
from zhike.flows.playbooks.model import DAYS

OWN_KEY = "own"


def export() -> str:
    """The text of the playbook. Raises NotFound before the company is founded."""
    here = company()
    name = {"zh": here.name, "en": here.name}
    data = {
        "key": here.playbook or OWN_KEY,
        "name": name,
        "summary": name,
        "working_time": _working_time(here.opening_hours),
        "roles": _roles(),
        "schemes": [version.definition for version in versions_in_force()],
        "standards": [_standard(row) for row in _standards_in_force()],
    }
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes everything out: reading refuses anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _standards_in_force() -> list[ServiceStandard]:
    rows = ServiceStandard.objects.filter(retired_at__isnull=True).select_related("scheme")
    return list(rows.order_by("trigger", "pk"))


def _working_time(opening_hours: dict[str, Any]) -> dict[str, Any]:
    week = opening_hours.get("week") or [[str(opening) for opening in day] for day in ORDINARY_WEEK]
    return {
        "public_holidays": opening_hours.get("public_holidays", "china"),
        "week": {day: ", ".join(hours) for day, hours in zip(DAYS, week, strict=True)},
        "exceptions": list(Closure.objects.order_by("day").values("day", "name", "is_working")),
    }


def _roles() -> list[dict[str, Any]]:
    table = permission_table()
    found = []
    for role in Role.objects.order_by("pk"):
        may: dict[str, dict[str, str]] = defaultdict(dict)
        for (kind, action), level in sorted(table.get(role.key, {}).items()):
            may[kind][action] = level.name.lower()
        found.append({"key": role.key, "name": role.name, "may": dict(may)})
    return found


def _standard(row: ServiceStandard) -> dict[str, Any]:
    is_event = row.trigger == ServiceStandard.Trigger.EVENT
    words = {"content": row.content, "guide": row.guide}
    said: dict[str, Any] = {"key": row.key, "name": row.name} | {key: text for key, text in words.items() if text}
    said |= {"when": row.event, "within": row.rule} if is_event else {"every": row.rule}
    if row.scheme is not None:
        said["for"] = {"scheme": row.scheme.key, "tiers": row.tiers}
    return said | {"by": row.owner_role, "through": row.channel or "any", "escalate": row.escalation}
