"""Tokens that are meant for less than their person may do, and tokens that open no door any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.urls import reverse

from tests.architecture.access.operations import OPERATIONS
from tests.architecture.access.walking import ask, cells_of, restored
from tests.architecture.access.ways import Way
from tests.architecture.access.world import Visitor, World
from tests.cast import NOW
from zhike.domain.accounts.models import ApiToken, User
from zhike.domain.accounts.rules import KINDS
from zhike.domain.accounts.services import create_api_token

KIND_OF: Mapping[str, str] = {
    "customers": "customer",
    "fields": "customer",
    "contacts": "contact",
    "orders": "order",
    "interactions": "interaction",
    "commitments": "commitment",
    "tiers": "tier",
    "imports": "import",
    "person-requests": "privacy",
    "trail": "audit",
    "calendar": "",
    "me": "",
}
"""The kind of records behind the first word of an address; behind some stand none, and any token may go there."""
WRITTEN_BY_FILES = ("customer", "contact", "order", "interaction", "commitment")
BESIDE: Mapping[str, tuple[str, ...]] = {"api:queue_import": WRITTEN_BY_FILES, "api:undo_import": WRITTEN_BY_FILES}
"""Further kinds that an operation writes: a token must be meant for them, too."""
OWNERS = ("administrator", "account_manager")


def cells(world: World, way: Way) -> Iterator[list[str]]:
    """A token reaches as far as its person within what it is meant for, and nothing beyond."""
    kind = _kind(world, way)
    others = tuple(each for each in KINDS if each != kind)
    for name in OWNERS:
        with restored():
            world.step_into(name)
            yield from _within(_with_token(world, name, may_write=False), way, name, is_open=way.method == "GET")
            yield from _within(
                _with_token(world, name, kinds=(kind or "order", *BESIDE.get(way.route, ()))), way, name, is_open=True
            )
            yield from _within(_with_token(world, name, kinds=others), way, name, is_open=not kind)


def _within(world: World, way: Way, name: str, *, is_open: bool) -> Iterator[list[str]]:
    if is_open:
        yield from cells_of(world, way, world.persons[name], ("own",) if name == "administrator" else ("other",))
        return
    answer = ask(world, way, name, "own")
    found = []
    if answer.status != 403 or answer.has_written or answer.markers:
        found.append(f"{answer.status} instead of 403, writes {sorted(answer.written)}, shows {sorted(answer.markers)}")
    if "denied" not in answer.verbs:
        found.append("is denied without a line on the trail")
    yield [f"{way.name} · {name}, a token not meant for it: {fault}" for fault in found]


def _with_token(world: World, name: str, **said: Any) -> World:
    """The world, where this person's program has another token."""
    user = User.objects.get(pk=world.users[name].pk)
    _token, secret = create_api_token(
        owner=user, name="x", expires_at=NOW + timedelta(days=9), actor=user, now=NOW, **said
    )
    return replace(world, programs=world.programs | {name: _bearer(secret)})


def _bearer(secret: str) -> Visitor:
    return Visitor(headers={"Authorization": f"Bearer {secret}"})


def _kind(world: World, way: Way) -> str:
    address = reverse(way.route, kwargs=dict(way.address(world, {"sharing": 1} | world.ids["own"])))
    words = address.removeprefix("/api/v1/").split("/")
    return "tier" if "tiers" in words else KIND_OF[words[0]]


def cells_of_ended(world: World) -> Iterator[list[str]]:
    """A token that has been revoked, is past its time, was never made, or whose person has left opens nothing."""
    user = User.objects.get(pk=world.users["administrator"].pk)
    for told, change in {
        "revoked": {"revoked_at": NOW - timedelta(seconds=1)},
        "past its time": {"expires_at": NOW},
        "in its last second": {"expires_at": NOW + timedelta(seconds=1)},
    }.items():
        with restored():
            token, secret = create_api_token(
                owner=user, name="x", expires_at=NOW + timedelta(days=9), actor=user, now=NOW
            )
            ApiToken.objects.filter(pk=token.pk).update(**change)
            yield _told(told, _bearer(secret), 200 if told == "in its last second" else 401)
    with restored():
        _token, secret = create_api_token(owner=user, name="x", expires_at=NOW + timedelta(days=9), actor=user, now=NOW)
        yield _told("never made", _bearer(f"{secret}x"), 401)
        User.objects.filter(pk=user.pk).update(is_active=False)
        yield _told("of somebody who has left", _bearer(secret), 401)


def _told(told: str, program: Visitor, expected: int) -> list[str]:
    answers: list[Any] = [program.get(reverse(f"api:{name}")) for name in ("read_me", "list_customers")]
    found = [answer.status_code for answer in answers]
    return [f"a token {told}: {found}"] if found != [expected, expected] else []


WALKED = {f"tokens at {way.name}": way for way in OPERATIONS}
