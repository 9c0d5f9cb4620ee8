"""The worked tables of docs/rules/tiers.md."""

from datetime import date

import pytest

from tests.domain.segmentation.schemes import ABC, RFM
from zhike.domain.segmentation.rules import SCHEME, Breakpoints, evaluate, explain, revive, snapshot, snapshot_fields

POINTS = Breakpoints(
    {
        "recency_days": (30, 60, 90, 180),
        "orders": (1, 2, 5, 10),
        "amount": (50_000, 200_000, 1_000_000, 5_000_000),
    },
    {"recency_days": 60, "orders": 5, "amount": 1_000_000},
)


@pytest.mark.parametrize(
    ("recency", "orders", "yuan", "scores", "tier"),
    [
        (12, 18, 182_300, (5, 5, 5), "high_value"),
        (30, 2, 500, (5, 2, 1), "potential"),
        (91, 11, 60_000, (2, 5, 5), "churn_risk"),
        (60, 1, 500, (4, 1, 1), "low_value"),
        (400, 0, 0, (None, None, None), "none"),
    ],
)
def test_four_classes(
    recency: int, orders: int, yuan: int, scores: tuple[int | None, int | None, int | None], tier: str
) -> None:
    figures = {"recency_days": recency, "orders": orders, "amount": yuan * 100}
    found = evaluate(SCHEME.validate_python(RFM), figures, POINTS)
    assert (found.recency_score, found.frequency_score, found.monetary_score) == scores
    assert found.tier == tier


@pytest.mark.parametrize(
    ("recency", "orders", "yuan", "tier"),
    [
        (60, 6, 10_001, "important_value"),
        (60, 5, 10_001, "important_develop"),
        (61, 6, 10_001, "important_keep"),
        (61, 5, 10_001, "important_win_back"),
        (60, 6, 10_000, "general_value"),
        (60, 5, 10_000, "general_develop"),
        (61, 6, 10_000, "general_keep"),
        (61, 5, 10_000, "general_win_back"),
    ],
)
def test_eight_classes(recency: int, orders: int, yuan: int, tier: str) -> None:
    figures = {"recency_days": recency, "orders": orders, "amount": yuan * 100}
    assert evaluate(SCHEME.validate_python(RFM | {"reading": "eight"}), figures, POINTS).tier == tier


@pytest.mark.parametrize(
    ("figures", "tier", "why"),
    [
        ({"amount_365": 50_000_000}, "a", "yearly amount ¥500,000 ≥ ¥500,000: A"),
        ({"amount_365": 1, "is_strategic": True}, "a", "strategic customer: A"),
        (
            {"amount_365": 10_000_000, "growth": 0.25},
            "b",
            "yearly amount ¥100,000 ≥ ¥100,000, yearly growth 25% > 0%: B",
        ),
        ({"amount_365": 10_000_000, "growth": -0.1}, "c", "yearly amount ¥100,000 < ¥500,000: C"),
        ({}, "none", "no tier's conditions hold (yearly amount –, strategic customer –, yearly growth –)"),
    ],
)
def test_tiers_with_conditions(figures: dict[str, int | float | bool], tier: str, why: str) -> None:
    spec = SCHEME.validate_python(ABC)
    found = evaluate(spec, figures, POINTS)
    assert found.tier == tier
    assert explain(spec, found, figures, language="en", gettext=str) == why


def test_the_last_tier_without_a_condition_takes_everybody_else() -> None:
    tiers = [*ABC["tiers"][:2], {"key": "rest", "name": {"zh": "其余", "en": "Rest"}}]
    spec = SCHEME.validate_python(ABC | {"tiers": tiers})
    found = evaluate(spec, {"amount_365": 700}, POINTS)
    assert found.tier == "rest"
    assert explain(spec, found, {"amount_365": 700}, language="en", gettext=str) == (
        "no higher tier's conditions hold (yearly amount ¥7, strategic customer –, yearly growth –): Rest"
    )


def test_a_definition_reads_back_as_it_was_written() -> None:
    for definition in (
        ABC,
        RFM,
        RFM
        | {
            "cut_offs": {key: [1, 2, 3, 4.5] for key in ("amount",)}
            | {"recency_days": [1, 2, 3, 4], "orders": [1, 2, 3, 4]}
        },
    ):
        spec = SCHEME.validate_python(definition)
        assert SCHEME.validate_python(SCHEME.dump_python(spec, mode="json")) == spec


def test_the_figures_kept_are_dates_where_the_figure_moves_by_itself() -> None:
    spec = SCHEME.validate_python(RFM)
    figures: dict[str, int | float | str | bool | date | None] = {
        "recency_days": 12,
        "last_order_on": date(2026, 3, 4),
        "orders": 3,
        "amount": 700,
        "growth": 0.5,
    }
    kept = snapshot(spec, figures)
    assert kept == {"amount": 700, "orders": 3, "last_order_on": "2026-03-04"}
    assert revive(kept, as_of=date(2026, 3, 17))["recency_days"] == 13
    assert list(kept) == list(snapshot_fields(spec))
