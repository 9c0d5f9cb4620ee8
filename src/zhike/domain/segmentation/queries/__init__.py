"""Reads about tiers: schemes in force, standings with their reasons, distributions, and conditions as queries."""

from zhike.domain.segmentation.queries.figures import figures_of, matching
from zhike.domain.segmentation.queries.movements import Movements, moved, moved_to, movements, went
from zhike.domain.segmentation.queries.pictures import Cell, Move, Share, distribution, heat_map, migration
from zhike.domain.segmentation.queries.schemes import (
    open_overrides,
    overrides_on,
    plain_scheme,
    spec_of,
    version_in_force,
    versions_in_force,
    versions_of,
)
from zhike.domain.segmentation.queries.standings import (
    StandingView,
    history_of,
    override_words,
    standings_of,
    tiers_of,
    why,
)

__all__ = [
    "Cell",
    "Move",
    "Movements",
    "Share",
    "StandingView",
    "distribution",
    "figures_of",
    "heat_map",
    "history_of",
    "matching",
    "migration",
    "moved",
    "moved_to",
    "movements",
    "open_overrides",
    "override_words",
    "overrides_on",
    "plain_scheme",
    "spec_of",
    "standings_of",
    "tiers_of",
    "version_in_force",
    "versions_in_force",
    "versions_of",
    "went",
    "why",
]
