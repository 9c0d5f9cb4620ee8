"""Three separate administrators: nobody has all rights, none of the three sees a customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.conftest import Visit, visit  # noqa: F401 - a fixture
from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Company, Grant, Permission, User
from zhike.domain.accounts.queries import role, roles
from zhike.domain.accounts.services import (
    change_permissions,
    change_person,
    disable_person,
    give_grant,
    invite_person,
    join_administrators,
    separate_administrators,
)
from zhike.domain.customers.models import Customer
from zhike.flows.playbooks import adopt, read
from zhike.jobs.management.commands.access import Command
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

THREE = (rules.SYSTEM_ADMINISTRATOR, rules.SECURITY_ADMINISTRATOR, rules.AUDITOR)


@pytest.fixture
def separate(cast: Cast) -> Cast:
    """周 keeps the system, 王 the access, 孙 the trail; 赵 was administrator."""
    for person in (cast.zhou, cast.wang, cast.sun):
        person.set_password("test")
        person.save()
    separate_administrators(system=cast.zhou, security=cast.wang, audit=cast.sun, actor=cast.zhao, now=NOW)
    return cast


def _fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_the_three_keep_one_role_each_and_nobody_has_all_rights(separate: Cast) -> None:
    held = {person.email: [each.key for each in person.roles.all()] for person in User.objects.all()}
    assert [held[f"{name}@example.com"] for name in ("zhou", "wang", "sun")] == [[key] for key in THREE]
    assert held["zhao@example.com"] == []
    assert Company.objects.get().administrators_are_separate
    assert Activity.objects.get(verb="separate_administrators").changes["auditor"] == [None, "sun@example.com"]


def test_none_of_the_three_sees_a_customer(separate: Cast) -> None:
    for person in (separate.zhou, separate.wang, separate.sun):
        assert not Customer.objects.for_user(_fresh(person), "view").exists()


def test_no_right_of_one_is_held_by_another(separate: Cast) -> None:
    changing = {
        key: {cell for cell in rules.SEPARATE[key] if cell[1] != "view"} | (rules.SEPARATE[key] & {("audit", "view")})
        for key in THREE
    }
    assert not changing[THREE[0]] & changing[THREE[1]]
    assert {kind for kind, _action in changing[THREE[2]]} == {"audit"}
    others = Permission.objects.exclude(role__key__in=[*THREE, rules.ADMINISTRATOR])
    assert not {(cell.kind, cell.action) for cell in others} & rules.RESERVED


@pytest.mark.parametrize("keys", [THREE[:2], (THREE[0], "account_manager"), ("administrator",)])
def test_roles_that_do_not_go_together_are_refused(separate: Cast, keys: tuple[str, ...]) -> None:
    chosen = [role(key) for key in keys]
    keeper = _fresh(separate.wang)
    with pytest.raises(Refused):
        invite_person(email="x@example.com", name="x", department=None, roles=chosen, actor=keeper, now=NOW)
    with pytest.raises(Refused):
        change_person(person=separate.li, name="李雷", department=None, roles=chosen, actor=keeper, now=NOW)


def test_each_of_the_three_stays_filled(separate: Cast) -> None:
    for person in (separate.zhou, separate.wang, separate.sun):
        with pytest.raises(Refused):
            disable_person(person=person, actor=separate.li, now=NOW)
        with pytest.raises(Refused):
            change_person(person=person, name="x", department=None, roles=[], actor=None, now=NOW)


def test_the_table_of_permissions_gives_no_reserved_right_away(separate: Cast) -> None:
    for key, cell in (
        ("account_manager", ("security", "edit")),
        ("account_manager", ("audit", "view")),
        (rules.SYSTEM_ADMINISTRATOR, ("customer", "view")),
        (rules.AUDITOR, ("security", "edit")),
    ):
        with pytest.raises(Refused):
            change_permissions(role=role(key), levels={cell: Level.ALL}, actor=separate.wang, now=NOW)
    with pytest.raises(Refused):
        change_permissions(
            role=role(rules.SECURITY_ADMINISTRATOR),
            levels={("security", "edit"): Level.NONE},
            actor=separate.wang,
            now=NOW,
        )


def test_the_system_administrator_gives_no_roles(separate: Cast) -> None:
    keeper = _fresh(separate.zhou)
    new = invite_person(email="x@example.com", name="x", department=None, roles=[], actor=keeper, now=NOW)
    with pytest.raises(Denied):
        change_person(person=new, name="x", department=None, roles=[role("account_manager")], actor=keeper, now=NOW)
    change_person(
        person=new, name="x", department=None, roles=[role("account_manager")], actor=_fresh(separate.wang), now=NOW
    )


def test_pages_show_each_of_the_three_their_part(separate: Cast, visit: Visit) -> None:  # noqa: F811
    system, security, audit = (visit(_fresh(each)) for each in (separate.zhou, separate.wang, separate.sun))
    assert system.get(reverse("settings:page")).status_code == 200
    assert system.get(reverse("settings:security")).status_code == 403
    assert security.get(reverse("settings:security")).status_code == 200
    assert security.get(reverse("people:page", args=[separate.li.pk])).status_code == 200
    assert security.post(reverse("people:new"), {}).status_code == 403
    assert audit.get(reverse("settings:security")).status_code == 200
    assert audit.post(reverse("settings:security"), {}).status_code == 403
    for browser in (system, security, audit):
        assert browser.get(reverse("customers:list")).status_code == 403


def test_nobody_of_the_three_becomes_another_alone(separate: Cast, visit: Visit) -> None:  # noqa: F811
    system, security = (visit(_fresh(each)) for each in (separate.zhou, separate.wang))
    for person in (separate.sun, separate.li):
        page = reverse("people:page", args=[person.pk])
        assert security.post(reverse("people:invitation", args=[person.pk])).status_code == 200
        assert security.get(page).context["link"] == ""
        assert system.post(reverse("people:invitation", args=[person.pk])).status_code == 403
        assert "/accounts/password/" in system.get(page).context["link"]
    security.post(reverse("people:invitation", args=[separate.zhou.pk]))
    assert security.get(reverse("people:page", args=[separate.zhou.pk])).context["link"] == ""


def test_who_looks_after_access_says_how_long_the_trail_is_kept(separate: Cast, visit: Visit) -> None:  # noqa: F811
    system, security, audit = (visit(_fresh(each)) for each in (separate.zhou, separate.wang, separate.sun))
    page = reverse("audit:keeping")
    assert page in security.get(reverse("people:list")).content.decode()
    assert security.get(page).context["chain"] is None
    assert security.post(page, {"days": 500}).status_code == 302
    assert audit.get(page).context["days"] == 500
    assert audit.post(page, {"days": 600}).status_code == 403
    assert system.get(page).status_code == 403


def test_a_playbook_still_fits(separate: Cast) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=None)
    assert {each.key for each in roles()} >= set(THREE)


def test_a_grant_gives_nothing_that_is_reserved(cast: Cast) -> None:
    for person in (cast.zhou, cast.wang, cast.sun):
        person.set_password("test")
        person.save()

    def give(person: User, kind: str) -> None:
        give_grant(
            person=person,
            kind=kind,
            action="view",
            level=Level.ALL,
            until=NOW + timedelta(days=9),
            reason="Messe",
            actor=cast.zhao,
            now=NOW,
        )

    give(cast.li, "audit")
    give(cast.zhou, "customer")
    separate_administrators(system=cast.zhou, security=cast.wang, audit=cast.sun, actor=cast.zhao, now=NOW)
    assert not Grant.live(NOW).exists()
    for person, kind in ((cast.li, "audit"), (cast.zhou, "customer"), (cast.wang, "audit")):
        with pytest.raises(Refused):
            give(_fresh(person), kind)
    give(cast.li, "tier")


def test_only_three_different_people_do(cast: Cast) -> None:
    for person in (cast.zhou, cast.wang):
        person.set_password("test")
        person.save()
    with pytest.raises(Refused):
        separate_administrators(system=cast.zhou, security=cast.wang, audit=cast.zhou, actor=cast.zhao, now=NOW)
    with pytest.raises(Refused):
        separate_administrators(system=cast.zhou, security=cast.wang, audit=cast.qian, actor=cast.zhao, now=NOW)
    assert not Company.objects.get().administrators_are_separate


def test_the_console_puts_them_together_again(separate: Cast) -> None:
    call_command(Command(), "join-administrators", "zhao@example.com")
    assert _fresh(separate.zhao).may("security", "edit")
    with pytest.raises(Conflict):
        join_administrators(administrator=separate.zhao, actor=None, now=NOW)
