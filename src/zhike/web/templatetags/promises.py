"""How commitments and interactions read on a page: what is promised, how to do it, where it comes from."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import wording
from zhike.domain.commitments.queries.board import Source, source_of
from zhike.domain.interactions.models import Interaction
from zhike.kernel import clock

register = template.Library()

_CHANNEL_ICONS = {
    Interaction.Channel.PHONE: "phone",
    Interaction.Channel.VISIT: "map-pin",
    Interaction.Channel.WECHAT: "brand-wechat",
    Interaction.Channel.EMAIL: "mail",
    Interaction.Channel.MEETING: "video",
}


@register.filter
def promised(commitment: Commitment) -> str:
    """What is owed, in the reader's language."""
    return wording(commitment, get_language() or "")


@register.filter
def guide(commitment: Commitment) -> str:
    """How to do it, in the reader's language; empty where the standard says nothing."""
    return in_reader_language(commitment.standard.guide, get_language() or "") if commitment.standard else ""


@register.filter
def standard_name(commitment: Commitment) -> str:
    """The name of the standard behind it, in the reader's language."""
    return in_reader_language(commitment.standard.name, get_language() or "") if commitment.standard else ""


@register.filter
def source_text(commitment: Commitment) -> str:
    """Where it comes from: the care plan, another standard, or somebody's promise."""
    return {
        Source.PLAN: _("Care plan"),
        Source.STANDARD: _("Service standard"),
        Source.FOLLOW_UP: _("Follow-up"),
    }[source_of(commitment)]


@register.filter
def source_icon(commitment: Commitment) -> str:
    """The picture that goes with `source_text`."""
    return {Source.PLAN: "calendar-event", Source.STANDARD: "clipboard-check", Source.FOLLOW_UP: "arrow-right"}[
        source_of(commitment)
    ]


@register.filter
def standing(commitment: Commitment) -> str:
    """The state of `<c-status>`: its outcome, or open or overdue at this moment."""
    if commitment.outcome:
        return commitment.outcome
    return "overdue" if commitment.due_at < clock.now() else "open"


@register.filter
def channel_icon(channel: str) -> str:
    """The picture of a channel."""
    return _CHANNEL_ICONS.get(Interaction.Channel(channel), "message") if channel else "message"
