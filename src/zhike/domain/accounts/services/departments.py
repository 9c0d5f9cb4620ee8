"""The tree of departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Company, Department, User
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def create_department(
    *, name: str, parent: Department | None, actor: Actor | None, now: datetime, head: User | None = None
) -> Department:
    """Add a department below another, or at the top. Raises Conflict where a sister has the name."""
    _lock()
    _refuse_a_name_twice(name, parent)
    _refuse_a_head_who_left(head)
    department = Department.objects.create(name=name.strip(), parent=parent, head=head)
    department.path = rules.path_below(parent.path if parent else "", department.pk)
    department.save(update_fields=["path"])
    changes = trail.differences({}, _standing(department.name, parent, head))
    trail.record(verb="create", kind="department", object_id=department.pk, actor=actor, now=now, changes=changes)
    return department


@transaction.atomic
def change_department(
    *,
    department: Department,
    name: str,
    parent: Department | None,
    head: User | None,
    actor: Actor | None,
    now: datetime,
) -> Department:
    """Rename a department, hang it elsewhere with all below it, or give it a head; what people may see follows at once.

    Raises Refused where it would hang below itself or its head has left, Conflict where a sister has the name.
    """
    _lock()
    department.refresh_from_db()
    before = _standing(department.name, department.parent, department.head)
    changes = trail.differences(before, _standing(name.strip(), parent, head))
    if not changes:
        return department
    if "name" in changes or department.parent != parent:
        _refuse_a_name_twice(name, parent, besides=department)
    if "head" in changes:
        _refuse_a_head_who_left(head)
    if department.parent != parent:
        _move(department, parent)
    department.name, department.head = name.strip(), head
    department.save(update_fields=["name", "head"])
    trail.record(verb="change", kind="department", object_id=department.pk, actor=actor, now=now, changes=changes)
    return department


@transaction.atomic
def remove_department(*, department: Department, actor: Actor | None, now: datetime) -> None:
    """Take away a department that nothing belongs to; raises Refused while people, customers or departments do."""
    pk, name = department.pk, department.name
    try:
        department.delete()
    except ProtectedError as error:
        sentence = _("“%(name)s” still has people, customers or departments: move them first.")
        raise Refused(sentence % {"name": name}) from error
    trail.record(verb="remove", kind="department", object_id=pk, actor=actor, now=now, changes={"name": [name, None]})


def _move(department: Department, parent: Department | None) -> None:
    if parent is not None:
        parent.refresh_from_db()
        if rules.is_inside(parent.path, department.path):
            sentence = _("“%(name)s” cannot be moved below itself: choose a department outside it.")
            raise Refused(sentence % {"name": department.name}, field="parent")
    old = department.path
    new = rules.path_below(parent.path if parent else "", department.pk)
    subtree = list(Department.objects.filter(path__startswith=old))
    for each in subtree:
        each.path = rules.moved_path(each.path, old=old, new=new)
    Department.objects.bulk_update(subtree, ["path"])
    department.parent, department.path = parent, new
    department.save(update_fields=["parent"])


def _standing(name: str, parent: Department | None, head: User | None) -> dict[str, Any]:
    return {"name": name, "parent": parent.name if parent else None, "head": head.name if head else None}


def _refuse_a_head_who_left(head: User | None) -> None:
    if head is not None and not head.is_active:
        raise Refused(_("%(name)s is disabled and cannot lead a department.") % {"name": head.name}, field="head")


def _refuse_a_name_twice(name: str, parent: Department | None, besides: Department | None = None) -> None:
    sisters = Department.objects.filter(parent=parent, name=name.strip())
    if besides is not None:
        sisters = sisters.exclude(pk=besides.pk)
    if sisters.exists():
        sentence = _("There is a department “%(name)s” at that place already.")
        raise Conflict(sentence % {"name": name.strip()}, field="name")


def _lock() -> None:
    """Let one change of the tree at a time through: two moves at once could hang a part of it below itself."""
    list(Company.objects.select_for_update().values_list("pk"))
