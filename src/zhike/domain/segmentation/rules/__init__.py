"""Decisions about tiers on plain values: what a scheme may say, one customer's scores and tier, and why."""

from zhike.domain.segmentation.rules.reasons import explain
from zhike.domain.segmentation.rules.schemes import (
    NO_TIER,
    SCHEME,
    RfmScheme,
    SchemeSpec,
    Text,
    TierScheme,
    TierSpec,
    in_language,
)
from zhike.domain.segmentation.rules.scoring import Breakpoints, Evaluation, evaluate
from zhike.domain.segmentation.rules.snapshots import revive, snapshot, snapshot_fields

__all__ = [
    "NO_TIER",
    "SCHEME",
    "Breakpoints",
    "Evaluation",
    "RfmScheme",
    "SchemeSpec",
    "Text",
    "TierScheme",
    "TierSpec",
    "evaluate",
    "explain",
    "in_language",
    "revive",
    "snapshot",
    "snapshot_fields",
]
