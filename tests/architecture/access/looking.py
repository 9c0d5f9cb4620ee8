"""Looking at the pages as another person sees them: whoever may, as whom, and that looking is all it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from tests.architecture.access.pages import PAGES
from tests.architecture.access.reference import ALL, NONE, Person, level
from tests.architecture.access.walking import ask, cells_of, restored
from tests.architecture.access.ways import Way
from tests.architecture.access.world import World
from zhike.domain.accounts.rules import KINDS

LOOKER = "administrator"
SEEN = ("account_manager", "service_agent")
OWN_ACCOUNT = {"settings:profile", "settings:tokens"}
"""Pages of the person's own account, which stays closed."""
NOTHING_TAKEN = ("reveal", "export")
"""What nobody may do meanwhile, whatever the person looked at may."""


def cells_of_beginning(world: World) -> Iterator[list[str]]:
    """Only who keeps the people here, and sees all of whatever the other one sees some of; and it can be ended."""
    for looker in (LOOKER, "team_lead", "sales_rep"):
        me = world.persons[looker]
        for name, user in world.users.items():
            if name == looker:
                continue
            other = world.persons.get(name) or Person(name=name, may={}, now=me.now)
            known = replace(other, may=_administers(world)) if name == "boss" else other
            may = name != "disabled" and level(me, "person", "edit") > NONE and _sees_all_of(me, known)
            with restored():
                answer: Any = world.browsers[looker].post(reverse("people:look", args=[user.pk]))
                piece: Any = world.browsers[looker].post(reverse("settings:profile"), HTTP_HX_REQUEST="true")
                ended: Any = world.browsers[looker].post(reverse("people:end_looking"))
            is_told = (answer.status_code, ended.status_code) == ((302, 302) if may else (403, 404))
            is_told = is_told and (piece.status_code == 403) == may
            yield [] if is_told else [f"{looker} looks as {name}: {answer.status_code}, {ended.status_code}"]


def _administers(world: World) -> Mapping[str, Mapping[str, str]]:
    return world.persons["administrator"].may


def _sees_all_of(me: Person, other: Person) -> bool:
    return all(level(me, kind, "view") == ALL for kind in KINDS if level(other, kind, "view") > NONE)


def cells(world: World, way: Way) -> Iterator[list[str]]:
    """Pages are those of the other, without anything revealed; whatever changes something is refused."""
    reads = way.method == "GET" and way.route not in OWN_ACCOUNT
    for name in SEEN if reads else SEEN[:1]:
        with restored():
            world.step_into(name)
            seen = _looking(world, name)
            if reads:
                yield from cells_of(seen, way, _only_looking(world.persons[name]), ("own", "other", "owes"))
            else:
                yield _refused(seen, way, name)


def _looking(world: World, name: str) -> World:
    """The world, where behind this person's browser somebody else sits, in whose name all lines are."""
    world.browsers[LOOKER].post(reverse("people:look", args=[world.users[name].pk]))
    return replace(
        world,
        users=world.users | {name: world.users[LOOKER]},
        browsers=world.browsers | {name: world.browsers[LOOKER]},
    )


def _only_looking(person: Person) -> Person:
    may = {
        kind: {action: far for action, far in actions.items() if action not in NOTHING_TAKEN}
        for kind, actions in person.may.items()
    }
    return replace(person, may=may, looks=True)


def _refused(world: World, way: Way, name: str) -> list[str]:
    answer = ask(world, way, name, "own")
    found = []
    if answer.status != 403 or answer.has_written or answer.markers:
        found.append(f"{answer.status} instead of 403, writes {sorted(answer.written)}, shows {sorted(answer.markers)}")
    if "denied" not in answer.verbs:
        found.append("is denied without a line on the trail")
    return [f"{way.name} · {LOOKER} as {name}: {fault}" for fault in found]


WALKED = {f"looking at {way.name}": way for way in PAGES if way.route != "people:end_looking"}
