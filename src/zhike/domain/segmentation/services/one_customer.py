"""One customer evaluated at once, by the rules of the night and its breakpoints, without an engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from typing import Any

from django.db import IntegrityError, transaction

from zhike.domain.segmentation.models import SchemeVersion, Standing
from zhike.domain.segmentation.queries.figures import figures_of
from zhike.domain.segmentation.queries.schemes import overrides_on, spec_of, versions_in_force
from zhike.domain.segmentation.rules import Breakpoints, RfmScheme, evaluate, snapshot


@transaction.atomic
def reevaluate(*, customer_id: int, as_of: date) -> int:
    """Bring the customer's tiers up to date with its figures; returns how many tiers began.

    Part of the write that changed the figures (an order, a return), in its transaction and under its row of the trail.
    A scheme that scores by quintiles speaks only once the night has found the quintiles.
    """
    moved = 0
    overrides = {override.scheme_id: override for override in overrides_on(as_of).filter(customer_id=customer_id)}
    # Schemes with the same window share their figures: every other write waits for this one on SQLite.
    figures_in = cache(partial(figures_of, customer_id, as_of=as_of))
    for version in versions_in_force():
        spec = spec_of(version)
        breakpoints = Breakpoints.from_data(version.breakpoints)
        override = overrides.get(version.scheme_id)
        if isinstance(spec, RfmScheme) and not breakpoints.scores and override is None:
            continue
        figures = figures_in(window_days=spec.window_days, count_orders_by=spec.count_orders_by)
        evaluation = evaluate(spec, figures, breakpoints)
        tier = override.tier if override else evaluation.tier
        values = {
            "version": version,
            "recency_score": evaluation.recency_score,
            "frequency_score": evaluation.frequency_score,
            "monetary_score": evaluation.monetary_score,
            "total_score": evaluation.total_score,
            "figures": snapshot(spec, figures),
            "override": override,
            "evaluated_on": as_of,
        }
        try:
            moved += _write(customer_id, version, tier=tier, as_of=as_of, values=values)
        except IntegrityError:  # the night has begun the same period in this moment: now it can be seen
            moved += _write(customer_id, version, tier=tier, as_of=as_of, values=values)
    return moved


@transaction.atomic
def _write(customer_id: int, version: SchemeVersion, *, tier: str, as_of: date, values: Mapping[str, Any]) -> bool:
    """Write the customer's period with these values; whether its tier is another now."""
    standing, has_begun = _period(customer_id, version, tier=tier, as_of=as_of)
    for name, value in values.items():
        setattr(standing, name, value)
    standing.save()
    return has_begun


def _period(customer_id: int, version: SchemeVersion, *, tier: str, as_of: date) -> tuple[Standing, bool]:
    """The period in which the customer has this tier, begun or ended as needed, and whether the tier is another now."""
    periods = Standing.objects.unscoped("a tier is set whoever asks").current().select_for_update()
    current = periods.filter(customer_id=customer_id, scheme_id=version.scheme_id).first()
    if current is None:
        return Standing(customer_id=customer_id, scheme_id=version.scheme_id, tier=tier, started_on=as_of), True
    if current.tier == tier:
        return current, False
    if current.started_on >= as_of:
        current.previous_tier, current.tier = current.tier, tier
        return current, True
    current.ended_on = as_of
    current.save(update_fields=["ended_on"])
    begun = Standing(customer_id=customer_id, scheme_id=version.scheme_id, tier=tier, started_on=as_of)
    begun.previous_tier = current.tier
    return begun, True
