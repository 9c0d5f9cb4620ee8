"""What one address wants: the table's row, in the words of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.architecture.access.world import World

Right = tuple[str, str]
"""Kind of record and action."""
Ids = Mapping[str, Any]
"""The ids of one situation's records by kind."""
FOUND = frozenset({200, 201, 202, 204, 302})
SHOWN = frozenset({200})


@dataclass(frozen=True, kw_only=True)
class Way:
    """One address and one method.

    `gate` is what a role must be able to do at all, to everything where it `is_whole`. `sees` is the kind of the
    record that the address (or the body) names and that must be in sight; `does` is what is then done, to that
    record or to one beside or below it. `shows` are the kinds of the record's own row that the answer must show as
    far as the asker may view them, `lists` those of which it must show every one in sight, and `opens` the masked
    values that it shows to whoever may reveal them. `leaves` is the verb that being carried out leaves on the
    trail. `unseen` is the answer to what is out of sight or not there at all, `withheld` to what is in sight and may
    not be done, where that is not `denied`. `finds` is a further record, of which the one named speaks, that must be in
    sight. `sees_to` is the action for which what `sees` names must be open to be there at all, where that is not
    viewing. `only` names the action that customers must be open to for standing in the answer, where that is not
    viewing. `names_own` says that the
    address names something of the asker's own, which may say more than what is not there. `case` tells one way
    through an address from another. `skips` are situations that do not arise at this address.
    """

    route: str
    method: str = "GET"
    gate: Right | None = None
    sees: str = ""
    sees_to: str = "view"
    finds: str = ""
    does: tuple[Right, ...] = ()
    address: Callable[[World, Ids], Mapping[str, Any]] = lambda _world, _ids: {}
    query: Callable[[World, Ids], Mapping[str, Any]] = lambda _world, _ids: {}
    body: Callable[[World, Ids], Mapping[str, Any] | None] = lambda _world, _ids: {}
    before: Callable[[World, Ids, str], None] | None = None
    found: frozenset[int] | None = None
    denied: frozenset[int] = frozenset({403})
    unseen: int = 404
    withheld: int = 0
    shows: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    leaves: str = ""
    writes: bool | None = None
    may_do_nothing: bool = False
    only: str = ""
    names_own: bool = False
    skips: frozenset[str] = frozenset()
    is_public: bool = False
    case: str = ""
    is_whole: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.route} {self.case}".strip()

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api:")

    @property
    def statuses(self) -> frozenset[int]:
        """What is answered where it is carried out."""
        return self.found or (SHOWN if self.method == "GET" else FOUND)

    @property
    def must_write(self) -> bool:
        """Whether carrying it out changes the database; reading never does."""
        return self.method != "GET" if self.writes is None else self.writes


def number(world: World, ids: Ids) -> dict[str, Any]:
    return {"number": ids["number"]}


def pk(kind: str, name: str = "pk") -> Any:
    return lambda _world, ids: {name: ids[kind]}


def fixed(key: str, name: str = "pk") -> Any:
    return lambda world, _ids: {name: world.fixed[key]}


def always(**values: Any) -> Any:
    return lambda _world, _ids: values


def form(route: str, **said: Any) -> Iterator[Way]:
    """The form at an address, and its sending."""
    body = said.pop("body")
    sent_only = {name: said.pop(name) for name in ("writes",) if name in said}
    gate_to_change = said.pop("gate_to_change", said.get("gate"))
    yield Way(route=route, **said)
    yield Way(route=route, method="POST", body=body, **sent_only, **(said | {"gate": gate_to_change, "shows": ()}))
