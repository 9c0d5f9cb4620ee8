"""No cell of the table of permissions is empty talk: taking any of them away changes an answer of the walk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture.access.operations import OPERATIONS
from tests.architecture.access.pages import PAGES
from tests.architecture.access.reference import Person, Table
from tests.architecture.access.situations import EAST, KEEPERS
from tests.architecture.access.walking import expected, in_sight
from tests.architecture.access.world import World
from tests.cast import NOW
from zhike.domain.accounts.rules import KINDS

WAYS = (*PAGES, *OPERATIONS)
OF_FILES = {("order", "edit"), ("interaction", "edit")}
"""What only a file asks for that states an order or an interaction anew: see the tests of those services."""
CELLS = [(kind, action) for kind, actions in KINDS.items() for action in actions if (kind, action) not in OF_FILES]
EVERYTHING = {kind: dict.fromkeys(actions, "all") for kind, actions in KINDS.items()}


@pytest.mark.parametrize(("kind", "action"), CELLS)
def test_every_cell_changes_an_answer(kind: str, action: str) -> None:
    without = EVERYTHING | {kind: {other: level for other, level in EVERYTHING[kind].items() if other != action}}
    assert list(answers(without)) != list(answers(EVERYTHING))


def answers(may: Table) -> Iterator[Any]:
    """What the rules expect at every address and of every record for somebody who may do that."""
    person = Person(name="asker", may=may, now=NOW, department=EAST)
    rows = World().rows(person.name)
    yield in_sight(person, rows)
    for way in WAYS:
        for situation in KEEPERS if way.sees and way.sees != "import" else ("own",):
            if way.sees and (way.sees, situation) not in rows:
                continue
            yield way.name, situation, expected(way, person, rows, situation if way.sees else "")
