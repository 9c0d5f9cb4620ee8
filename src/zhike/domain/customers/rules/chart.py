"""The organisation chart of a customer: who reports to whom, as a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Reporting(Protocol):
    """Somebody with an id and the id of the person above, if any."""

    @property
    def pk(self) -> int: ...

    @property
    def reports_to_id(self) -> int | None: ...


P = TypeVar("P", bound=Reporting)


@dataclass(frozen=True)
class Branch(Generic[P]):
    """A person with everybody below."""

    person: P
    below: tuple[Branch[P], ...]


def tree(people: Sequence[P]) -> tuple[Branch[P], ...]:
    """The tops with their branches, in the order given; who reports to somebody not among the people is a top."""
    known = {person.pk for person in people}
    below: dict[int | None, list[P]] = defaultdict(list)
    for person in people:
        below[person.reports_to_id if person.reports_to_id in known else None].append(person)
    return _branches(below, below[None])


def _branches(below: Mapping[int | None, list[P]], people: Iterable[P]) -> tuple[Branch[P], ...]:
    return tuple(Branch(person, _branches(below, below.get(person.pk, []))) for person in people)


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
