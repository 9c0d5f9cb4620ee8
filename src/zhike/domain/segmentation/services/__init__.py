"""Writes about tiers: schemes and their versions, evaluations of all and of one, overrides."""

from zhike.domain.segmentation.services.all_customers import finish_evaluation, write_changes
from zhike.domain.segmentation.services.forgetting import blot_overrides
from zhike.domain.segmentation.services.one_customer import reevaluate
from zhike.domain.segmentation.services.overrides import end_override, lapse_overrides, override_tier
from zhike.domain.segmentation.services.schemes import put_scheme, retire_scheme

__all__ = [
    "blot_overrides",
    "end_override",
    "finish_evaluation",
    "lapse_overrides",
    "override_tier",
    "put_scheme",
    "reevaluate",
    "retire_scheme",
    "write_changes",
]
