"""Writes of the care plans: planning them ahead, and planning anew what has changed."""

from zhike.domain.care.services.planning import UNTOUCHED, plan
from zhike.domain.care.services.replanning import close_lapsed, follow_owners, follow_tiers, replan

__all__ = ["UNTOUCHED", "close_lapsed", "follow_owners", "follow_tiers", "plan", "replan"]
