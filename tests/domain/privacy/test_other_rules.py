from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.privacy.models import PersonRequest
from zhike.domain.privacy.rules.anonymising import anonymise
from zhike.domain.privacy.rules.requests import is_closed, is_overdue, may_become
from zhike.domain.privacy.rules.retention import PERIODS, kept_since


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("李明说交期太长。", "*客户说交期太长。"),
        ("华东精密的李明和海潮贸易的王芳都来了", "A公司的*客户和B公司的*客户都来了"),
        ("海潮贸易比华东精密机械有限公司快，华东精密也承认", "A公司比B公司快，B公司也承认"),
        ("没有人提到名字", "没有人提到名字"),
        ("", ""),
    ],
)
def test_interview_records_name_nobody(text: str, hidden: str) -> None:
    companies = ["华东精密机械有限公司/华东精密", "海潮贸易"]
    assert anonymise(text, people=["李明", "王芳"], companies=companies) == hidden


def test_the_twenty_seventh_company_has_two_letters() -> None:
    names = [f"第{number:02}号厂" for number in range(28)]
    said = anonymise("、".join(names), companies=names).split("、")
    assert said[0] == "A公司"
    assert said[25:] == ["Z公司", "AA公司", "AB公司"]


names = st.text("甲乙丙丁客户公司A*", min_size=2, max_size=4)


@given(st.lists(names, max_size=4), st.lists(names, max_size=4), st.text("甲乙丙丁戊。", max_size=40))
def test_no_name_is_left_in_an_interview_record(people: list[str], companies: list[str], text: str) -> None:
    plain = [name for name in (*people, *companies) if set(name) <= set("甲乙丙丁")]
    hidden = anonymise(text + "".join(plain), people=people, companies=companies)
    assert not [name for name in plain if name in hidden]


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


def test_a_request_ends_answered_or_refused() -> None:
    assert {state for state in PersonRequest.State.values if is_closed(state)} == {"answered", "refused"}


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
