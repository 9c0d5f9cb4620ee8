"""How a customer's industry and tiers look on a page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zhike.domain.customers.rules.industries import INDUSTRIES, industry_name
from zhike.flows.directory import Tier

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


@register.filter
def badges(tiers: Iterable[Tier]) -> SafeString:
    """The badges of a row's tiers, beside each other."""
    return SafeString(" ".join(_badge(tier) for tier in tiers))


@lru_cache(maxsize=1024)
def _badge(tier: Tier) -> SafeString:
    return format_html('<span class="tier tier-{}" title="{}">{}</span>', tier.shade, tier.scheme_name, tier.name)


def tag_links(tags: Iterable[str]) -> SafeString:
    """The tags of a row, each of which narrows the list to it."""
    return SafeString("".join(_tag_link(tag) for tag in tags))


@lru_cache(maxsize=1024)
def _tag_link(tag: str) -> SafeString:
    return format_html('<a class="tag" href="?{}">{}</a>', urlencode({"tag": tag}), tag)


@register.filter
def industry_options(chosen: str) -> SafeString:
    """The options of a select of industries, indented below their sections."""
    return _industry_options(chosen, get_language() or "zh-hans")


@lru_cache(maxsize=256)
def _industry_options(chosen: str, language: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}{} {}</option>',
        (
            (
                industry.code,
                " selected" if industry.code == chosen else "",
                "" if industry.is_section else "\u3000",
                industry.code,
                industry_name(industry.code, language),
            )
            for industry in INDUSTRIES.values()
        ),
    )
