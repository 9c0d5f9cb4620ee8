"""How a customer's industry and tiers look on a page."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from zhike.domain.customers.rules.industries import industry_name

register = template.Library()

PALEST = 4


@register.filter
def industry(code: str) -> str:
    """The industry's name in the reader's language."""
    return industry_name(code, get_language() or "zh-hans")


@register.filter
def shade(rank: int) -> int:
    """The shade of a tier's badge: 1 is the strongest colour, 4 the palest."""
    return min(rank, PALEST)
