"""Schemes come into force version by version; a definition that changes nothing makes no new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from zhike.domain.accounts.models import User
from zhike.domain.segmentation.models import Scheme, SchemeVersion
from zhike.domain.segmentation.rules import SCHEME, SchemeSpec
from zhike.kernel import trail
from zhike.kernel.conditions import InvalidCondition
from zhike.kernel.errors import Fault, Refused


def read_definition(definition: Any) -> SchemeSpec:
    """A definition checked. Raises Refused with the place and the fault of the first thing wrong."""
    try:
        return SCHEME.validate_python(definition)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        place = ".".join(str(part) for part in first["loc"][1:]) or _("the scheme")
        if isinstance(cause, InvalidCondition):
            place += cause.path.removeprefix("when")
        fault = cause.sentence(_) if isinstance(cause, Fault) else first["msg"]
        raise Refused(_("The scheme is wrong at %(place)s: %(fault)s.") % {"place": place, "fault": fault}) from error


@transaction.atomic
def put_scheme(
    *, definition: Any, actor: User | None, now: datetime, position: int | None = None, is_primary: bool | None = None
) -> SchemeVersion:
    """Bring a definition into force, as a new scheme or as the next version of the one with its key.

    Approving is the act of putting it here; the tiers follow with the next evaluation. Raises Refused for a definition
    that is wrong.
    """
    spec = read_definition(definition)
    plain = SCHEME.dump_python(spec, mode="json")
    defaults: dict[str, Any] = {"name": spec.name.model_dump(), "retired_at": None}
    if position is not None:
        defaults["position"] = position
    if is_primary is not None:
        defaults["is_primary"] = is_primary
    scheme, _created = Scheme.objects.update_or_create(key=spec.key, defaults=defaults)
    if is_primary:
        Scheme.objects.exclude(pk=scheme.pk).filter(is_primary=True).update(is_primary=False)
    current = scheme.versions.select_for_update().filter(ended_at__isnull=True).first()
    if current is not None and current.definition == plain:
        return current
    if current is not None:
        current.ended_at = now
        current.save(update_fields=["ended_at"])
    last = scheme.versions.order_by("-number").first()
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=(last.number if last else 0) + 1,
        definition=plain,
        started_at=now,
        approved_by=actor,
    )
    trail.record(
        verb="approved",
        kind="scheme",
        object_id=scheme.pk,
        actor=actor,
        now=now,
        changes={"definition": [current.definition if current else None, plain]},
    )
    return version


@transaction.atomic
def retire_scheme(*, scheme_key: str, actor: User | None, now: datetime) -> None:
    """Take a scheme out of use; its history stays."""
    scheme = Scheme.objects.filter(key=scheme_key, retired_at__isnull=True).first()
    if scheme is None:
        raise Refused(_("There is no scheme “%(key)s”.") % {"key": scheme_key})
    scheme.retired_at = now
    scheme.is_primary = False
    scheme.save(update_fields=["retired_at", "is_primary"])
    trail.record(verb="retired", kind="scheme", object_id=scheme.pk, actor=actor, now=now)
