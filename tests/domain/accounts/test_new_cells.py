"""An installation from before the rights of today gets their cells when it is brought up to date."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

from tests.cast import Cast
from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Permission, Role

NEW = import_module("zhike.domain.accounts.migrations.0003_new_cells")
FORMER = import_module("zhike.domain.accounts.migrations.0007_without_former_cells")
APPROVAL = import_module("zhike.domain.accounts.migrations.0006_export_requests")


def _level(role: Role, kind: str, action: str) -> int:
    return Permission.objects.filter(role=role, kind=kind, action=action).values_list("level", flat=True).first() or 0


def test_shipped_roles_get_what_a_new_installation_gives_them(cast: Cast) -> None:
    Permission.objects.filter(action__in=("share", "reveal", "approve")).delete()
    Permission.objects.filter(kind="finance").delete()
    NEW.give_new_cells(apps, None)
    APPROVAL.give_approval(apps, None)
    manager, director = Role.objects.get(key="account_manager"), Role.objects.get(key="sales_director")
    assert (_level(manager, "contact", "reveal"), _level(manager, "finance", "view")) == (1, 1)
    assert _level(manager, "customer", "approve") == 0
    assert (_level(director, "customer", "share"), _level(director, "customer", "approve")) == (3, 3)


def test_a_role_of_the_companys_own_follows_its_rights(cast: Cast) -> None:
    role = Role.objects.create(key="partner", name={"zh": "渠道"})
    for kind, action, level in (("contact", "edit", 2), ("order", "view", 1), ("customer", "view", 2)):
        Permission.objects.create(role=role, kind=kind, action=action, level=level)
    NEW.give_new_cells(apps, None)
    assert _level(role, "contact", "reveal") == 2
    assert _level(role, "finance", "view") == 1
    assert _level(role, "customer", "share") == 0


def test_rights_that_never_decided_anything_go(cast: Cast) -> None:
    FORMER.drop_former_cells(apps, None)
    director = Role.objects.get(key="sales_director")
    assert [_level(director, kind, action) for kind, action in rules.FORMER_CELLS] == [0] * len(rules.FORMER_CELLS)
    assert (_level(director, "customer", "export"), _level(director, "tier", "approve")) == (3, 3)
