"""How values look on a page."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from django.template import Context
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from zhike.web.templatetags import display

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "chinese", "english"),
    [
        (None, "–", "–"),
        (0, "¥0", "¥0"),
        (120_050, "¥1,200", "¥1,200"),
        (1_200_000, "¥1.2 万", "¥12k"),
        (120_000_000, "¥120 万", "¥1.2M"),
        (12_865_000_000, "¥1.29 亿", "¥129M"),
        (-45_230_050, "-¥45.2 万", "-¥452k"),
    ],
)
def test_large_amounts_are_told_in_three_figures(minor: int | None, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert display.money_short(minor) == chinese
    with translation.override("en"):
        assert display.money_short(minor) == english


@pytest.mark.parametrize(
    ("left", "text", "state"),
    [
        (timedelta(minutes=5), "in 5 min", "soon"),
        (timedelta(hours=2, minutes=59), "in 2 h", "soon"),
        (timedelta(hours=23, minutes=59), "in 23 h", "soon"),
        (timedelta(hours=24), "in 1 d", "later"),
        (timedelta(0), "in 0 min", "soon"),
        (timedelta(minutes=-1), "overdue 1 min", "overdue"),
        (timedelta(days=-3, hours=-4), "overdue 3 d", "overdue"),
    ],
)
def test_a_deadline_tells_what_is_left_in_its_largest_whole_unit(left: timedelta, text: str, state: str) -> None:
    with translation.override("en"):
        assert display.due_text(NOW + left, NOW) == text
    assert display.due_state(NOW + left, NOW) == state


@pytest.mark.parametrize(
    ("name", "shown"),
    [("陈晓明", "晓明"), ("李雪", "李雪"), ("欧阳建国", "建国"), ("Anna Berg", "AB"), ("anna", "A"), ("", "?")],
)
def test_an_avatar_shows_what_people_call_each_other_by(name: str, shown: str) -> None:
    assert display.initials(name) == shown


def test_an_instant_is_shown_as_the_day_it_is_where_the_company_works() -> None:
    assert display.day(datetime(2024, 3, 15, 16, 30, tzinfo=UTC)) == "2024-03-16"
    assert display.moment(datetime(2024, 3, 15, 16, 30, tzinfo=UTC)) == "2024-03-16 00:30"
    assert display.day(date(2024, 3, 15)) == "2024-03-15"


@given(st.text())
def test_a_name_has_one_tone_of_those_there_are(name: str) -> None:
    assert display.tone(name) == display.tone(name)
    assert 0 <= display.tone(name) < display.TONES


@pytest.mark.parametrize(("share", "shown"), [(0.25, "25%"), (0.2534, "25.3%"), (1, "100%"), (0, "0%"), (None, "–")])
def test_shares_are_shown_as_percentages(share: float | None, shown: str) -> None:
    assert display.percent(share) == shown


@pytest.mark.parametrize(
    ("current", "first", "leads_to"),
    [
        ("name", "", "created"),
        ("created", "", "-created"),
        ("-created", "", "created"),
        ("name", "descending", "-created"),
        ("-created", "descending", "created"),
        ("created", "descending", "-created"),
    ],
)
def test_a_click_on_a_heading_sorts_by_it_and_the_next_one_the_other_way(
    current: str, first: str, leads_to: str
) -> None:
    context = Context({"request": RequestFactory().get("/", {"q": "华东", "after": "x"})})
    assert parse_qs(display.sort_address(context, "created", current, first)[1:]) == {"q": ["华东"], "sort": [leads_to]}


@pytest.mark.parametrize(("current", "state"), [("name", "ascending"), ("-name", "descending"), ("amount", "none")])
def test_a_heading_says_how_the_list_is_sorted(current: str, state: str) -> None:
    assert display.sort_state(current, "name") == state
