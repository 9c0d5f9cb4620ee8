"""The tree of departments stays a tree."""

from __future__ import annotations

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts import queries, services
from zhike.domain.accounts.models import Department, User
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.models import Activity


def _change(cast: Cast, department: Department, **changes: Department | User | str | None) -> None:
    now_there = {"name": department.name, "parent": department.parent, "head": department.head}
    services.change_department(department=department, **{**now_there, **changes}, actor=cast.zhao, now=NOW)  # type: ignore[arg-type]


def _paths() -> dict[str, str]:
    return dict(Department.objects.values_list("name", "path"))


def test_a_new_department_hangs_below_its_parent(cast: Cast) -> None:
    made = services.create_department(name="苏州办事处", parent=cast.east, actor=cast.zhao, now=NOW)
    assert made.path == f"{cast.office.pk}/{cast.east.pk}/{made.pk}/"


def test_a_name_is_given_once_in_one_place(cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.create_department(name="华东大区", parent=cast.office, actor=cast.zhao, now=NOW)
    services.create_department(name="华东大区", parent=cast.south, actor=cast.zhao, now=NOW)


def test_moving_a_department_rewrites_the_paths_of_all_below_it(cast: Cast) -> None:
    suzhou = services.create_department(name="苏州", parent=cast.east, actor=cast.zhao, now=NOW)
    services.create_department(name="园区", parent=suzhou, actor=cast.zhao, now=NOW)
    _change(cast, cast.east, parent=cast.south)
    paths = _paths()
    assert paths["华东大区"] == f"{cast.office.pk}/{cast.south.pk}/{cast.east.pk}/"
    assert paths["苏州"].startswith(paths["华东大区"])
    assert paths["园区"].startswith(paths["苏州"])


def test_a_department_can_be_moved_to_the_top(cast: Cast) -> None:
    _change(cast, cast.east, parent=None)
    assert _paths()["华东大区"] == f"{cast.east.pk}/"


@pytest.mark.parametrize("below", [False, True])
def test_a_department_is_never_moved_below_itself(cast: Cast, below: bool) -> None:
    suzhou = services.create_department(name="苏州", parent=cast.east, actor=cast.zhao, now=NOW)
    before = _paths()
    with pytest.raises(Refused):
        _change(cast, cast.east, parent=suzhou if below else cast.east)
    assert _paths() == before


def test_a_head_is_appointed_and_the_trail_names_both(cast: Cast) -> None:
    _change(cast, cast.east, head=cast.li)
    assert Activity.objects.get(verb="change").changes == {"head": ["陈立", "李雷"]}


def test_somebody_who_left_cannot_lead(cast: Cast) -> None:
    with pytest.raises(Refused):
        _change(cast, cast.east, head=cast.qian)


def test_a_department_with_people_stays(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.remove_department(department=cast.east, actor=cast.zhao, now=NOW)
    empty = services.create_department(name="空", parent=None, actor=cast.zhao, now=NOW)
    services.remove_department(department=empty, actor=cast.zhao, now=NOW)
    assert "空" not in _paths()


def test_the_tree_lists_departments_under_their_parents_with_their_people(cast: Cast) -> None:
    tree = queries.tree()
    assert [(branch.department.name, branch.depth) for branch in tree.branches] == [
        ("总公司", 0), ("华东大区", 1), ("华南大区", 1),
    ]  # fmt: skip
    assert {person.name for person in tree.branches[1].people} == {"陈立", "李雷", "孙悦", "钱静"}
