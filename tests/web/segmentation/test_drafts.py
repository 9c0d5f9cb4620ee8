"""The editor of tier schemes: any scheme comes out as it went in, and every button does one thing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.segmentation.rules import SCHEME, TierScheme
from zhike.flows.playbooks import SHIPPED, read
from zhike.kernel.conditions import AllOf, AnyOf, Compare, Condition, holds
from zhike.web.segmentation.drafts import SchemeDraft, alternatives

NAME = {"zh": "某", "en": "some"}
COMPARISONS = st.sampled_from([Compare("orders", ">=", limit) for limit in (1, 2, 3)] + [Compare("returns", "<", 2)])
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=6,
)


def _scheme(*tiers: dict[str, Any]) -> TierScheme:
    spec = SCHEME.validate_python({"key": "s", "name": NAME, "method": "tiers", "tiers": list(tiers)})
    assert isinstance(spec, TierScheme)
    return spec


def posted(draft: SchemeDraft) -> dict[str, str]:
    """What a browser would send for the form of the draft."""
    sent = {
        "zh": draft.zh,
        "en": draft.en,
        "window_days": draft.window_days,
        "count_orders_by": draft.count_orders_by,
    }
    for i, tier in enumerate(draft.tiers):
        sent |= {f"tiers-{i}-key": tier.key, f"tiers-{i}-zh": tier.zh, f"tiers-{i}-en": tier.en}
        sent[f"tiers-{i}-colour"] = tier.colour
        for j, group in enumerate(tier.groups):
            for k, row in enumerate(group):
                name = f"tiers-{i}-groups-{j}-rows-{k}"
                sent |= {f"{name}-field": row.field, f"{name}-operator": row.operator, f"{name}-value": row.value}
    return sent


@given(CONDITIONS, st.integers(0, 4), st.integers(0, 4))
def test_alternatives_mean_what_the_condition_means(condition: Condition, orders: int, returns: int) -> None:
    figures = {"orders": orders, "returns": returns}
    said = any(all(holds(part, figures) for part in parts) for parts in alternatives(condition))
    assert said == holds(condition, figures)


@pytest.mark.parametrize(
    "spec", [spec for name in SHIPPED for spec in read(name).schemes if isinstance(spec, TierScheme)], ids=str
)
def test_a_shipped_scheme_comes_out_of_the_form_with_the_same_meaning(spec: TierScheme) -> None:
    definition = SchemeDraft.of_post(spec.key, posted(SchemeDraft.of_spec(spec))).definition()
    again = SCHEME.validate_python(definition)
    assert isinstance(again, TierScheme)
    assert [(tier.key, tier.name, tier.colour) for tier in again.tiers] == [
        (tier.key, tier.name, tier.colour) for tier in spec.tiers
    ]
    for before, after in zip(spec.tiers, again.tiers, strict=True):
        assert (before.when is None) == (after.when is None)
        if before.when is not None and after.when is not None:
            assert alternatives(before.when) == alternatives(after.when)


@pytest.mark.parametrize(
    ("field", "operator", "typed", "kept"),
    [
        ("amount_365", ">=", "500000", 500000),
        ("amount_365", ">=", "99.5", 99.5),
        ("growth", ">", "10", 0.1),
        ("growth", ">", "-12.5", -0.125),
        ("orders", ">=", "3", 3),
        ("last_order_on", ">", "2026-01-31", "2026-01-31"),
        ("is_strategic", "=", "no", False),
        ("growth", "exists", "no", False),
        ("region", "in", "江苏、浙江", ["江苏", "浙江"]),
    ],
)
def test_values_are_kept_as_playbooks_write_them(field: str, operator: str, typed: str, kept: object) -> None:
    draft = SchemeDraft.of_spec(_scheme({"key": "a", "name": NAME, "when": ["orders", ">", 0]}))
    row = draft.tiers[0].groups[0][0]
    row.field, row.operator, row.value = field, operator, typed
    definition = draft.definition()
    assert definition is not None
    assert definition["tiers"][0]["when"] == {"all": [[field, operator, kept]]}
    SCHEME.validate_python(definition)


@pytest.mark.parametrize(
    ("field", "typed"), [("amount_365", "much"), ("orders", "2.5"), ("orders", ""), ("last_order_on", "31.1.2026")]
)
def test_a_wrong_value_is_named_at_its_row(field: str, typed: str) -> None:
    draft = SchemeDraft.of_spec(_scheme({"key": "a", "name": NAME, "when": ["orders", ">", 0]}))
    row = draft.tiers[0].groups[0][0]
    row.field, row.value = field, typed
    assert draft.definition() is None
    assert row.error


def test_only_the_last_tier_takes_everyone_else() -> None:
    draft = SchemeDraft.of_spec(
        _scheme({"key": "a", "name": NAME, "when": ["orders", ">", 0]}, {"key": "b", "name": NAME})
    )
    draft.change("up:1")
    assert draft.definition() is None
    assert draft.errors


def test_the_buttons_add_move_and_remove() -> None:
    draft = SchemeDraft.of_spec(
        _scheme({"key": "a", "name": NAME, "when": ["orders", ">", 0]}, {"key": "b", "name": NAME})
    )
    draft.change("add-tier")
    assert [tier.key for tier in draft.tiers] == ["a", "tier-1", "b"]
    draft.change("up:1")
    assert [tier.key for tier in draft.tiers] == ["tier-1", "a", "b"]
    draft.change("remove-tier:0")
    draft.change("add-group:0")
    draft.change("add-row:0:1")
    assert [len(group) for group in draft.tiers[0].groups] == [1, 2]
    draft.change("remove-row:0:0:0")
    assert [len(group) for group in draft.tiers[0].groups] == [2]


@pytest.mark.parametrize("wish", ["", "nonsense", "up", "up:99", "remove-row:0:9:9", "add-row:x", "remove-tier:7"])
def test_a_button_that_makes_no_sense_does_nothing(wish: str) -> None:
    draft = SchemeDraft.of_spec(_scheme({"key": "a", "name": NAME, "when": ["orders", ">", 0]}))
    before = posted(draft)
    draft.change(wish)
    assert posted(draft) == before
