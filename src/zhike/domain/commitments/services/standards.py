"""Service standards come into force version by version, and the days on which the company departs from the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import transaction

from zhike.domain.commitments.models import Closure, ServiceStandard
from zhike.kernel import trail
from zhike.kernel.scope import Actor


@dataclass(frozen=True, kw_only=True)
class StandardValues:
    """What a standard says; `rule` is a deadline for an event, a cadence for a cadence."""

    key: str
    name: dict[str, str]
    content: dict[str, str]
    trigger: str
    rule: str
    guide: dict[str, str] = field(default_factory=dict)
    event: str = ""
    scheme_id: int | None = None
    tiers: list[str] = field(default_factory=list)
    owner_role: str = "owner"
    channel: str = ""
    escalation: list[str] = field(default_factory=list)
    playbook: str = ""


@transaction.atomic
def put_standard(*, values: StandardValues, actor: Actor | None, now: datetime) -> bool:
    """Bring a standard into force, new or as the next version of the one with its key; False where nothing changes.

    Commitments of the earlier version keep what they promised; care plans follow with the next planning.
    """
    wanted = asdict(values)
    versions = ServiceStandard.objects.filter(key=values.key).order_by("-version")
    current = versions.filter(retired_at__isnull=True).first()
    before = {name: getattr(current, name) for name in wanted} if current else {}
    if before == wanted:
        return False
    versions.filter(retired_at__isnull=True).update(retired_at=now)
    last = versions.first()
    made = ServiceStandard.objects.create(version=(last.version if last else 0) + 1, started_at=now, **wanted)
    trail.record(
        verb="approved",
        kind="standard",
        object_id=made.pk,
        actor=actor,
        now=now,
        changes=trail.differences(before, wanted),
        note=values.key,
    )
    return True


@transaction.atomic
def retire_standard(*, standard: ServiceStandard, actor: Actor | None, now: datetime) -> None:
    """The company promises this no more; what it has promised by it still stands."""
    if ServiceStandard.objects.filter(pk=standard.pk, retired_at__isnull=True).update(retired_at=now):
        trail.record(verb="retired", kind="standard", object_id=standard.pk, actor=actor, now=now, note=standard.key)


@transaction.atomic
def put_closures(*, days: Iterable[tuple[date, str, bool]], actor: Actor | None, now: datetime) -> int:
    """Enter days on which the company departs from the official calendar (day, name, is it worked); returns changes."""
    changed = 0
    for day, name, is_working in days:
        known = Closure.objects.filter(day=day).first()
        if known and (known.name, known.is_working) == (name, is_working):
            continue
        closure, _is_new = Closure.objects.update_or_create(day=day, defaults={"name": name, "is_working": is_working})
        changes = {"name": [known.name if known else None, name], "is_working": [None, is_working]}
        trail.record(verb="change", kind="closure", object_id=closure.pk, actor=actor, now=now, changes=changes)
        changed += 1
    return changed
