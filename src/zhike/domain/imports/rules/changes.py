"""What taking rows in came to: which records were made or changed, and which rows could not be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhike.domain.imports.rules.problems import Problem


class Change(NamedTuple):
    """A record made (`before` is None) or changed; the mappings hold the fields that changed, as JSON can hold them."""

    kind: str
    object_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(slots=True)
class Upserted:
    """How many records were made, changed, and left as they were; the changes; and refused drafts by their index.

    A refusal is the field it concerns and what is wrong with it.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: dict[int, tuple[str, Problem]] = field(default_factory=dict)
