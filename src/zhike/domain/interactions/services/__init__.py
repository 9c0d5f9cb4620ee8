"""Writes of interactions: one at a time by the people who had them, or those of a file by the thousand."""

from zhike.domain.interactions.services.bulk import upsert_interactions, withdraw_interactions
from zhike.domain.interactions.services.forgetting import blot_interactions, forget_words, spoken_before
from zhike.domain.interactions.services.logging import log, remove
from zhike.domain.interactions.services.next_steps import withdraw_next_steps

__all__ = [
    "blot_interactions",
    "forget_words",
    "log",
    "remove",
    "spoken_before",
    "upsert_interactions",
    "withdraw_interactions",
    "withdraw_next_steps",
]
