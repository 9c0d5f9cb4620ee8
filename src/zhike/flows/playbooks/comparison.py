"""What adopting a playbook would change, told before anything changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import get_language

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.segmentation.rules import SCHEME
from zhike.flows.playbooks.model import Playbook, PlaybookRole, Standard
from zhike.flows.playbooks.writing import export


@dataclass(frozen=True)
class Difference:
    """Names of the parts that would come, change and go, in the reader's language."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True)
class Comparison:
    """A playbook against the way the company works now. Roles are never taken away: people have them."""

    schemes: Difference
    standards: Difference
    roles: Difference
    is_working_time_changed: bool

    def __bool__(self) -> bool:
        return bool(self.schemes or self.standards or self.roles or self.is_working_time_changed)


def compare(playbook: Playbook) -> Comparison:
    """What `adopt` would do. Raises NotFound before the company is founded."""
    now: dict[str, Any] = yaml.safe_load(export())
    schemes = [SCHEME.validate_python(each) for each in now["schemes"]]
    standards = [Standard.model_validate(each) for each in now["standards"]]
    roles = [PlaybookRole.model_validate(each) for each in now["roles"]]
    roles_after = _difference(_by_key(roles), _by_key(playbook.roles))
    wanted = playbook.working_time
    week = {day: list(getattr(wanted.week, day)) for day in type(wanted.week).model_fields}
    before = {day: [part for part in text.split(", ") if part] for day, text in now["working_time"]["week"].items()}
    is_same_time = week == before and wanted.public_holidays == now["working_time"]["public_holidays"]
    days = {(each["day"], each["name"], each["is_working"]) for each in now["working_time"]["exceptions"]}
    new_days = {(each.day, each.name, each.is_working) for each in wanted.exceptions} - days
    return Comparison(
        schemes=_difference(_by_key(schemes), _by_key(playbook.schemes)),
        standards=_difference(_by_key(standards), _by_key(playbook.standards)),
        roles=Difference(roles_after.added, roles_after.changed, ()),
        is_working_time_changed=not is_same_time or bool(new_days),
    )


def _by_key(parts: Iterable[Any]) -> dict[str, Any]:
    return {part.key: part for part in parts}


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    return Difference(
        added=tuple(_name(part) for key, part in after.items() if key not in before),
        changed=tuple(_name(part) for key, part in after.items() if key in before and before[key] != part),
        removed=tuple(_name(part) for key, part in before.items() if key not in after),
    )


def _name(part: Any) -> str:
    return in_reader_language(part.name.model_dump(), get_language() or "zh-hans")
