from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhike.domain.privacy.rules.requests import is_overdue, may_become
from zhike.domain.privacy.rules.retention import PERIODS, kept_since


@pytest.mark.parametrize(
    ("state", "wanted", "allowed"),
    [
        ("received", "checked", True),
        ("received", "in_work", False),
        ("received", "answered", False),
        ("received", "refused", True),
        ("checked", "in_work", True),
        ("checked", "answered", False),
        ("in_work", "answered", True),
        ("in_work", "received", False),
        ("answered", "in_work", False),
        ("refused", "received", False),
    ],
)
def test_nobody_is_answered_before_it_is_known_who_asks(state: str, wanted: str, allowed: bool) -> None:
    assert may_become(state, wanted) == allowed


@pytest.mark.parametrize(
    ("closed_on", "today", "late"),
    [(None, 9, False), (None, 11, True), (9, 20, False), (11, 20, True), (10, 20, False)],
)
def test_an_answer_is_late_after_its_day(closed_on: int | None, today: int, late: bool) -> None:
    def day(number: int) -> datetime:
        return datetime(2026, 3, number, tzinfo=UTC)

    assert is_overdue(due_at=day(10), closed_at=day(closed_on) if closed_on else None, at=day(today)) == late


@pytest.mark.parametrize(
    ("amount", "unit", "since"),
    [
        (1, "days", "2026-03-30"),
        (1, "months", "2026-02-28"),
        (12, "months", "2025-03-31"),
        (25, "months", "2024-02-29"),
        (3, "months", "2025-12-31"),
    ],
)
def test_periods_of_keeping_reach_back_by_whole_months(amount: int, unit: str, since: str) -> None:
    found = kept_since(datetime(2026, 3, 31, 8, tzinfo=UTC), amount, unit)
    assert f"{found:%Y-%m-%d %H}" == f"{since} 08"


def test_only_leftovers_of_the_system_are_cleared_without_being_asked_for() -> None:
    assert {key for key, period in PERIODS.items() if not period.is_business} == {
        "uploads", "job_results", "answers", "sign_in",
    }  # fmt: skip
    assert all(period.floor <= period.ordinary for period in PERIODS.values())
