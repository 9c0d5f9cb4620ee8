"""What the drawings of a scheme show: shares of tiers, the RFM heat map, and movements between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, BigIntegerField, Count
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import get_language

from zhike.domain.segmentation.models import Standing, StandingQuerySet
from zhike.domain.segmentation.queries.movements import began_since, held_on
from zhike.domain.segmentation.queries.schemes import spec_of, version_in_force
from zhike.domain.segmentation.rules import NO_TIER, in_language
from zhike.kernel.scope import Actor


@dataclass(frozen=True, slots=True)
class Share:
    """How many customers have a tier, and which part of all that is (0–1)."""

    tier: str
    name: str
    colour: str
    customers: int
    share: float


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers with one pair of recency and frequency scores, and the mean amount of their window in 分."""

    recency_score: int
    frequency_score: int
    customers: int
    mean_amount_minor: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """How many customers had one tier on the first day and another (or the same) on the second."""

    before: str
    before_name: str
    after: str
    after_name: str
    customers: int


def distribution(scheme_key: str, *, actor: Actor) -> list[Share]:
    """The tiers of a scheme, best first, with the customers within the actor's reach; tiers without any included."""
    spec = spec_of(version_in_force(scheme_key))
    counted = dict(_present(scheme_key, actor).current().values_list("tier").annotate(n=Count("pk")).order_by())
    everybody = sum(counted.values())
    language = get_language() or "zh-hans"
    return [
        Share(
            tier.key,
            in_language(tier.name, language),
            tier.colour,
            counted.get(tier.key, 0),
            counted.get(tier.key, 0) / everybody if everybody else 0.0,
        )
        for tier in spec.tier_list()
    ]


def heat_map(scheme_key: str, *, actor: Actor) -> list[Cell]:
    """The 25 cells of recency × frequency of an RFM scheme, recency 5 first, with their customers and mean amount.

    The means are left out where the actor may see more customers than amounts of money.
    """
    shows_amounts = actor.level("finance", "view") >= actor.level("tier", "view")
    scored = _present(scheme_key, actor).current().filter(total_score__isnull=False)
    amount = Cast(KeyTextTransform("amount", "figures"), BigIntegerField())
    counted = {
        (r, f): (customers, mean)
        for r, f, customers, mean in scored.values_list("recency_score", "frequency_score")
        .annotate(customers=Count("pk"), mean=Avg(amount))
        .order_by()
    }
    cells = ((r, f, *counted.get((r, f), (0, None))) for r in (5, 4, 3, 2, 1) for f in (1, 2, 3, 4, 5))
    return [
        Cell(r, f, customers, round(mean) if mean is not None and shows_amounts else None)
        for r, f, customers, mean in cells
    ]


def migration(scheme_key: str, *, start: date, end: date, actor: Actor) -> list[Move]:
    """The migration matrix: every pair of tiers that customers had on the two days, none where they had no tier yet.

    In the order of the tiers; those of earlier versions come last.
    """
    version = version_in_force(scheme_key)
    spec = spec_of(version)
    language = get_language() or "zh-hans"
    names = {tier.key: in_language(tier.name, language) for tier in spec.tier_list()}
    stayed = _on(end, scheme_key, actor).filter(started_on__lte=start).values_list("tier")
    counted = {(tier, tier): customers for tier, customers in stayed.annotate(n=Count("pk")).order_by()}
    began = began_since(scheme_key, start=start, end=end, actor=actor).values_list("before", "tier")  # type: ignore[misc]  # annotated
    for old, new, customers in began.annotate(n=Count("pk")).order_by():
        pair = old or NO_TIER, new
        counted[pair] = counted.get(pair, 0) + customers
    place = {key: number for number, key in enumerate(names)}
    pairs = sorted(counted, key=lambda pair: [(place.get(key, len(place)), key) for key in pair])
    return [Move(old, names.get(old, old), new, names.get(new, new), counted[old, new]) for old, new in pairs]


def _present(scheme_key: str, actor: Actor) -> StandingQuerySet:
    seen = Standing.objects.for_user(actor, "view")
    return seen.filter(scheme__key=scheme_key, customer__deleted_at__isnull=True)


def _on(day: date, scheme_key: str, actor: Actor) -> StandingQuerySet:
    return _present(scheme_key, actor).filter(held_on(day))
