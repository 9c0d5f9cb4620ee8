"""Why a customer has its tier: one sentence with the figures in it, in the reader's language."""

from __future__ import annotations

from typing import Any

from zhike.analytics.fields import FIELDS
from zhike.domain.segmentation.rules.schemes import NO_TIER, RfmScheme, TierScheme, in_language
from zhike.domain.segmentation.rules.scoring import Evaluation
from zhike.kernel.conditions import Figures, Translate, reasons, show


def explain(
    spec: RfmScheme | TierScheme, evaluation: Evaluation, figures: Figures, *, language: str, gettext: Translate
) -> str:
    """The reason sentence. `figures` are those the evaluation was made from; `language` picks the tier's name."""
    name = _spaced(in_language(spec.tier(evaluation.tier).name, language), language)
    if isinstance(spec, TierScheme):
        return _explain_tiers(spec, evaluation.tier, name, figures, gettext)
    if evaluation.total_score is None:
        return gettext("no order in the last %(days)s days") % {"days": spec.window_days}
    words = gettext("R %(r)s (last order %(days)s days ago), F %(f)s (%(orders)s orders), M %(m)s (%(amount)s)") % {
        "r": evaluation.recency_score,
        "f": evaluation.frequency_score,
        "m": evaluation.monetary_score,
        "days": show(FIELDS["recency_days"], figures.get("recency_days"), gettext=gettext),
        "orders": show(FIELDS["orders"], figures.get("orders"), gettext=gettext),
        "amount": show(FIELDS["amount"], figures.get("amount"), gettext=gettext),
    }
    rule = _four_rule(spec, evaluation, gettext) if spec.reading == "four" else _eight_rule(spec, gettext)
    return gettext("%(scores)s; %(rule)s: %(tier)s") % {"scores": words, "rule": rule, "tier": name}


def _four_rule(spec: RfmScheme, evaluation: Evaluation, gettext: Translate) -> str:
    limits = spec.thresholds
    numbers: dict[str, Any] = {
        "total": f"{evaluation.total_score:.2f}",
        "high": f"{limits.high_at_least:g}",
        "low": f"{limits.low_below:g}",
        "risk": limits.churn_risk_at_most,
    }
    sentence = {
        "churn_risk": gettext("R score at most %(risk)s"),
        "high_value": gettext("weighted %(total)s ≥ %(high)s"),
        "low_value": gettext("weighted %(total)s < %(low)s"),
        "potential": gettext("weighted %(total)s from %(low)s to below %(high)s"),
    }[evaluation.tier]
    return sentence % numbers


def _eight_rule(spec: RfmScheme, gettext: Translate) -> str:
    if spec.split == "mean":
        return gettext("each of R, F, M against its mean")
    return gettext("each of R, F, M against its median")


def _explain_tiers(spec: TierScheme, tier: str, name: str, figures: Figures, gettext: Translate) -> str:
    rule = spec.tier(tier).when
    if rule is not None and (words := reasons(rule, figures, fields=FIELDS, gettext=gettext)):
        return gettext("%(reasons)s: %(tier)s") % {"reasons": gettext(", ").join(words), "tier": name}
    looked_at = gettext(", ").join(
        f"{gettext(FIELDS[key].label)} {show(FIELDS[key], figures.get(key), gettext=gettext)}"
        for key in spec.used_fields()
    )
    if tier == NO_TIER:
        return gettext("no tier's conditions hold (%(figures)s)") % {"figures": looked_at}
    return gettext("no higher tier's conditions hold (%(figures)s): %(tier)s") % {"figures": looked_at, "tier": name}


def _spaced(name: str, language: str) -> str:
    # Chinese type puts a space between a Chinese word and a Latin one: 属 A 级, but 属高价值.
    return f" {name}" if language.startswith("zh") and name[:1].isascii() else name
