"""The side file between reading and applying."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhike.gateways.stage import Group, Line, Stage, StageBusy
from zhike.kernel.vault.files import new_file_key

SCATTERED = [("a", 2), ("b", 3), ("a", 4), ("c", 5), ("b", 6)]


KEY = new_file_key()


def fill(stage: Stage) -> None:
    stage.begin()
    for key, row in SCATTERED:
        stage.add(key, row, [key, row])
    stage.arrange()
    stage.finish({"rows": len(SCATTERED)})


def test_rows_of_a_key_are_walked_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", KEY) as stage:
        fill(stage)
        assert list(stage.groups(0)) == [
            Group("a", [Line(2, ["a", 2]), Line(4, ["a", 4])], 2),
            Group("b", [Line(3, ["b", 3]), Line(6, ["b", 6])], 4),
            Group("c", [Line(5, ["c", 5])], 5),
        ]


@pytest.mark.parametrize(("position", "keys"), [(0, "abc"), (2, "bc"), (4, "c"), (5, "")])
def test_the_walk_goes_on_from_where_it_stopped(tmp_path: Path, position: int, keys: str) -> None:
    with Stage(tmp_path / "stage", KEY) as stage:
        fill(stage)
    with Stage(tmp_path / "stage", KEY) as stage:
        assert "".join(group.key for group in stage.groups(position)) == keys


def test_a_stage_left_half_way_is_empty_again(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", KEY) as stage:
        stage.begin()
        stage.add("a", 2, ["a"])
    with Stage(tmp_path / "stage", KEY) as stage:
        assert stage.summary() is None
        fill(stage)
        assert stage.summary() == {"rows": 5}


def test_a_second_opener_is_told_that_the_stage_is_busy(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", KEY), pytest.raises(StageBusy):
        Stage(tmp_path / "stage", KEY)
    Stage(tmp_path / "stage", KEY).close()


def test_a_damaged_stage_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "stage").write_bytes(b"no database at all" * 100)
    with Stage(tmp_path / "stage", KEY) as stage:
        assert stage.summary() is None
        fill(stage)


def test_problems_come_back_by_row(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", KEY) as stage:
        stage.begin()
        for row in range(1, 2_001):
            stage.add(str(row), row, None)
            stage.add_problem(row, "金额", "abc", "amount", {"limit": row})
        stage.arrange()
        assert stage.problems([7, 1_999]) == [
            (7, "金额", "abc", "amount", '{"limit": 7}'),
            (1_999, "金额", "abc", "amount", '{"limit": 1999}'),
        ]


def test_the_largest_group_is_known(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", KEY) as stage:
        stage.begin()
        assert stage.largest_group() == ("", 0)
        for row in range(2_500):
            stage.add("same", row, [])
        stage.add("other", 3_000, [])
        stage.arrange()
        assert stage.largest_group() == ("same", 2_500)
        assert [len(group.lines) for group in stage.groups(0)] == [2_500, 1]
