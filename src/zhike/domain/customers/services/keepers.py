"""Who keeps a new customer; in a file, people and departments by the names that stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from zhike.domain.accounts.models import Department, User
from zhike.domain.imports.rules.problems import Problem
from zhike.kernel.scope import Actor, Level


def may_give(actor: Actor, *, owner: User | None, department: Department | None) -> bool:
    """Whether a new customer may be that owner's in that department: as far as the right to create, or to assign, goes.

    What is one's own at home always may.
    """
    level = max(actor.level("customer", "create"), actor.level("customer", "assign"))
    if level == Level.ALL:
        return True
    reached = actor.department_ids(level)
    home = actor.department_id if isinstance(actor, User) else None
    is_near = owner is None or owner.pk == actor.pk or owner.department_id in reached
    return is_near and (department is None or department.pk == home or department.pk in reached)


class Keepers:
    """The people and departments named in some rows, as far as the actor may hand customers to them."""

    def __init__(self, owners: Iterable[str], departments: Iterable[str], *, actor: Actor) -> None:
        self._level = actor.level("customer", "assign")
        self._reached = actor.department_ids(self._level)
        self._own = actor.pk
        self._people = _people(set(owners))
        self._departments: dict[str, list[int]] = defaultdict(list)
        for pk, name in Department.objects.filter(name__in=set(departments)).values_list("pk", "name"):
            self._departments[name].append(pk)
        self.default = actor if isinstance(actor, User) and actor.level("customer", "create") < Level.ALL else None

    def owner(self, text: str) -> User | Problem:
        """The active person with that e-mail address or name."""
        found = self._people.get(text.lower(), []) or self._people.get(text, [])
        if not found:
            return Problem("owner_unknown")
        if len(found) > 1:
            return Problem("owner_ambiguous")
        person = found[0]
        if self._level == Level.ALL or person.pk == self._own or person.department_id in self._reached:
            return person
        return Problem("owner_out_of_reach")

    def department(self, text: str) -> int | Problem:
        """The id of the department of that name."""
        found = self._departments.get(text, [])
        if not found:
            return Problem("department_unknown")
        if len(found) > 1:
            return Problem("department_ambiguous")
        if self._level == Level.ALL or found[0] in self._reached:
            return found[0]
        return Problem("department_out_of_reach")


def _people(names: set[str]) -> dict[str, list[User]]:
    """Active people by address and by name."""
    found: dict[str, list[User]] = defaultdict(list)
    if not names:
        return found
    active = User.objects.filter(is_active=True)
    for person in active.filter(email__in={name.lower() for name in names}):
        found[person.email].append(person)
    for person in active.filter(name__in=names):
        found[person.name].append(person)
    return found
