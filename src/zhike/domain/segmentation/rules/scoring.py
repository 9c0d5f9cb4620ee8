"""One customer's scores and tier under a scheme, in plain Python: what `analytics` does for all of them as columns.

Scores follow the quintile method of Hughes, *Strategic Database Marketing* (1994): with breakpoints q, frequency and
money score 1 + #{q < x}, recency scores 5 − #{q < x}; so equal values get equal scores and a value on a breakpoint
falls to the lower class of x.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from zhike.domain.segmentation.rules.schemes import NO_TIER, RfmScheme, Thresholds, TierScheme, Weights
from zhike.kernel.conditions import Figures, holds

MEASURES = ("recency_days", "orders", "amount")


@dataclass(frozen=True, slots=True)
class Breakpoints:
    """Where the scored customers divide: four values per measure for the scores, one per measure for the eight classes.

    Units are those of the figures (days, orders, 分). Empty where nobody has bought in the window.
    """

    scores: Mapping[str, Sequence[float]]
    centres: Mapping[str, float]

    def to_data(self) -> dict[str, Any]:
        """As plain data, to be stored with the version of the scheme."""
        return {"scores": {key: list(values) for key, values in self.scores.items()}, "centres": dict(self.centres)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Back from plain data; an empty mapping gives empty breakpoints."""
        return cls(scores=data.get("scores", {}), centres=data.get("centres", {}))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a scheme says of one customer; scores only where the scheme is RFM and there is an order in the window."""

    tier: str
    recency_score: int | None = None
    frequency_score: int | None = None
    monetary_score: int | None = None
    total_score: float | None = None


def evaluate(spec: RfmScheme | TierScheme, figures: Figures, breakpoints: Breakpoints) -> Evaluation:
    """The customer's tier (and scores), given its figures and the breakpoints of the last evaluation of all."""
    if isinstance(spec, TierScheme):
        met = (tier.key for tier in spec.tiers if tier.when is None or holds(tier.when, figures))
        return Evaluation(next(met, NO_TIER))
    if not figures.get("orders") or not breakpoints.scores:
        return Evaluation(NO_TIER)
    recency, frequency, money = (float(figures[key]) for key in MEASURES)  # type: ignore[arg-type]
    r = 5 - passed(recency, breakpoints.scores["recency_days"])
    f = 1 + passed(frequency, breakpoints.scores["orders"])
    m = 1 + passed(money, breakpoints.scores["amount"])
    total = weighted_total(r, f, m, spec.weights)
    if spec.reading == "four":
        tier = four_classes(r, total, spec.thresholds)
    else:
        centres = breakpoints.centres
        tier = eight_classes(
            recency <= centres["recency_days"], frequency > centres["orders"], money > centres["amount"]
        )
    return Evaluation(tier, r, f, m, total)


def passed(value: float, breakpoints: Sequence[float]) -> int:
    """How many of the breakpoints the value lies strictly above."""
    return sum(1 for breakpoint_ in breakpoints if breakpoint_ < value)


def weighted_total(r: int, f: int, m: int, weights: Weights) -> float:
    """Σ w·score / Σ w: one division of whole numbers, so that it compares exactly with a threshold."""
    return (weights.r * r + weights.f * f + weights.m * m) / (weights.r + weights.f + weights.m)


def four_classes(recency_score: int, total: float, thresholds: Thresholds) -> str:
    """Churn risk by a low recency score whatever the rest; else high, low or potential by the weighted total."""
    if recency_score <= thresholds.churn_risk_at_most:
        return "churn_risk"
    if total >= thresholds.high_at_least:
        return "high_value"
    return "low_value" if total < thresholds.low_below else "potential"


def eight_classes(is_recent: bool, is_frequent: bool, is_big: bool) -> str:
    """重要/一般 by money, 价值/发展/保持/挽留 by recency and frequency."""
    second = {
        (True, True): "value",
        (True, False): "develop",
        (False, True): "keep",
        (False, False): "win_back",
    }[is_recent, is_frequent]
    return f"{'important' if is_big else 'general'}_{second}"
