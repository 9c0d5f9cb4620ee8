"""Opening hours as people write them, and paths of departments."""

from __future__ import annotations

import pytest

from zhike.domain.accounts import rules


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("  ", []),
        ("09:00-12:00, 13:30-18:00", ["09:00-12:00", "13:30-18:00"]),
        ("9:00-12:00，13:30-18:00", ["09:00-12:00", "13:30-18:00"]),
        ("9：00–18：00", ["09:00-18:00"]),
        ("08:00-20:00", ["08:00-20:00"]),
    ],
)
def test_opening_hours_are_read_as_people_write_them(text: str, hours: list[str]) -> None:
    assert rules.parse_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("nine to five", "nine"),
        ("18:00-09:00", "18:00-09:00"),
        ("09:00-09:00", "09:00-09:00"),
        ("09:00-25:00", "09:00-25:00"),
        ("09:00-13:00, 12:00-18:00", "09:00-13:00, 12:00-18:00"),
    ],
)
def test_impossible_opening_hours_name_the_part_that_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        rules.parse_hours(text)


def test_a_department_keeps_its_place_inside_a_subtree_that_moves() -> None:
    assert rules.moved_path("1/4/9/", old="1/4/", new="2/4/") == "2/4/9/"


def test_a_department_is_inside_its_own_subtree_but_not_inside_one_whose_number_begins_alike() -> None:
    assert rules.is_inside("1/4/9/", "1/4/")
    assert rules.is_inside("1/4/", "1/4/")
    assert not rules.is_inside("1/42/", "1/4/")


def test_every_guarded_cell_is_a_cell_of_the_table() -> None:
    assert all(action in rules.KINDS[kind] for kind, action in rules.GUARDED)
