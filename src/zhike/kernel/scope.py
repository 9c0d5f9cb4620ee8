"""Who may see which rows: levels, the actor, and a manager that refuses to be read without either.

A model says once how its rows belong to people (`scope = Scope(...)`); `Model.objects.for_user(actor, action)` is then
the only ordinary way to its rows. Code without a person behind it (the night, a migration of data) says why:
`Model.objects.unscoped("the night reads every customer")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q, Value

from zhike.kernel.sensitivity import Sight, View


class Level(IntEnum):
    """How far a permission reaches; a higher level includes the lower ones."""

    NONE = 0
    OWN = 1
    DEPARTMENT = 2
    BELOW = 3
    ALL = 4


class Actor(Protocol):
    """The person (or the system itself) on whose behalf something is read or written."""

    @property
    def pk(self) -> Any: ...

    @property
    def moment(self) -> datetime | None:
        """The instant at which the actor acts, set by the door; None: nothing that can expire counts."""
        ...

    @property
    def recalled(self) -> dict[tuple[str, Level], Opened]:
        """What other ways open to this actor, by action and level, as far as it has been looked up."""
        ...

    def level(self, kind: str, action: str) -> Level:
        """The highest level that roles and live grants give for this kind of record and action."""
        ...

    def department_ids(self, level: Level) -> frozenset[int]:
        """Ids of the departments that `DEPARTMENT` or `BELOW` reaches; empty for people without a department."""
        ...


class Root(Protocol):
    """A row that knows its owner and its department, such as a customer."""

    pk: Any
    owner_id: int | None
    department_id: int | None


class Way(StrEnum):
    """How somebody comes to reach a row, the first that holds."""

    OWNER = "owner"
    DEPARTMENT = "department"
    BELOW = "below"
    ALL = "all"
    SHARED = "shared"
    WORK = "work"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """How rows of a model belong to people.

    `kind` names the record in the table of permissions. A root has `owner` and `department` (lookups on the model
    itself); a child names its `root` (a lookup to a model that has them, of kind `root_kind`) and may add `own`: a
    lookup that makes a single row somebody's own, such as the person who owes a commitment.

    `shared` and `work` are the models (as `app.Model`) by which a root is reached without owning it; each answers
    `roots_for(actor, action)` with the ids. Children follow what is shared; of what is reached by work, only those that
    `by_work` names (a lookup that is true for them).
    """

    kind: str
    root: str = ""
    root_kind: str = ""
    owner: str = "owner"
    department: str = "department"
    own: str = ""
    shared: str = ""
    work: str = ""
    by_work: str = ""

    def condition(self, model: type[models.Model], actor: Actor, action: str, *, by_work: bool = True) -> Q | None:
        """The rows of the model that the actor may reach: None for all of them, an impossible Q for none."""
        level = reach(actor, self.kind, action, self.root_kind)
        if level == Level.ALL:
            return None
        if actor.pk is None:
            return Q(pk__in=[])
        reached = self._root_condition(actor, level)
        if level > Level.NONE:
            reached |= self._other_ways(_root_model(model), actor, action, level, by_work=by_work)
        if self.own and actor.level(self.kind, action) > Level.NONE:
            reached |= Q(**{self.own: actor.pk})
        return reached

    def _root_condition(self, actor: Actor, level: Level) -> Q:
        if level == Level.NONE:
            return Q(pk__in=[])
        prefix = f"{self.root}__" if self.root else ""
        reached = Q(**{f"{prefix}{self.owner}": actor.pk})
        departments = actor.department_ids(level)
        if level >= Level.DEPARTMENT and departments:
            reached |= Q(**{f"{prefix}{self.department}__in": departments})
        return reached

    def _other_ways(self, root: type[models.Model], actor: Actor, action: str, level: Level, *, by_work: bool) -> Q:
        """What is shared with the actor, and what the actor's work is about; nothing is added where there is none."""
        opened = _opened(root, actor, action, level)
        key = f"{self.root}__in" if self.root else "pk__in"
        reached = Q()
        if opened.shared:
            reached |= Q(**{key: opened.shared})
        if opened.work and by_work and (not self.root or self.by_work):
            reached |= Q(**{key: opened.work}, **({self.by_work: True} if self.root else {}))
        return reached


def reach(actor: Actor, kind: str, action: str, root_kind: str = "") -> Level:
    """How far the actor's right reaches; a child's never further than the sight of its root."""
    level = actor.level(kind, action)
    return min(level, actor.level(root_kind, "view")) if root_kind else level


def way(actor: Actor, kind: str, action: str, root: Root) -> Way | None:
    """How the actor reaches what hangs on a root (or the root itself), as the managers decide it; None: not at all."""
    scope: Scope = type(root).scope  # type: ignore[attr-defined]
    level = reach(actor, kind, action, scope.kind)
    if level == Level.NONE:
        return None
    if actor.pk is not None and root.owner_id == actor.pk:
        return Way.OWNER
    if root.department_id is not None:
        if level >= Level.DEPARTMENT and root.department_id in actor.department_ids(Level.DEPARTMENT):
            return Way.DEPARTMENT
        if level == Level.BELOW and root.department_id in actor.department_ids(Level.BELOW):
            return Way.BELOW
    if level == Level.ALL:
        return Way.ALL
    opened = _opened(type(root), actor, action, level)  # type: ignore[arg-type]
    if root.pk in opened.shared:
        return Way.SHARED
    return Way.WORK if root.pk in opened.work else None


def view_of(actor: Actor, root: Root) -> View:
    """How much of the people at a customer the actor is shown: their names at least, or not even those."""
    if _reaches_all(actor, "contact", root):
        return View.ORDINARY
    found = way(actor, "contact", "view", root)
    return View.LIMITED if found in (None, Way.WORK) else View.ORDINARY


def sees_finance(actor: Actor, root: Root) -> bool:
    """Whether the actor is shown amounts of money of this customer."""
    return _reaches_all(actor, "finance", root) or way(actor, "finance", "view", root) not in (None, Way.WORK)


def _reaches_all(actor: Actor, kind: str, root: Root) -> bool:
    """Whether no customer is out of reach, so that nothing about this one needs to be looked up."""
    scope: Scope = type(root).scope  # type: ignore[attr-defined]
    return reach(actor, kind, "view", scope.kind) == Level.ALL


def sight_of(actor: Actor, root: Root) -> Sight:
    """What the actor is shown of this customer."""
    return Sight(view_of(actor, root), sees_finance(actor, root))


def sight_on(actor: Actor, row: Any) -> Sight:
    """What the actor is shown of a row that hangs on a customer: notes, too, where it is the actor's own."""
    scope: Scope = type(row).scope
    sight = sight_of(actor, getattr(row, scope.root))
    is_own = bool(scope.own) and actor.pk is not None and getattr(row, f"{scope.own}_id") == actor.pk
    return replace(sight, view=max(sight.view, View.ORDINARY)) if is_own else sight


def may_reveal(actor: Actor, kind: str, root: Root) -> bool:
    """Whether the actor may have masked values of this customer or its contacts shown, for a reason."""
    return view_of(actor, root) is View.ORDINARY and way(actor, kind, "reveal", root) is not None


def _root_model(model: type[models.Model]) -> type[models.Model]:
    """The model that the rows hang on: that of the scope's root, or the model itself."""
    scope: Scope = model.scope  # type: ignore[attr-defined]
    for step in scope.root.split("__") if scope.root_kind else ():
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model


class Opened(NamedTuple):
    """Ids of roots that an actor reaches beyond the level of a right: by sharing, and by work."""

    shared: frozenset[int] = frozenset()
    work: frozenset[int] = frozenset()


def _opened(root: type[models.Model], actor: Actor, action: str, level: Level) -> Opened:
    """What other ways open to the actor; one query for each action and level that is asked for."""
    scope: Scope = root.scope  # type: ignore[attr-defined]
    if not scope.shared or actor.pk is None or actor.moment is None or level in (Level.NONE, Level.ALL):
        return Opened()
    key = (action, level)
    if key not in actor.recalled:
        beyond = root._base_manager.exclude(scope._root_condition(actor, level))
        found: dict[str, set[int]] = {"shared": set(), "work": set()}
        ways = [
            beyond.filter(pk__in=apps.get_model(label).roots_for(actor, action)).values_list("pk", Value(way))
            for way, label in (("shared", scope.shared), ("work", scope.work))
        ]
        for pk, way in ways[0].union(ways[1]).order_by():
            found[way].add(pk)
        actor.recalled[key] = Opened(frozenset(found["shared"]), frozenset(found["work"]))
    return actor.recalled[key]


M = TypeVar("M", bound=models.Model)


class ScopeError(Exception):
    """A programming error: rows were about to be read without saying for whom."""


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that raises `ScopeError` when read before `.for_user()` or `.unscoped()`."""

    _is_scoped: bool = False

    def for_user(self, actor: Actor, action: str = "view", *, by_work: bool = True) -> Self:
        """The rows on which the actor may do `action` (view, create, edit, delete, assign, export, reveal, share).

        `by_work=False` leaves out what is reached only because the actor owes something: its names are masked, so no
        search may confirm them.
        """
        scope: Scope = self.model.scope  # type: ignore[attr-defined]
        condition = scope.condition(self.model, actor, action, by_work=by_work)
        rows = self.all() if condition is None else self.filter(condition)
        rows._is_scoped = True
        return rows

    def unscoped(self, reason: str) -> Self:
        """All rows, for work that has no person behind it; the reason is for the reader of the code."""
        if not reason:
            raise ScopeError("unscoped() wants a reason")
        rows = self.all()
        rows._is_scoped = True
        return rows

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._is_scoped = self._is_scoped
        return clone

    def _require_scope(self) -> None:
        if not self._is_scoped:
            raise ScopeError(f"{self.model.__name__}.objects was read without .for_user(actor, action)")

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        self._require_scope()
        return super().iterator(chunk_size=chunk_size)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()


def every_row(model: type[M], reason: str) -> models.QuerySet[M]:
    """All rows of any model, scoped or not, for work that walks models without knowing them; the reason is to read."""
    if not reason:
        raise ScopeError("every_row() wants a reason")
    return model._base_manager.all()
