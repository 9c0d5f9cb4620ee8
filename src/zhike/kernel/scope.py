"""Who may see which rows: levels, the actor, and a manager that refuses to be read without either.

A model says once how its rows belong to people (`scope = Scope(...)`); `Model.objects.for_user(actor, action)` is then
the only ordinary way to its rows. Code without a person behind it (the night, a migration of data) says why:
`Model.objects.unscoped("the night reads every customer")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol, Self, TypeVar

from django.db import models
from django.db.models import Q


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

    def level(self, kind: str, action: str) -> Level:
        """The highest level that any of the actor's roles grants for this kind of record and action."""
        ...

    def department_ids(self, level: Level) -> frozenset[int]:
        """Ids of the departments that `DEPARTMENT` or `BELOW` reaches; empty for people without a department."""
        ...


@dataclass(frozen=True, kw_only=True)
class Scope:
    """How rows of a model belong to people.

    `kind` names the record in the table of permissions. A root has `owner` and `department`
    (lookups on the model itself); a child names its `root` (a lookup to a model that has them, of kind `root_kind`)
    and may add `own`: a lookup that makes a single row somebody's own, such as the person who owes a commitment.
    """

    kind: str
    root: str = ""
    root_kind: str = ""
    owner: str = "owner"
    department: str = "department"
    own: str = ""

    def condition(self, actor: Actor, action: str) -> Q | None:
        """The rows the actor may reach: None for all of them, an impossible Q for none."""
        level = actor.level(self.kind, action)
        if self.root_kind:
            level = min(level, actor.level(self.root_kind, "view"))
        if level == Level.ALL:
            return None
        if actor.pk is None:
            return Q(pk__in=[])
        reached = self._root_condition(actor, level)
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


M = TypeVar("M", bound=models.Model)


class ScopeError(Exception):
    """A programming error: rows were about to be read without saying for whom."""


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that raises `ScopeError` when read before `.for_user()` or `.unscoped()`."""

    _is_scoped: bool = False

    def for_user(self, actor: Actor, action: str = "view") -> Self:
        """The rows on which the actor may do `action` (view, create, edit, delete, assign, export, reveal)."""
        scope: Scope = self.model.scope  # type: ignore[attr-defined]
        condition = scope.condition(actor, action)
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
