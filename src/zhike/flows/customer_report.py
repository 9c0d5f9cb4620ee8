"""Every customer with its figures and tiers as of a day, computed anew on the engine; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, gettext

from zhike.analytics.fields import FIELDS
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Override, SchemeVersion
from zhike.domain.segmentation.queries import override_words, overrides_on, plain_scheme, spec_of, versions_in_force
from zhike.domain.segmentation.rules import Evaluation, explain, revive
from zhike.flows.warehouse_copy import folder, refresh
from zhike.kernel import trail
from zhike.kernel.conditions import Kind, minor_to_yuan
from zhike.warehouse import process

CHUNK: Final = 1_000


SCORES = ("r", "f", "m", "total")


@dataclass(frozen=True, slots=True)
class ReportedCustomer:
    """One customer; figures by their keys with amounts in yuan, tiers by scheme key."""

    number: str
    external_id: str
    name: str
    owner: str | None
    figures: dict[str, Any]
    tiers: dict[str, dict[str, Any]]


def headings() -> list[str]:
    """What the columns are called where a customer is one line: what it is, its figures, and four scores a scheme."""
    of_schemes = (
        f"{version.scheme.key}_{part}" for version in versions_in_force() for part in ("tier", "why", *SCORES)
    )
    return ["number", "external_id", "name", "owner", *FIELDS, *of_schemes]


def last_evaluated() -> date | None:
    """The day of the last night, or None before there was one."""
    days = [version.evaluated_on for version in versions_in_force() if version.evaluated_on]
    return max(days, default=None)


def report(*, as_of: date) -> Iterator[ReportedCustomer]:
    """The customers in the order in which they were made, as the night of that day would see them."""
    refresh()
    versions = list(versions_in_force())
    overrides = {override.pk: override for override in overrides_on(as_of)}
    with TemporaryDirectory(dir=folder(), prefix="report-") as drafts, ExitStack() as opened:
        files = process.run(
            "zhike.flows.evaluation:report",
            {
                "engine": settings.ZHIKE_ENGINE,
                "folder": str(folder()),
                "as_of": as_of.isoformat(),
                "schemes": [plain_scheme(version, as_of=as_of) for version in versions],
                "into": drafts,
            },
        )
        lines = zip(*(map(json.loads, opened.enter_context(Path(file).open())) for file in files), strict=True)
        while chunk := list(islice(lines, CHUNK)):
            people = _people([figures["customer_id"] for figures, *_ in chunk])
            for figures, *evaluations in chunk:
                customer = people[figures.pop("customer_id")]
                yield ReportedCustomer(
                    number=customer.number,
                    external_id=customer.external_id,
                    name=customer.name,
                    owner=customer.owner.email if customer.owner else None,
                    figures=_in_yuan(figures),
                    tiers={
                        version.scheme.key: _tier(version, found, overrides, as_of)
                        for version, found in zip(versions, evaluations, strict=True)
                    },
                )


@transaction.atomic
def note_taken(*, rows: int, reason: str, now: datetime) -> None:
    """Put on the trail that whoever runs the server took the customers away."""
    changes: trail.Changes = {"rows": [None, rows], "reason": [None, reason]}
    trail.record(verb="exported", kind="export", object_id=0, actor=None, now=now, changes=changes)


def _people(ids: Sequence[int]) -> dict[int, Customer]:
    customers = Customer.objects.unscoped("the command line of the server sees everybody")
    return {customer.pk: customer for customer in customers.filter(pk__in=ids).select_related("owner")}


def _in_yuan(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: minor_to_yuan(value) if value is not None and FIELDS[key].kind is Kind.MONEY else value
        for key, value in figures.items()
    }


def _tier(
    version: SchemeVersion, found: Mapping[str, Any], overrides: Mapping[int, Override], as_of: date
) -> dict[str, Any]:
    evaluation = Evaluation(
        found["tier"],
        found["recency_score"],
        found["frequency_score"],
        found["monetary_score"],
        found["total_score"],
    )
    override = overrides.get(found["override_id"])
    if override is not None:
        why = override_words(override)
    else:
        figures = revive(json.loads(found["figures"]), as_of=as_of)
        language = get_language() or "zh-hans"
        why = explain(spec_of(version), evaluation, figures, language=language, gettext=gettext)
    scores = {
        "r": evaluation.recency_score,
        "f": evaluation.frequency_score,
        "m": evaluation.monetary_score,
        "total": evaluation.total_score,
    }
    return {"tier": evaluation.tier, "why": why, "scores": scores if evaluation.total_score is not None else None}
