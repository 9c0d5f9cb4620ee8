"""The organisation chart of a customer: who reports to whom, as a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True)
class Branch(Generic[P]):
    """A person with everybody below."""

    person: P
    below: tuple[Branch[P], ...]


def tree(people: Sequence[tuple[int, int | None, P]]) -> tuple[Branch[P], ...]:
    """The tops with their branches, in the order given, of `(id, id of the person above, person)`.

    Who reports to somebody not among the people is a top; so is the first of a circle, which no write makes.
    """
    known = {id: person for id, _above, person in people}
    below: dict[int | None, list[int]] = defaultdict(list)
    for id, above, _person in people:
        below[above if above in known else None].append(id)
    placed: set[int] = set()

    def branch(id: int) -> Branch[P]:
        placed.add(id)
        return Branch(known[id], tuple(branch(one) for one in below[id] if one not in placed))

    tops = [branch(id) for id in below[None]]
    return (*tops, *(branch(id) for id in known if id not in placed))


def would_circle(above: Mapping[int, int | None], person: int, new_head: int) -> bool:
    """Whether a person would end up above him- or herself by reporting to the new head."""
    seen: set[int] = set()
    here: int | None = new_head
    while here is not None and here not in seen:
        if here == person:
            return True
        seen.add(here)
        here = above.get(here)
    return False
