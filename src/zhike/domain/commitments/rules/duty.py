"""Who owes a promise, and who hears of it when it is late: decided on a picture of the company's people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zhike.domain.commitments.rules.escalation import chain

CUSTOMERS_OWNER = "owner"
HEAD_OF_OWNER = "head"
LAST_RESORT = "administrator"


@dataclass(frozen=True)
class Place:
    """A department in the tree: the one above it and its head."""

    parent: int | None
    head: int | None


@dataclass(frozen=True)
class Organisation:
    """Departments, the active people with their department, and who has which role (each list in order of id)."""

    departments: Mapping[int, Place]
    department_of: Mapping[int, int | None]
    people_with: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def candidates(self, role: str, *, owner: int | None, department: int | None) -> tuple[int, ...]:
        """Who may owe something to a customer with that owner and department; several share the work.

        `owner` is the customer's owner, `head` the head of the owner's department, anything else the people with that
        role: in the customer's department, else in the nearest one above it, else anywhere in the company. Where that
        finds nobody the duty goes to the nearest head, then to the administrators, then to whoever is there; empty only
        where no active person exists at all.
        """
        if role not in {CUSTOMERS_OWNER, HEAD_OF_OWNER}:
            found = self._nearest_with(role, department)
        elif role == CUSTOMERS_OWNER and owner in self.department_of:
            found = (owner,) if owner is not None else ()
        else:
            found = self.superiors(owner, department)[:1]
        return found or self.superiors(owner, department)[:1] or tuple(self.department_of)[:1]

    def superiors(self, owner: int | None, department: int | None) -> tuple[int, ...]:
        """Who hears of it when that owner is late, nearest first: heads upwards, else administrators, else the owner.

        The way up starts at the owner's own department, or at the customer's where the owner has none.
        """
        start = self.department_of.get(owner) if owner is not None else None
        heads = [self.departments[place].head for place in self._upwards(start or department)]
        active = frozenset(self.department_of)
        found = chain(heads, owner=owner or 0, active=active)
        found = found or chain(self.people_with.get(LAST_RESORT, ()), owner=owner or 0, active=active)
        return found or ((owner,) if owner is not None and owner in active else ())

    def pick(self, role: str, *, customer: int, owner: int | None, department: int | None) -> int | None:
        """The one candidate who owes it to that customer: several take turns by the customer's id."""
        found = self.candidates(role, owner=owner, department=department)
        return found[customer % len(found)] if found else None

    def _nearest_with(self, role: str, department: int | None) -> tuple[int, ...]:
        people = self.people_with.get(role, ())
        for place in self._upwards(department):
            here = tuple(person for person in people if self.department_of[person] == place)
            if here:
                return here
        return people

    def _upwards(self, department: int | None) -> Iterator[int]:
        while department is not None:
            yield department
            department = self.departments[department].parent
