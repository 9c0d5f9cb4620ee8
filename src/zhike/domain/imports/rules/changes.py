"""What taking rows in came to: which records were made or changed, and which rows could not be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from zhike.domain.imports.rules.problems import Problem


class Change(NamedTuple):
    """A record made (`before` is None) or changed; the mappings hold the fields that changed."""

    kind: str
    object_id: int
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @classmethod
    def of(cls, kind: str, object_id: int, differences: dict[str, list[Any]]) -> Change:
        """The change of a record whose fields differ as `{field: [before, after]}`."""
        sides = ({name: pair[side] for name, pair in differences.items()} for side in (0, 1))
        return cls(kind, object_id, *sides)


@dataclass(slots=True)
class Upserted:
    """How many records were made, changed, and left as they were; the changes; and refused drafts by their index.

    A refusal is the field it concerns and what is wrong with it; so are `notices`, of drafts that were taken in.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: dict[int, tuple[str, Problem]] = field(default_factory=dict)
    notices: dict[int, tuple[str, Problem]] = field(default_factory=dict)


class Applied(NamedTuple):
    """A change as the batch remembers it; the mappings hold what JSON made of the values."""

    object_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    at: datetime
