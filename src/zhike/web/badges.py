"""How a customer's tier looks in a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from zhike.domain.commitments.models import Commitment
from zhike.domain.segmentation.queries.schemes import spec_of, versions_in_force
from zhike.domain.segmentation.rules import in_language

PALEST = 4


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A tier's name, and its place among the tiers: 1 is the strongest colour, 4 the palest."""

    label: str
    rank: int


def badges() -> dict[str, Badge]:
    """The badges of the primary scheme by tier, best first, in the reader's language. One query."""
    language = get_language() or ""
    version = versions_in_force().filter(scheme__is_primary=True).first()
    tiers = spec_of(version).tier_list() if version else ()
    return {
        tier.key: Badge(label=in_language(tier.name, language), rank=min(rank, PALEST))
        for rank, tier in enumerate(tiers, start=1)
    }


def attach(commitments: Iterable[Commitment], known: dict[str, Badge]) -> None:
    """Give each commitment read by `with_tier` the `badge` of its customer."""
    for commitment in commitments:
        commitment.badge = known.get(commitment.tier)  # type: ignore[attr-defined]
