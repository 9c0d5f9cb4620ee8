"""Ordered tiers with conditions over the figures: the first that holds is the customer's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from zhike.analytics.conditions import column
from zhike.kernel.conditions import AllOf, Condition


def assign(figures: ir.Table, tiers: Sequence[tuple[str, Condition | None]]) -> Any:
    """The column of tier keys; a tier without condition takes everybody left, and `none` whoever is left after all."""
    return ibis.cases(
        *((column(condition if condition is not None else AllOf(()), figures), key) for key, condition in tiers),
        else_="none",
    )
