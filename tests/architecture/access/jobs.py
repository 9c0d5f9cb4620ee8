"""What a file does on behalf of whoever uploaded it, when a worker takes it in later."""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture.access.reference import as_kind, reaches
from tests.architecture.access.situations import KEEPERS
from tests.architecture.access.walking import restored
from tests.architecture.access.world import World
from tests.cast import NOW
from zhike.domain.accounts.models import User
from zhike.domain.customers.services.matching import Spoken, match_customers

KINDS = ("contact", "order", "interaction")


def cells(world: World, kind: str) -> Iterator[list[str]]:
    """Rows of that kind about the customer of every situation, for everybody; what is wrong with each."""
    for name, person in world.persons.items():
        with restored():
            world.step_into(name)
            rows = world.rows(name)
            actor = User.objects.get(pk=world.users[name].pk).at(NOW)
            spoken = {situation: Spoken(world.ids[situation]["number"], None) for situation in KEEPERS}
            found = match_customers(spoken.values(), actor=actor, kind=kind, action="create")
            for situation, each in spoken.items():
                row = as_kind(rows["customer", situation], kind)
                is_usable, may_be_done = isinstance(found[each], int), reaches(person, row, "create")
                told = f"import of {kind}s · {name} · {situation}: usable {is_usable}, by the rules {may_be_done}"
                yield [] if is_usable == may_be_done else [told]
