from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.privacy.models import Consent
from zhike.domain.privacy.rules.consent import CARRIES, Entry, carries, live_basis

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def on(day: int) -> datetime:
    return MARCH.replace(day=day)


def given_on(day: int, *, basis: str = "consent", until: int | None = None, purpose: str = "survey") -> Entry:
    return Entry(purpose, basis, True, on(day), on(until) if until else None)


def withdrawn_on(day: int, *, purpose: str = "survey") -> Entry:
    return Entry(purpose, "consent", False, on(day))


@pytest.mark.parametrize(
    ("entries", "at", "basis"),
    [
        pytest.param([], 10, None, id="nothing was ever said"),
        pytest.param([given_on(5)], 4, None, id="not yet given"),
        pytest.param([given_on(5)], 5, "consent", id="given at that moment"),
        pytest.param([given_on(5)], 10, "consent", id="given before"),
        pytest.param([given_on(5, until=9)], 8, "consent", id="not yet expired"),
        pytest.param([given_on(5, until=9)], 9, None, id="expired at that moment"),
        pytest.param([given_on(5), withdrawn_on(7)], 6, "consent", id="before it was withdrawn"),
        pytest.param([given_on(5), withdrawn_on(7)], 7, None, id="withdrawn at that moment"),
        pytest.param([given_on(5), withdrawn_on(7), given_on(8)], 9, "consent", id="given again"),
        pytest.param([withdrawn_on(7), given_on(5)], 9, None, id="an earlier yes recorded later changes nothing"),
        pytest.param([given_on(5), withdrawn_on(5)], 6, None, id="of one moment the entry recorded last counts"),
        pytest.param([given_on(5), given_on(6, until=7)], 8, None, id="the older one does not come back"),
        pytest.param([given_on(5, basis="contract"), withdrawn_on(7)], 8, None, id="an objection ends a contract too"),
        pytest.param([given_on(5, purpose="profiling")], 8, None, id="another purpose"),
        pytest.param([given_on(5), withdrawn_on(6, purpose="recording")], 8, "consent", id="another one withdrawn"),
    ],
)
def test_the_latest_entry_decides(entries: list[Entry], at: int, basis: str | None) -> None:
    found = live_basis(entries, "survey", on(at))
    assert (found.basis if found else None) == basis


moments = st.integers(0, 60).map(lambda days: MARCH + timedelta(days=days))
entries = st.builds(
    Entry,
    st.sampled_from(["survey", "recording"]),
    st.sampled_from(["consent", "contract"]),
    st.booleans(),
    moments,
    st.none() | moments,
)


@given(st.lists(entries, max_size=8), moments)
def test_what_is_withdrawn_or_expired_never_carries_anything(history: list[Entry], at: datetime) -> None:
    found = live_basis(history, "survey", at)
    if found is not None:
        assert found.is_given
        assert found.at <= at
        assert found.expires_at is None or at < found.expires_at


@given(st.lists(entries, max_size=8), moments)
def test_a_withdrawal_ends_whatever_came_before(history: list[Entry], at: datetime) -> None:
    assert live_basis([*history, Entry("survey", "consent", False, at)], "survey", at) is None


@given(st.lists(entries, max_size=8), moments)
def test_what_begins_later_says_nothing_about_today(history: list[Entry], at: datetime) -> None:
    until_now = [entry for entry in history if entry.at <= at]
    assert live_basis(history, "survey", at) == live_basis(until_now, "survey", at)


@given(st.lists(entries, max_size=8), moments)
def test_purposes_do_not_meddle_with_each_other(history: list[Entry], at: datetime) -> None:
    own = [entry for entry in history if entry.purpose == "survey"]
    assert live_basis(history, "survey", at) == live_basis(own, "survey", at)


def test_every_purpose_may_rest_on_consent_and_marketing_on_nothing_else() -> None:
    assert set(CARRIES) == set(Consent.Purpose.values)
    assert all(carries("consent", purpose) for purpose in Consent.Purpose.values)
    assert all(carries(basis, p) == (basis == "consent") for p in CARRIES if p.startswith("marketing")
               for basis in Consent.Basis.values)  # fmt: skip
