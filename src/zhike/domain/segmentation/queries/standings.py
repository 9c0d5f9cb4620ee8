"""The tiers of customers with the reason of each, put in words when somebody reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext

from zhike.domain.segmentation.models import Override, Standing, StandingQuerySet
from zhike.domain.segmentation.queries.schemes import spec_of
from zhike.domain.segmentation.rules import Evaluation, SchemeSpec, TierSpec, explain, in_language, revive
from zhike.kernel.scope import Actor, Level, reach, sees_finance


@dataclass(frozen=True, slots=True)
class StandingView:
    """A customer's tier under one scheme as people read it, in the reader's language; `rank` 1 is the best tier."""

    customer_id: int
    scheme: str
    scheme_name: str
    tier: str
    tier_name: str
    colour: str
    rank: int
    why: str
    recency_score: int | None
    frequency_score: int | None
    monetary_score: int | None
    total_score: float | None
    started_on: date
    ended_on: date | None
    previous_tier: str
    previous_tier_name: str
    is_overridden: bool


def tiers_of(customer_ids: Iterable[int], *, actor: Actor) -> dict[int, dict[str, StandingView]]:
    """The current tiers of some customers within reach of the actor: customer → scheme key → tier. One query."""
    found: dict[int, dict[str, StandingView]] = {}
    for standing in _with_rules(actor).current().filter(customer_id__in=list(customer_ids)):
        found.setdefault(standing.customer_id, {})[standing.scheme.key] = _view(standing, actor)
    return found


def standings_of(customer_id: int, *, actor: Actor) -> list[StandingView]:
    """The current tiers of one customer, in the order of the schemes."""
    current = _with_rules(actor).current().filter(customer_id=customer_id)
    return [_view(standing, actor) for standing in current.order_by("scheme__position", "scheme_id")]


def history_of(customer_id: int, scheme_key: str, *, actor: Actor) -> list[StandingView]:
    """Every tier the customer has had under a scheme, the latest first."""
    periods = _with_rules(actor).filter(customer_id=customer_id, scheme__key=scheme_key)
    return [_view(standing, actor) for standing in periods.order_by("-started_on", "-pk")]


def why(standing: Standing, *, shows_amounts: bool) -> str:
    """The reason of a tier in one sentence, in the active language: the figures against the rule, or who set it.

    Without the right to amounts of money the figures are not told.
    """
    if standing.override is not None:
        return override_words(standing.override)
    if not shows_amounts:
        return gettext("decided by figures, amounts of money among them, that you may not see")
    spec = spec_of(standing.version)
    figures = revive(standing.figures, as_of=_seen_on(standing))
    evaluation = Evaluation(
        standing.tier,
        standing.recency_score,
        standing.frequency_score,
        standing.monetary_score,
        standing.total_score,
    )
    return explain(spec, evaluation, figures, language=get_language() or "zh-hans", gettext=gettext)


def override_words(override: Override) -> str:
    """Why a tier is what it is although the rules say otherwise."""
    words = {"day": override.expires_on.isoformat(), "reason": override.reason}
    return gettext("set by hand until %(day)s: %(reason)s") % words


def _seen_on(standing: Standing) -> date:
    # A quiet customer's row isn't written every night; what it says held until the last evaluation all the same.
    last = standing.version.evaluated_on
    if standing.ended_on is None and last is not None:
        return max(last, standing.evaluated_on)
    return standing.evaluated_on


def _with_rules(actor: Actor) -> StandingQuerySet:
    seen = Standing.objects.for_user(actor, "view").exclude(scheme__retired_at__isnull=False)
    rows = seen.select_related("scheme", "version", "override")
    return rows if _sees_every_amount(actor) else rows.select_related("customer")


def _sees_every_amount(actor: Actor) -> bool:
    return reach(actor, "finance", "view", "customer") == Level.ALL


def _view(standing: Standing, actor: Actor) -> StandingView:
    spec = spec_of(standing.version)
    language = get_language() or "zh-hans"
    tier = _tier(spec, standing.tier)
    previous = _tier(spec, standing.previous_tier) if standing.previous_tier else None
    return StandingView(
        customer_id=standing.customer_id,
        scheme=standing.scheme.key,
        scheme_name=in_language(spec.name, language),
        tier=standing.tier,
        tier_name=in_language(tier.name, language) if tier else standing.tier,
        colour=tier.colour if tier else "grey",
        rank=spec.tier_list().index(tier) + 1 if tier else len(spec.tier_list()),
        why=why(standing, shows_amounts=_sees_every_amount(actor) or sees_finance(actor, standing.customer)),
        recency_score=standing.recency_score,
        frequency_score=standing.frequency_score,
        monetary_score=standing.monetary_score,
        total_score=standing.total_score,
        started_on=standing.started_on,
        ended_on=standing.ended_on,
        previous_tier=standing.previous_tier,
        previous_tier_name=in_language(previous.name, language) if previous else standing.previous_tier,
        is_overridden=standing.override_id is not None,
    )


def _tier(spec: SchemeSpec, key: str) -> TierSpec | None:
    # A version may have dropped a tier that an older period still names.
    return next((tier for tier in spec.tier_list() if tier.key == key), None)
