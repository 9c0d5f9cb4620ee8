"""One customer's tier: set at once, kept as half-open periods, told with its reason, and set by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.cast import NOW, Cast
from tests.domain.segmentation.schemes import ABC, RFM, order, put
from zhike.domain.segmentation.models import Override, SchemeVersion, Standing
from zhike.domain.segmentation.queries import distribution, heat_map, history_of, migration, standings_of, tiers_of
from zhike.domain.segmentation.services import (
    end_override,
    lapse_overrides,
    override_tier,
    put_scheme,
    reevaluate,
    retire_scheme,
)
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.models import Activity

TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


def tier_of(cast: Cast, scheme: str = "abc") -> str:
    return tiers_of([cast.tide.pk], actor=cast.zhao)[cast.tide.pk][scheme].tier


@pytest.fixture
def abc(cast: Cast) -> SchemeVersion:
    return put(ABC)


def test_an_order_moves_a_customer_at_once(cast: Cast, abc: SchemeVersion) -> None:
    order(cast.tide, TODAY, 90_000)
    assert reevaluate(customer_id=cast.tide.pk, as_of=TODAY) == 1
    assert tier_of(cast) == "c"
    order(cast.tide, TODAY + DAY, 600_000)
    assert reevaluate(customer_id=cast.tide.pk, as_of=TODAY + DAY) == 1
    assert tier_of(cast) == "a"


def test_evaluating_again_changes_nothing(cast: Cast, abc: SchemeVersion) -> None:
    order(cast.tide, TODAY, 90_000)
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY)
    before = list(Standing.everything.values())
    assert reevaluate(customer_id=cast.tide.pk, as_of=TODAY) == 0
    assert list(Standing.everything.values()) == before


def test_history_is_half_open_and_without_gaps(cast: Cast, abc: SchemeVersion) -> None:
    for day, yuan in ((TODAY, 90_000), (TODAY + 3 * DAY, 600_000), (TODAY + 5 * DAY, -400_000)):
        order(cast.tide, day, yuan)
        reevaluate(customer_id=cast.tide.pk, as_of=day)
    periods = [
        (view.tier, view.started_on, view.ended_on)
        for view in reversed(history_of(cast.tide.pk, "abc", actor=cast.zhao))
    ]
    assert periods == [
        ("c", TODAY, TODAY + 3 * DAY),
        ("a", TODAY + 3 * DAY, TODAY + 5 * DAY),
        ("c", TODAY + 5 * DAY, None),
    ]


def test_a_tier_that_changes_twice_in_a_day_leaves_no_empty_period(cast: Cast, abc: SchemeVersion) -> None:
    order(cast.tide, TODAY, 90_000)
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY)
    order(cast.tide, TODAY, 600_000)
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY)
    (view,) = history_of(cast.tide.pk, "abc", actor=cast.zhao)
    assert (view.tier, view.started_on, view.ended_on) == ("a", TODAY, None)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-hans", "¥620,000 ≥ ¥500,000"), ("en", "yearly amount ¥620,000 ≥ ¥500,000: A")],
)
def test_the_reason_speaks_the_readers_language(cast: Cast, abc: SchemeVersion, language: str, sentence: str) -> None:
    order(cast.tide, TODAY, 620_000)
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY)
    with translation.override(language):
        (view,) = standings_of(cast.tide.pk, actor=cast.zhao)
    assert sentence in view.why
    assert view.tier_name == ("A 级" if language == "zh-hans" else "A")


def test_who_has_no_data_is_not_graded_and_told_so(cast: Cast, abc: SchemeVersion) -> None:
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY)
    with translation.override("en"):
        (view,) = standings_of(cast.tide.pk, actor=cast.zhao)
    assert view.tier == "none"
    assert view.why == "no tier's conditions hold (yearly amount –, strategic customer no, yearly growth –)"


def test_scores_by_quintiles_wait_for_the_night_that_finds_them(cast: Cast) -> None:
    version = put(RFM)
    order(cast.tide, TODAY, 100)
    assert reevaluate(customer_id=cast.tide.pk, as_of=TODAY) == 0
    points = {"recency_days": [10, 20, 30, 40], "orders": [1, 2, 3, 4], "amount": [50, 500, 5_000, 50_000]}
    SchemeVersion.objects.filter(pk=version.pk).update(breakpoints={"scores": points, "centres": {}})
    assert reevaluate(customer_id=cast.tide.pk, as_of=TODAY) == 1
    with translation.override("en"):
        (view,) = standings_of(cast.tide.pk, actor=cast.zhao)
    assert view.why == (
        "R 5 (last order 0 days ago), F 1 (1 orders), M 4 (¥100); weighted 3.33 from 2.5 to below 4: Potential"
    )
    assert (view.recency_score, view.frequency_score, view.monetary_score) == (5, 1, 4)


def test_a_tier_set_by_hand_outranks_the_rules_until_its_day(cast: Cast, abc: SchemeVersion) -> None:
    order(cast.tide, TODAY, 90_000)
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY)
    override_tier(
        customer_id=cast.tide.pk,
        scheme_key="abc",
        tier="a",
        reason="年度框架协议谈判中",
        expires_on=TODAY + 30 * DAY,
        actor=cast.zhao,
        now=NOW,
    )
    with translation.override("en"):
        (view,) = standings_of(cast.tide.pk, actor=cast.zhao)
    assert (view.tier, view.is_overridden) == ("a", True)
    assert view.why == "set by hand until 2026-04-15: 年度框架协议谈判中"
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY + 29 * DAY)
    assert tier_of(cast) == "a"
    assert lapse_overrides(as_of=TODAY + 30 * DAY, now=NOW + 30 * DAY) == 1
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY + 30 * DAY)
    assert tier_of(cast) == "c"


def test_an_override_may_be_ended_and_leaves_its_trace(cast: Cast, abc: SchemeVersion) -> None:
    order(cast.tide, TODAY, 90_000)
    word: dict[str, Any] = {"customer_id": cast.tide.pk, "scheme_key": "abc", "actor": cast.zhao, "now": NOW}
    override_tier(tier="b", reason="试用", expires_on=TODAY + DAY, **word)
    end_override(**word)
    assert tier_of(cast) == "c"
    verbs = Activity.objects.filter(kind="tier").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["overridden", "override_ended"]
    with pytest.raises(NotFound):
        end_override(**word)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"tier": "z"}, "tier"), ({"reason": " "}, "reason"), ({"expires_on": TODAY}, "expires_on")],
)
def test_an_override_without_sense_is_refused(
    cast: Cast, abc: SchemeVersion, wrong: dict[str, object], field: str
) -> None:
    given: dict[str, object] = {"tier": "a", "reason": "试用", "expires_on": TODAY + DAY} | wrong
    with pytest.raises(Refused) as refusal:
        override_tier(customer_id=cast.tide.pk, scheme_key="abc", actor=cast.zhao, now=NOW, **given)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert not Override.objects.exists()


def test_nobody_sets_the_tier_of_a_customer_out_of_reach(cast: Cast, abc: SchemeVersion) -> None:
    with pytest.raises(NotFound):
        override_tier(
            customer_id=cast.tide.pk,
            scheme_key="abc",
            tier="a",
            reason="试用",
            expires_on=TODAY + DAY,
            actor=cast.wang,
            now=NOW,
        )


def test_people_see_the_tiers_of_their_own_customers(cast: Cast, abc: SchemeVersion) -> None:
    for customer in (cast.tide, cast.southern):
        order(customer, TODAY, 90_000)
        reevaluate(customer_id=customer.pk, as_of=TODAY)
    assert set(tiers_of([cast.tide.pk, cast.southern.pk], actor=cast.wang)) == {cast.southern.pk}
    assert {share.tier: share.customers for share in distribution("abc", actor=cast.wang)} == {
        "a": 0,
        "b": 0,
        "c": 1,
        "none": 0,
    }


def test_the_migration_matrix_compares_two_days(cast: Cast, abc: SchemeVersion) -> None:
    for customer in (cast.tide, cast.southern, cast.precision):
        order(customer, TODAY, 90_000)
        reevaluate(customer_id=customer.pk, as_of=TODAY)
    order(cast.tide, TODAY + DAY, 600_000)
    reevaluate(customer_id=cast.tide.pk, as_of=TODAY + DAY)
    reevaluate(customer_id=cast.orphan.pk, as_of=TODAY + DAY)
    moves = migration("abc", start=TODAY, end=TODAY + DAY, actor=cast.zhao)
    assert {(move.before, move.after): move.customers for move in moves} == {
        ("c", "a"): 1,
        ("c", "c"): 2,
        ("none", "none"): 1,
    }


def test_the_heat_map_has_all_25_cells(cast: Cast) -> None:
    version = put(RFM)
    points = {"recency_days": [10, 20, 30, 40], "orders": [1, 2, 3, 4], "amount": [1, 2, 3, 4]}
    SchemeVersion.objects.filter(pk=version.pk).update(breakpoints={"scores": points, "centres": {}})
    for customer, yuan in ((cast.tide, 100), (cast.southern, 300)):
        order(customer, TODAY, yuan)
        reevaluate(customer_id=customer.pk, as_of=TODAY)
    cells = {(cell.recency_score, cell.frequency_score): cell for cell in heat_map("rfm", actor=cast.zhao)}
    assert len(cells) == 25
    assert (cells[5, 1].customers, cells[5, 1].mean_amount_minor) == (2, 20_000)
    assert (cells[1, 1].customers, cells[1, 1].mean_amount_minor) == (0, None)


def test_a_definition_that_changes_nothing_makes_no_version(cast: Cast) -> None:
    assert put(ABC) == put(ABC)
    changed = put(ABC | {"window_days": 730})
    assert changed.number == 2
    first = SchemeVersion.objects.get(number=1)
    assert first.ended_at == changed.started_at


def test_a_retired_scheme_is_evaluated_no_more(cast: Cast, abc: SchemeVersion) -> None:
    retire_scheme(scheme_key="abc", actor=cast.zhao, now=NOW)
    assert reevaluate(customer_id=cast.tide.pk, as_of=TODAY) == 0


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"tiers": []}, "expected at least one tier"),
        ({"tiers": [ABC["tiers"][0], ABC["tiers"][0]]}, "distinct keys"),
        ({"tiers": [{"key": "a", "name": {"zh": "甲", "en": "A"}}, ABC["tiers"][1]]}, "only the last tier"),
        (
            {"tiers": [ABC["tiers"][0] | {"when": ["amout", ">", 1]}]},
            r"tiers\.tiers\.0\.when: unknown field|tiers\.0\.when: unknown field",
        ),
        ({"window": 30}, "window"),
    ],
)
def test_a_wrong_definition_is_refused_with_its_place(cast: Cast, wrong: dict[str, object], place: str) -> None:
    with pytest.raises(Refused, match=place), translation.override("en"):
        put_scheme(definition=ABC | wrong, actor=None, now=NOW)
