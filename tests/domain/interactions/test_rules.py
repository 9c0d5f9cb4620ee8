from datetime import UTC, date, datetime

import pytest

from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.rules import Promise, best_match, keeps

DAY = date(2026, 3, 16)


def promise(pk: int, channel: str = "", *, due: int = 20, cadence: str = "", planned: date | None = None) -> Promise:
    return Promise(
        pk=pk,
        channel=channel,
        cadence=cadence,
        planned_on=planned,
        due_at=datetime(2026, 3, due, 10, tzinfo=UTC),
        due_on=date(2026, 3, due),
    )


@pytest.mark.parametrize(
    ("promised", "channel", "is_kept"),
    [
        ("", "wechat", True),
        ("phone", "phone", True),
        ("phone", "visit", True),
        ("visit", "phone", False),
        ("visit", "meeting", False),
        ("meeting", "visit", True),
        ("email", "wechat", True),
        ("email", "phone", False),
        ("task", "visit", False),
    ],
)
def test_a_closer_contact_keeps_what_a_lighter_one_was_promised(promised: str, channel: str, is_kept: bool) -> None:
    assert keeps(promised, channel) is is_kept


@pytest.mark.parametrize("channel", Interaction.Channel.values)
def test_each_channel_keeps_what_was_promised_through_it(channel: str) -> None:
    assert keeps(channel, channel)
    assert keeps("", channel)


def test_the_promise_through_the_very_channel_comes_before_the_one_due_first() -> None:
    found = best_match([promise(1, "phone", due=17), promise(2, "visit", due=30)], channel="visit", on=DAY)
    assert found is not None
    assert found.pk == 2


def test_of_equals_the_one_due_first_is_kept() -> None:
    found = best_match([promise(1, due=22), promise(2, due=17), promise(3, due=19)], channel="phone", on=DAY)
    assert found is not None
    assert found.pk == 2


@pytest.mark.parametrize(
    ("planned", "is_kept"),
    [(date(2026, 3, 2), True), (date(2026, 3, 31), True), (date(2026, 4, 1), False)],
)
def test_a_plan_item_counts_from_the_first_day_of_its_cycle(planned: date, is_kept: bool) -> None:
    found = best_match([promise(1, cadence="month", planned=planned)], channel="phone", on=DAY)
    assert (found is not None) is is_kept


@pytest.mark.parametrize(("due", "is_kept"), [(2, True), (16, True), (23, True), (24, False), (31, False)])
def test_what_any_channel_would_keep_waits_until_a_week_before_its_deadline(due: int, is_kept: bool) -> None:
    found = best_match([promise(1, due=due)], channel="wechat", on=DAY)
    assert (found is not None) is is_kept


def test_what_was_promised_through_a_channel_is_kept_however_early() -> None:
    assert best_match([promise(1, "phone", due=31)], channel="phone", on=DAY) is not None


def test_where_nothing_fits_nothing_is_kept() -> None:
    assert best_match([promise(1, "task"), promise(2, "visit")], channel="phone", on=DAY) is None
    assert best_match([], channel="phone", on=DAY) is None
