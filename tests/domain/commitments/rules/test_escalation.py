from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.due import RuleError, due
from zhike.domain.commitments.rules.escalation import chain, latest_deadlines, parse_steps
from zhike.gateways import holidays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = holidays.china()
OFFICIAL = WorkingCalendar(
    SHANGHAI, days_off=CHINA.days_off, make_up_days=CHINA.make_up_days, published=CHINA.published
)
STEPS = parse_steps(["due", "1 working day", "3 working days"])
whole_seconds = st.times().map(lambda time: time.replace(microsecond=0))
instants = st.builds(
    datetime.combine, st.dates(date(2024, 1, 1), date(2027, 1, 1)), whole_seconds, tzinfo=st.just(SHANGHAI)
)


def steps_reached(deadline: datetime, *, now: datetime) -> int:
    """How many steps have come, asked of each promise on its own."""
    taken = [deadline if step is None else due(deadline, step, OFFICIAL) for step in STEPS]
    return max((number for number, moment in enumerate(taken, start=1) if moment < now), default=0)


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        ("2026-03-06T15:00", 0),  # the deadline itself is still in time
        ("2026-03-06T15:01", 1),
        ("2026-03-09T18:00", 1),
        ("2026-03-09T18:01", 2),
        ("2026-03-11T18:01", 3),
        ("2027-03-11T18:01", 3),
    ],
)
def test_steps_are_reached_one_after_the_other(now: str, reached: int) -> None:
    deadline = datetime(2026, 3, 6, 15, tzinfo=SHANGHAI)
    instant = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    assert sum(deadline <= limit for limit in latest_deadlines(STEPS, now=instant, calendar=OFFICIAL)) == reached


@given(instants, st.integers(-40 * 24 * 3600, 0))
def test_the_latest_deadlines_say_the_same_as_the_steps(now: datetime, seconds: int) -> None:
    deadline = now + timedelta(seconds=seconds)
    limits = latest_deadlines(STEPS, now=now, calendar=OFFICIAL)
    assert sum(deadline <= limit for limit in limits) == steps_reached(deadline, now=now)


def test_steps_may_be_written_in_chinese() -> None:
    assert parse_steps(["到期", "1个工作日", "3个工作日"]) == STEPS


def test_a_step_that_is_no_rule_is_refused() -> None:
    with pytest.raises(RuleError):
        parse_steps(["due", "some day"])


@pytest.mark.parametrize(
    ("heads", "owner", "told"),
    [
        ([2, 3, 4], 1, (2, 3, 4)),
        ([1, 3, 4], 1, (3, 4)),  # a head is not his own superior
        ([2, None, 4], 1, (2, 4)),  # a department without a head
        ([2, 9, 4], 1, (2, 4)),  # somebody who has left
        ([2, 2, 4], 1, (2, 4)),  # one person heads two departments
        ([1], 1, ()),
    ],
)
def test_the_chain_goes_up_the_heads_without_the_owner_and_those_who_left(
    heads: list[int | None], owner: int, told: tuple[int, ...]
) -> None:
    assert chain(heads, owner=owner, active=frozenset({1, 2, 3, 4})) == told
