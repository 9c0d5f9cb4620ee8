"""The tree of departments."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import Company, Department, User
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def create_department(*, name: str, parent: Department | None, actor: Actor | None, now: datetime) -> Department:
    """Add a department below another, or at the top. Raises Conflict where a sister has the name."""
    _lock()
    _refuse_a_name_twice(name, parent)
    department = Department.objects.create(name=name.strip(), parent=parent)
    department.path = rules.path_below(parent.path if parent else "", department.pk)
    department.save(update_fields=["path"])
    _record("create", department, actor, now, {"name": [None, department.name], "parent": [None, _name(parent)]})
    return department


@transaction.atomic
def rename_department(*, department: Department, name: str, actor: Actor | None, now: datetime) -> None:
    """Give a department another name. Raises Conflict where a sister has it."""
    _lock()
    before = department.name
    if before == name.strip():
        return
    _refuse_a_name_twice(name, department.parent, besides=department)
    department.name = name.strip()
    department.save(update_fields=["name"])
    _record("rename", department, actor, now, {"name": [before, department.name]})


@transaction.atomic
def move_department(*, department: Department, parent: Department | None, actor: Actor | None, now: datetime) -> None:
    """Hang a department with all below it under another, or at the top; what people may see follows at once.

    Raises Refused where that is the department itself or below it, Conflict where the name is taken there.
    """
    _lock()
    department.refresh_from_db()
    before = department.parent
    if before == parent:
        return
    if parent is not None:
        parent.refresh_from_db()
        if rules.is_inside(parent.path, department.path):
            sentence = _("“%(name)s” cannot be moved below itself: choose a department outside it.")
            raise Refused(sentence % {"name": department.name}, field="parent")
    _refuse_a_name_twice(department.name, parent, besides=department)
    old = department.path
    new = rules.path_below(parent.path if parent else "", department.pk)
    subtree = list(Department.objects.filter(path__startswith=old))
    for each in subtree:
        each.path = rules.moved_path(each.path, old=old, new=new)
    Department.objects.bulk_update(subtree, ["path"])
    department.parent, department.path = parent, new
    department.save(update_fields=["parent"])
    _record("move", department, actor, now, {"parent": [_name(before), _name(parent)]})


@transaction.atomic
def appoint_head(*, department: Department, head: User | None, actor: Actor | None, now: datetime) -> None:
    """Say who leads a department: overdue promises of its people escalate to them. Raises Refused for one who left."""
    before = department.head
    if before == head:
        return
    if head is not None and not head.is_active:
        raise Refused(_("%(name)s is disabled and cannot lead a department.") % {"name": head.name}, field="head")
    department.head = head
    department.save(update_fields=["head"])
    _record("appoint", department, actor, now, {"head": [_name(before), _name(head)]})


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


def _record(
    verb: str, department: Department, actor: Actor | None, now: datetime, changes: dict[str, list[str | None]]
) -> None:
    trail.record(verb=verb, kind="department", object_id=department.pk, actor=actor, now=now, changes=changes)


def _name(named: Department | User | None) -> str | None:
    return named.name if named else None


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
