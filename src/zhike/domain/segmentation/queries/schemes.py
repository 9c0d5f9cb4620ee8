"""The schemes in force and the rules they stand for."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Override, SchemeVersion
from zhike.domain.segmentation.rules import SCHEME, SchemeSpec
from zhike.kernel.errors import NotFound
from zhike.kernel.scope import Actor


def versions_in_force() -> QuerySet[SchemeVersion]:
    """The version in force of every scheme that isn't retired, in the order of the schemes."""
    in_force = SchemeVersion.objects.filter(ended_at__isnull=True, scheme__retired_at__isnull=True)
    return in_force.select_related("scheme").order_by("scheme__position", "scheme_id")


def version_in_force(scheme_key: str) -> SchemeVersion:
    """The version in force of one scheme. Raises NotFound."""
    version = versions_in_force().filter(scheme__key=scheme_key).first()
    if version is None:
        raise NotFound(_("There is no scheme “%(key)s”.") % {"key": scheme_key})
    return version


def versions_of(scheme_key: str) -> QuerySet[SchemeVersion]:
    """Every version of a scheme, the newest first."""
    versions = SchemeVersion.objects.filter(scheme__key=scheme_key).select_related("scheme", "approved_by")
    return versions.order_by("-number")


def open_overrides(scheme_key: str, *, actor: Actor) -> QuerySet[Override]:
    """The tiers set by hand that are in force for customers within the actor's reach, the first to lapse first."""
    seen = Customer.objects.for_user(actor, "view").present()
    rows = Override.objects.filter(scheme__key=scheme_key, ended_at__isnull=True, customer__in=seen)
    return rows.select_related("customer", "made_by").order_by("expires_on", "pk")


def spec_of(version: SchemeVersion) -> SchemeSpec:
    """The rules of a version."""
    return _read(json.dumps(version.definition))


def overrides_on(as_of: date) -> QuerySet[Override]:
    """The overrides that still outrank the rules on that day."""
    return Override.objects.filter(ended_at__isnull=True, expires_on__gt=as_of)


def plain_scheme(version: SchemeVersion, *, as_of: date, definition: dict[str, Any] | None = None) -> dict[str, Any]:
    """A version with its overrides as plain data for the engine; `definition` stands in for the version's own."""
    overrides = overrides_on(as_of).filter(scheme=version.scheme).order_by("customer_id")
    return {
        "id": version.scheme_id,
        "version_id": version.pk,
        "definition": definition or version.definition,
        "overrides": [
            {"customer_id": customer, "override_id": pk, "override_tier": tier}
            for customer, pk, tier in overrides.values_list("customer_id", "pk", "tier")
        ],
    }


@lru_cache(maxsize=64)
def _read(definition: str) -> SchemeSpec:
    return SCHEME.validate_json(definition)
