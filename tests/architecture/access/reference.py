"""Who may reach what and see how much of it: the rules read a second time, on plain facts, with none of the product.

Roles come from the shipped table as it is written. A level includes the lower ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml

LEVELS = ("none", "own", "department", "below", "all")
NONE, OWN, DEPARTMENT, BELOW, ALL = range(5)
WORK_OPENS = timedelta(days=7)
SLIP_LASTS = timedelta(hours=24)
ROLES_FILE = Path(__file__).resolve().parents[3] / "src" / "zhike" / "playbooks" / "roles.yaml"
Table = Mapping[str, Mapping[str, str]]
"""Kind → action → level."""
SHIPPED: Mapping[str, Table] = {role["key"]: role["may"] for role in yaml.safe_load(ROLES_FILE.read_text())}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A right beyond the roles, until a moment or until it is taken back."""

    kind: str
    action: str
    level: str
    until: datetime
    has_ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """That a customer is shared with a colleague."""

    person: str
    may_edit: bool = False
    until: datetime | None = None
    has_ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who asks, at a moment. `department` is the names from the top down, such as `office/east`."""

    name: str
    may: Table
    now: datetime
    department: str = ""
    grants: tuple[Grant, ...] = ()
    is_active: bool = True
    looks: bool = False
    """Whether behind this person's pages somebody else sits, who looks."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A record: who keeps it (or the customer it hangs on), where, and who of himself answers for this one row.

    `made_at` is when it was written, where that matters.

    `owed` is who owes or owed the customer something that was not his own word alone, with when it was closed.
    """

    kind: str
    keeper: str = ""
    department: str = ""
    responsible: str = ""
    is_main: bool = False
    is_deleted: bool = False
    sharings: tuple[Sharing, ...] = ()
    owed: tuple[tuple[str, datetime | None], ...] = ()
    made_at: datetime | None = None


COMPANY_WIDE = frozenset({"person", "setting", "security", "playbook", "audit"})
"""Kinds that are nobody's rows but the whole company's: rights to them reach everything or nothing."""


def level(person: Person, kind: str, action: str) -> int:
    """The highest level of the roles and of the grants that last; none for whoever has left."""
    if not person.is_active:
        return NONE
    live = [g for g in person.grants if not g.has_ended and g.until > person.now]
    granted = [g.level for g in live if (g.kind, g.action) == (kind, action)]
    held = max(LEVELS.index(each) for each in [*granted, person.may.get(kind, {}).get(action, "none")])
    is_company_wide = kind in COMPANY_WIDE or (kind, action) == ("tier", "approve")
    return NONE if is_company_wide and held < ALL else held


def reaches(person: Person, row: Row, action: str = "view") -> bool:
    """Whether the person may do this to the record, in whatever way."""
    if row.is_deleted:
        return False
    if row.responsible == person.name and level(person, row.kind, action) >= OWN:
        return True
    if action == "delete" and is_own_slip(person, row):
        return True
    return reaches_by_right(person, row, action) or reaches_by_work(person, row, action)


def is_own_slip(person: Person, row: Row) -> bool:
    """Whether it is an interaction that the person has logged within a day, and may still take back as a slip."""
    if row.kind != "interaction" or row.responsible != person.name or row.made_at is None:
        return False
    return level(person, "interaction", "create") >= OWN and person.now - row.made_at <= SLIP_LASTS


def reaches_by_right(person: Person, row: Row, action: str, *, alone: bool = False) -> bool:
    """By the level: as far as it goes, a child's no further than the customer; and what is shared, unless `alone`."""
    reach = level(person, row.kind, action)
    if row.kind not in {"customer", "import"}:
        reach = min(reach, level(person, "customer", "view"))
    if row.is_deleted or reach == NONE:
        return False
    is_here = bool(row.department) and row.department == person.department
    is_below = bool(person.department) and row.department.startswith(f"{person.department}/")
    if reach == ALL or row.keeper == person.name or (reach >= DEPARTMENT and is_here) or (reach >= BELOW and is_below):
        return True
    mine = [s for s in row.sharings if s.person == person.name and not s.has_ended]
    live = [s for s in mine if s.until is None or s.until > person.now]
    opened = action == "view" or (action in {"create", "edit"} and any(s.may_edit for s in live))
    return bool(live) and opened and not alone


def reaches_by_work(person: Person, row: Row, action: str) -> bool:
    """To see the customer and its main contact: whoever owes it something, or did until a few days ago."""
    if action != "view" or not (row.kind == "customer" or (row.kind == "contact" and row.is_main)):
        return False
    if min(level(person, row.kind, "view"), level(person, "customer", "view")) == NONE:
        return False
    mine = [closed for name, closed in row.owed if name == person.name]
    return any(closed is None or closed > person.now - WORK_OPENS for closed in mine)


def names_people(person: Person, contact: Row) -> bool:
    """Whether names and notes of the people at the customer are shown whole."""
    return reaches_by_right(person, contact, "view")


def reads(person: Person, row: Row, contact: Row) -> bool:
    """Whether the words that stand in an interaction or a promise are shown whole: notes, or one's own."""
    return reaches(person, row) and (row.responsible == person.name or names_people(person, contact))


def sees_money(person: Person, customer: Row) -> bool:
    """Whether amounts of money are shown."""
    return reaches_by_right(person, as_kind(customer, "finance"), "view")


def may_reveal(person: Person, row: Row, contact: Row) -> bool:
    """Whether masked values of a contact or a customer are shown for a reason; sharing does not give it."""
    return names_people(person, contact) and reaches_by_right(person, row, "reveal", alone=True)


def may_run(person: Person, batch: Row) -> bool:
    """Whether the person chooses the columns of an upload and imports it: whoever brought it, nobody else."""
    return not person.looks and batch.keeper == person.name and reaches(person, batch, "create")


def reads_file(person: Person, batch: Row) -> bool:
    """Whether what stands in an upload is shown: to whoever brought it, or may import there and reveal as widely."""
    may_reveal = NONE < level(person, "import", "create") <= level(person, "contact", "reveal")
    is_reader = batch.keeper == person.name or (may_reveal and reaches(person, batch, "create"))
    return reaches(person, batch) and is_reader and not person.looks


def as_kind(row: Row, kind: str) -> Row:
    """The same facts for another kind of record."""
    return Row(**{**row.__dict__, "kind": kind})


def every(levels: Mapping[str, str], kinds: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """A table with one level per action (`*` for the rest) for every kind, for roles that a company makes up itself."""
    return {kind: {action: levels.get(action, levels["*"]) for action in actions} for kind, actions in kinds.items()}
