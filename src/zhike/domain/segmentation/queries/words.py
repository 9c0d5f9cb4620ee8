"""The rules of a scheme in words: what each tier asks for, and where the scores divide."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhike.analytics.fields import FIELDS
from zhike.domain.segmentation.rules import Breakpoints, RfmScheme, SchemeSpec
from zhike.kernel.conditions import sentence
from zhike.kernel.money import yuan


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """What one score from 5 down to 1 means for recency, frequency and money."""

    score: int
    recency: str
    frequency: str
    money: str


def rules_in_words(spec: SchemeSpec) -> dict[str, str]:
    """Tier key → what it asks for, in the active language."""
    if isinstance(spec, RfmScheme):
        return _four(spec) if spec.reading == "four" else _eight(spec)
    words = {}
    for tier in spec.tiers:
        if tier.when is None:
            words[tier.key] = _("everyone else")
        else:
            words[tier.key] = sentence(tier.when, fields=FIELDS, gettext=_)
    if spec.tiers[-1].when is not None:
        words["none"] = _("no tier's conditions hold")
    return words


def _four(spec: RfmScheme) -> dict[str, str]:
    limits = spec.thresholds
    numbers = {
        "risk": limits.churn_risk_at_most,
        "high": f"{limits.high_at_least:g}",
        "low": f"{limits.low_below:g}",
        "days": spec.window_days,
    }
    return {
        "high_value": _("R score above %(risk)s and weighted total at least %(high)s") % numbers,
        "potential": _("R score above %(risk)s and weighted total from %(low)s to below %(high)s") % numbers,
        "low_value": _("R score above %(risk)s and weighted total below %(low)s") % numbers,
        "churn_risk": _("R score at most %(risk)s, whatever F and M") % numbers,
        "none": _("no order in the last %(days)s days") % numbers,
    }


def _eight(spec: RfmScheme) -> dict[str, str]:
    money = {"important": _("M high"), "general": _("M low")}
    rest = {
        "value": _("R high, F high"),
        "develop": _("R high, F low"),
        "keep": _("R low, F high"),
        "win_back": _("R low, F low"),
    }
    words = {f"{m}_{r}": f"{rest[r]}, {money[m]}" for m in money for r in rest}
    return words | {"none": _("no order in the last %(days)s days") % {"days": spec.window_days}}


def score_bands(breakpoints: Breakpoints) -> list[ScoreBand]:
    """The scores 5 to 1 with what each takes; empty before the first evaluation with orders."""
    if not breakpoints.scores:
        return []
    days = [f"{value:g}" for value in breakpoints.scores["recency_days"]]
    orders = [f"{value:g}" for value in breakpoints.scores["orders"]]
    amounts = [yuan(round(value)) for value in breakpoints.scores["amount"]]
    return [
        ScoreBand(score, _low_is_good(days, score), _high_is_good(orders, score), _high_is_good(amounts, score))
        for score in (5, 4, 3, 2, 1)
    ]


def _low_is_good(limits: list[str], score: int) -> str:
    if score == 5:
        return f"≤ {limits[0]}"
    return f"> {limits[3]}" if score == 1 else f"{limits[4 - score]} – {limits[5 - score]}"


def _high_is_good(limits: list[str], score: int) -> str:
    if score == 1:
        return f"≤ {limits[0]}"
    return f"> {limits[3]}" if score == 5 else f"{limits[score - 2]} – {limits[score - 1]}"
