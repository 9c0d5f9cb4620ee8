"""Schemes with their tiers, and the tiers of a customer with the reason of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Day, Line
from zhike.domain.customers.queries import customer_file
from zhike.domain.segmentation.queries import (
    StandingView,
    distribution,
    history_of,
    spec_of,
    standings_of,
    version_in_force,
    versions_in_force,
)
from zhike.domain.segmentation.rules import in_language
from zhike.flows.tiers import give_back, set_by_hand
from zhike.kernel import clock
from zhike.kernel.errors import Denied

router = Router(tags=["tiers"])


class Share(Schema):
    """One tier of a scheme and how many customers of the token's person are in it."""

    tier: str
    name: str
    customers: int


class SchemeOut(Schema):
    """A scheme in force."""

    key: str
    name: str
    version: int
    evaluated_on: date | None
    tiers: list[Share]


class StandingOut(Schema):
    """A tier of a customer under one scheme, since when, until when (null: still), and why."""

    scheme: str
    scheme_name: str
    tier: str
    tier_name: str
    why: str = Field(description="One sentence with the figures behind it.")
    since: date
    until: date | None = Field(description="The first day on which it was another tier.")
    is_overridden: bool
    scores: dict[str, float | None] = Field(description="r, f, m and total; null outside RFM.")


class OverrideIn(Given):
    """A tier set by hand."""

    tier: str = Field(max_length=40)
    reason: Line = Field(min_length=1, max_length=200)
    expires_on: Day


@router.get("/tiers/", response={200: list[SchemeOut], **PROBLEMS}, summary="List schemes and their tiers")
def list_schemes(request: CallerRequest) -> list[dict[str, Any]]:
    """Every scheme in force, with the number of customers in each tier."""
    if not request.auth.may("tier", "view"):
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    language = get_language() or ""
    return [
        {
            "key": version.scheme.key,
            "name": in_language(spec_of(version).name, language),
            "version": version.number,
            "evaluated_on": version.evaluated_on,
            "tiers": [
                {"tier": share.tier, "name": share.name, "customers": share.customers}
                for share in distribution(version.scheme.key, actor=request.auth)
            ],
        }
        for version in versions_in_force()
    ]


@router.get("/customers/{int:customer_id}/tiers/", response={200: list[StandingOut], **PROBLEMS}, summary="Read tiers")
def read_tiers(request: CallerRequest, customer_id: int) -> list[dict[str, Any]]:
    """The customer's tier under each scheme."""
    customer = customer_file(request.auth, customer_id)
    return [_document(view) for view in standings_of(customer.pk, actor=request.auth)]


@router.get(
    "/customers/{int:customer_id}/tiers/{slug:scheme_key}/",
    response={200: list[StandingOut], **PROBLEMS},
    summary="Read the history of a tier",
)
def read_tier_history(request: CallerRequest, customer_id: int, scheme_key: str) -> list[dict[str, Any]]:
    """Every tier that the customer has had under the scheme, the latest first."""
    customer = customer_file(request.auth, customer_id)
    version_in_force(scheme_key)
    return [_document(view) for view in history_of(customer.pk, scheme_key, actor=request.auth)]


@router.put(
    "/customers/{int:customer_id}/tiers/{slug:scheme_key}/override/",
    response={200: StandingOut, **PROBLEMS},
    summary="Set a tier by hand",
)
def set_override(request: CallerRequest, customer_id: int, scheme_key: str, payload: OverrideIn) -> dict[str, Any]:
    """A tier that outranks the rules until a day, with a reason; it takes the place of an earlier one."""
    customer = customer_file(request.auth, customer_id)
    given = payload.model_dump()
    set_by_hand(customer_id=customer.pk, scheme_key=scheme_key, actor=request.auth, now=clock.now(), **given)
    return next(_document(view) for view in standings_of(customer.pk, actor=request.auth) if view.scheme == scheme_key)


@router.delete(
    "/customers/{int:customer_id}/tiers/{slug:scheme_key}/override/",
    response={204: None, **PROBLEMS},
    summary="Let the rules decide again",
)
def end_override(request: CallerRequest, customer_id: int, scheme_key: str) -> Status[None]:
    """Ends what was set by hand; the tier follows the rules at once."""
    customer = customer_file(request.auth, customer_id)
    give_back(customer_id=customer.pk, scheme_key=scheme_key, actor=request.auth, now=clock.now())
    return Status(204, None)


def _document(view: StandingView) -> dict[str, Any]:
    return {
        "scheme": view.scheme,
        "scheme_name": view.scheme_name,
        "tier": view.tier,
        "tier_name": view.tier_name,
        "why": view.why,
        "since": view.started_on,
        "until": view.ended_on,
        "is_overridden": view.is_overridden,
        "scores": {
            "r": view.recency_score,
            "f": view.frequency_score,
            "m": view.monetary_score,
            "total": view.total_score,
        },
    }
