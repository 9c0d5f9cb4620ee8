"""Who has moved between two days: counted from the few periods that began between them, not from all that did not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Literal

from django.db.models import Count, F, OuterRef, Q, Subquery

from zhike.domain.segmentation.models import Standing, StandingQuerySet
from zhike.domain.segmentation.rules import NO_TIER, SchemeSpec
from zhike.kernel.scope import Actor

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Movements:
    """How many customers went up, went down and came new between two days, and by how many each tier grew."""

    up: int = 0
    down: int = 0
    new: int = 0
    growth: dict[str, int] = field(default_factory=dict)


def with_before(scheme_key: str, *, start: date, end: date, actor: Actor) -> StandingQuerySet:
    """The standings of `end`, each with `before`: the customer's tier on `start`, null where it had none."""
    earlier = Standing.objects.unscoped("the customer's own past, whose present the actor sees").filter(
        held_on(start), customer=OuterRef("customer"), scheme=OuterRef("scheme")
    )
    present = Standing.objects.for_user(actor, "view").filter(held_on(end), scheme__key=scheme_key)
    alive = present.filter(customer__deleted_at__isnull=True)
    return alive.annotate(before=Subquery(earlier.values("tier")[:1]))


def began_since(scheme_key: str, *, start: date, end: date, actor: Actor) -> StandingQuerySet:
    """Those of `with_before` that began after `start`: few, and all that can have changed."""
    return with_before(scheme_key, start=start, end=end, actor=actor).filter(started_on__gt=start)


def went(scheme_key: str, before: str, after: str, *, start: date, end: date, actor: Actor) -> StandingQuerySet:
    """The standings behind one cell of the migration matrix; newcomers count as having had no tier."""
    was = Q(before=before) | Q(before__isnull=True) if before == NO_TIER else Q(before=before)
    return with_before(scheme_key, start=start, end=end, actor=actor).filter(was, tier=after)


def moved(scheme_key: str, *, start: date, end: date, actor: Actor) -> StandingQuerySet:
    """Those of `began_since` that are in another tier than on `start`; who left a tier and came back has not moved."""
    return began_since(scheme_key, start=start, end=end, actor=actor).exclude(before=F("tier"))  # type: ignore[misc]  # annotated


def moved_to(spec: SchemeSpec, direction: Direction, *, start: date, end: date, actor: Actor) -> StandingQuerySet:
    """Those of `moved` that went up to a better tier of the scheme, or down to a worse one."""
    ranks = _ranks(spec)
    pairs = [
        Q(before=before, tier__in=[tier for tier, place in ranks.items() if _direction(rank, place) == direction])
        for before, rank in ranks.items()
    ]
    return moved(spec.key, start=start, end=end, actor=actor).filter(reduce(or_, pairs))


def movements(spec: SchemeSpec, *, start: date, end: date, actor: Actor) -> Movements:
    """What `moved` comes to, in one query."""
    ranks = _ranks(spec)
    pairs = moved(spec.key, start=start, end=end, actor=actor).values_list("before", "tier")  # type: ignore[misc]  # annotated
    counted: Counter[str] = Counter()
    growth: Counter[str] = Counter()
    for before, tier, customers in pairs.annotate(customers=Count("pk")).order_by():
        growth[tier] += customers
        if before is None:
            counted["new"] += customers
            continue
        growth[before] -= customers
        counted[_direction(ranks.get(before, len(ranks)), ranks.get(tier, len(ranks)))] += customers
    return Movements(up=counted["up"], down=counted["down"], new=counted["new"], growth=dict(growth))


def held_on(day: date) -> Q:
    """Periods in force on a day."""
    return Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day))


def _ranks(spec: SchemeSpec) -> dict[str, int]:
    return {tier.key: rank for rank, tier in enumerate(spec.tier_list())}


def _direction(before: int, after: int) -> Direction:
    return "up" if after < before else "down"
