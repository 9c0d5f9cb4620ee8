from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.cycles import Cadence, Turns, cycles_between, parse_cadence, turns
from zhike.domain.commitments.rules.due import RuleError
from zhike.gateways import holidays

CHINA = holidays.china()
OFFICIAL = WorkingCalendar(
    ZoneInfo("Asia/Shanghai"), days_off=CHINA.days_off, make_up_days=CHINA.make_up_days, published=CHINA.published
)
TEXTS = ["month", "quarter", "half-year", "year", "1 week", "2 weeks", "13 weeks"]
cadences = st.sampled_from(TEXTS).map(parse_cadence)
days = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("cadence", "day", "key", "start", "end"),
    [
        ("month", date(2026, 11, 22), "2026-11", date(2026, 11, 1), date(2026, 12, 1)),
        ("quarter", date(2026, 11, 22), "2026Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("half-year", date(2026, 11, 22), "2026H2", date(2026, 7, 1), date(2027, 1, 1)),
        ("half-year", date(2024, 2, 29), "2024H1", date(2024, 1, 1), date(2024, 7, 1)),
        ("year", date(2026, 12, 31), "2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("week", date(2027, 1, 1), "2026W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2 weeks", date(2026, 11, 22), "2026W46x2", date(2026, 11, 9), date(2026, 11, 23)),
    ],
)
def test_a_day_lies_in_its_cycle(cadence: str, day: date, key: str, start: date, end: date) -> None:
    cycle = parse_cadence(cadence).cycle_of(day)
    assert (cycle.key, cycle.start, cycle.end) == (key, start, end)


@pytest.mark.parametrize("text", ["", "monthly", "0 weeks", "53 weeks", "3 months", "sometimes"])
def test_what_is_no_cadence_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(RuleError, match="such as “2 weeks”"):
        parse_cadence(text)


def day_of(planned: Turns, customer_id: int) -> date | None:
    """The day of one customer's turn, None if it has none in this cycle."""
    if not planned.days:
        return None
    place = customer_id % len(planned.days)
    if place >= planned.passed:
        return planned.days[place]
    return planned.left[customer_id % len(planned.left)] if planned.left else None


@given(cadences)
def test_a_cadence_reads_back_as_it_is_written(cadence: Cadence) -> None:
    assert parse_cadence(str(cadence)) == cadence


@given(cadences, days, st.integers(0, 400))
def test_cycles_follow_one_another_without_gap_or_repetition(cadence: Cadence, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = cycles_between(cadence, first, last)
    assert found[0].start <= first < found[0].end
    assert found[-1].start <= last < found[-1].end
    assert all(one.end == other.start for one, other in pairwise(found))
    assert len({cycle.key for cycle in found}) == len(found)


@given(cadences, days)
def test_turns_of_a_coming_cycle_fall_evenly_on_its_working_days(cadence: Cadence, day: date) -> None:
    cycle = cadence.cycle_of(day)
    planned = turns(cycle, OFFICIAL, as_of=cycle.start - timedelta(days=1))
    if not planned.days:
        return
    counts = Counter(day_of(planned, customer) for customer in range(1000, 1000 + 3 * len(planned.days)))
    assert counts == dict.fromkeys(OFFICIAL.working_days(cycle.start, cycle.end), 3)


@given(cadences, days, st.integers(1, 10**9))
def test_the_turn_of_a_running_cycle_is_always_still_to_come(cadence: Cadence, as_of: date, customer: int) -> None:
    cycle = cadence.cycle_of(as_of)
    day = day_of(turns(cycle, OFFICIAL, as_of=as_of), customer)
    assert day is None or as_of < day < cycle.end


@given(cadences, days)
def test_those_who_join_late_are_spread_over_the_days_that_are_left(cadence: Cadence, as_of: date) -> None:
    planned = turns(cadence.cycle_of(as_of), OFFICIAL, as_of=as_of)
    if not planned.left:
        return
    everybody = len(planned.days) * len(planned.left)
    counts = Counter(day_of(planned, customer) for customer in range(everybody))
    assert set(counts) == set(planned.left)
    assert len(set(counts.values())) == 1


@pytest.mark.parametrize(
    ("as_of", "customer", "day"),
    [
        (date(2026, 10, 31), 21, date(2026, 11, 2)),  # November 2026 has 21 working days, so 21 is the first
        (date(2026, 10, 31), 20, date(2026, 11, 30)),
        (date(2026, 11, 10), 20, date(2026, 11, 30)),  # the own day is still to come
        (date(2026, 11, 10), 21, date(2026, 11, 20)),  # it is over: place 21 mod 14 among the days that are left
        (date(2026, 11, 24), 21, None),  # less than a quarter of the month is left
    ],
)
def test_a_customer_who_joins_in_mid_november_gets_a_day_that_is_left(
    as_of: date, customer: int, day: date | None
) -> None:
    november = parse_cadence("month").cycle_of(date(2026, 11, 1))
    assert day_of(turns(november, OFFICIAL, as_of=as_of), customer) == day


def test_a_cycle_without_a_working_day_has_no_turns() -> None:
    golden_week = parse_cadence("week").cycle_of(date(2026, 2, 18))
    assert day_of(turns(golden_week, OFFICIAL, as_of=date(2026, 2, 1)), 7) is None
