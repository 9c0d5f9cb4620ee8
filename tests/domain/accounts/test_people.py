"""People come, change and go; somebody always keeps the installation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts import queries, services
from zhike.domain.accounts.models import Permission, User
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level


def test_an_invited_person_has_no_password_yet(cast: Cast) -> None:
    person = services.invite_person(
        email=" Wu@Example.com ", name="吴岩", department=cast.east, roles=[queries.role("account_manager")],
        actor=cast.zhao, now=NOW,
    )  # fmt: skip
    assert person.email == "wu@example.com"
    assert not person.has_usable_password()
    assert [role.key for role in person.roles.all()] == ["account_manager"]
    assert Activity.objects.get(verb="invite").changes["department"] == [None, "华东大区"]


def test_an_address_that_is_taken_is_refused_whatever_its_case(cast: Cast) -> None:
    with pytest.raises(Conflict) as refusal:
        services.invite_person(email="LI@example.com", name="李二", department=None, roles=[], actor=cast.zhao, now=NOW)
    assert refusal.value.field == "email"


def test_moving_a_person_changes_at_once_what_they_may_see(cast: Cast) -> None:
    services.change_person(
        person=cast.chen, name="陈立", department=cast.south, roles=cast.chen.roles.all(), actor=cast.zhao, now=NOW
    )
    fresh = User.objects.get(pk=cast.chen.pk)
    assert fresh.department_ids(fresh.level("customer", "view")) == {cast.south.pk}
    assert Activity.objects.get(verb="change").changes == {"department": ["华东大区", "华南大区"]}


def test_a_change_that_changes_nothing_leaves_no_line(cast: Cast) -> None:
    services.change_person(
        person=cast.li, name="李雷", department=cast.east, roles=cast.li.roles.all(), actor=cast.zhao, now=NOW
    )
    assert not Activity.objects.exists()


def test_the_last_active_administrator_cannot_be_disabled(cast: Cast) -> None:
    with pytest.raises(Refused, match="赵敏"):
        services.disable_person(person=cast.zhao, actor=None, now=NOW)
    assert User.objects.get(pk=cast.zhao.pk).is_active


def test_the_last_active_administrator_cannot_lose_the_role(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        services.change_person(
            person=cast.zhao, name="赵敏", department=cast.office, roles=[queries.role("account_manager")],
            actor=cast.zhao, now=NOW,
        )  # fmt: skip
    assert refusal.value.field == "roles"


def test_an_administrator_can_go_once_there_is_another(cast: Cast) -> None:
    services.change_person(
        person=cast.chen, name="陈立", department=cast.east, roles=[queries.role("administrator")],
        actor=cast.zhao, now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="赵敏"):
        services.disable_person(person=cast.zhao, actor=cast.chen, now=NOW)
    services.set_password(person=cast.chen, password="青山-不改-绿水-长流-2026", actor=cast.chen, now=NOW)
    services.disable_person(person=cast.zhao, actor=cast.chen, now=NOW)
    assert not User.objects.get(pk=cast.zhao.pk).is_active


def _give(person: User, *keys: str, actor: User) -> None:
    roles = [queries.role(key) for key in keys]
    services.change_person(person=person, name="x", department=None, roles=roles, actor=actor, now=NOW)


def test_an_invited_administrator_is_not_there_yet(cast: Cast) -> None:
    services.invite_person(
        email="wu@example.com", name="吴岩", department=None, roles=[queries.role("administrator")], actor=cast.zhao,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="最后一位在职管理员"):
        _give(cast.zhao, "account_manager", actor=cast.zhao)


def test_nobody_changes_his_own_roles_while_somebody_else_can(cast: Cast) -> None:
    _give(cast.zhao, "administrator", "account_manager", actor=cast.zhao)
    _give(cast.chen, "administrator", actor=cast.zhao)
    services.set_password(person=cast.chen, password="青山-不改-绿水-长流-2026", actor=cast.chen, now=NOW)
    _give(cast.chen, "sales_director", "administrator", actor=cast.chen)
    services.set_password(person=cast.zhao, password="青山-不改-绿水-长流-2026", actor=cast.zhao, now=NOW)
    with pytest.raises(Refused, match="另一位管理员"):
        _give(cast.chen, "administrator", actor=cast.chen)
    _give(cast.chen, "account_manager", actor=cast.zhao)


@pytest.mark.parametrize("level", [Level.OWN, Level.DEPARTMENT, Level.BELOW])
def test_a_right_to_the_whole_company_counts_only_where_it_reaches_all_of_it(cast: Cast, level: Level) -> None:
    role = queries.role("account_manager")
    Permission.objects.filter(role=role, kind="security", action="edit").update(level=level)
    assert not cast.li.may("security", "edit")
    assert ("security", "edit") not in queries.permission_table()["account_manager"]
    with pytest.raises(Denied):
        _give(cast.sun, "administrator", actor=cast.li)
    with pytest.raises(Refused, match="整个公司"):
        services.change_permissions(role=role, levels={("tier", "approve"): level}, actor=cast.zhao, now=NOW)
    with pytest.raises(Refused, match="整个公司"):
        services.give_grant(
            person=cast.li, kind="audit", action="view", level=level, until=NOW + timedelta(days=1), reason="x",
            actor=cast.zhao, now=NOW,
        )  # fmt: skip


def test_nobody_disables_themselves(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.disable_person(person=cast.li, actor=cast.li, now=NOW)


def test_a_disabled_person_is_let_in_again_with_the_same_roles(cast: Cast) -> None:
    services.enable_person(person=cast.qian, actor=cast.zhao, now=NOW)
    back = User.objects.get(pk=cast.qian.pk)
    assert back.is_active
    assert [role.key for role in back.roles.all()] == ["account_manager"]


def test_a_new_invitation_voids_the_password(cast: Cast) -> None:
    services.set_password(person=cast.li, password="青山-不改-绿水-长流-2026", actor=cast.li, now=NOW)
    services.renew_invitation(person=cast.li, actor=cast.zhao, now=NOW)
    assert not User.objects.get(pk=cast.li.pk).has_usable_password()


def test_a_password_never_reaches_the_trail(cast: Cast) -> None:
    services.set_password(person=cast.li, password="青山-不改-绿水-长流-2026", actor=cast.li, now=NOW)
    line = Activity.objects.get(verb="set_password")
    assert line.changes == {}
    assert line.note == ""


def test_people_choose_their_own_name_and_language(cast: Cast) -> None:
    services.change_profile(person=cast.li, name="李雷雷", language="en", now=NOW)
    assert Activity.objects.get().changes == {"name": ["李雷", "李雷雷"], "language": ["zh-hans", "en"]}
