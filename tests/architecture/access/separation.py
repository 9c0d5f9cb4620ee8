"""Three separate administrators (三员): each keeps to the own task, and none sees a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.architecture.access.pages import PAGES
from tests.architecture.access.reference import Person, Table
from tests.architecture.access.situations import EAST
from tests.architecture.access.walking import cells_of, restored
from tests.architecture.access.ways import Way
from tests.architecture.access.world import Visitor, World
from tests.cast import NOW
from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import separate_administrators

SEES = {"view": "all"}
TASKS: Mapping[str, Table] = {
    # Settings, playbooks, people and departments.
    "system": {
        "setting": SEES | {"edit": "all"},
        "person": SEES | {"create": "all", "edit": "all"},
        "playbook": SEES | {"edit": "all", "export": "all", "approve": "all"},
    },
    # Roles, rights, sign-in, tokens, who may come in.
    "security": {"security": SEES | {"edit": "all"}, "person": SEES},
    # Reads the trail of everybody, and changes nothing.
    "audit": {
        "audit": SEES | {"export": "all"}, "security": SEES, "setting": SEES, "person": SEES, "playbook": SEES,
    },
    # Who had all rights before has none.
    "administrator": {},
}  # fmt: skip
"""What each of the three may do, by docs/operations/sign-in.md."""
OF_ACCESS = ("POST people:page", "GET audit:keeping", "GET exports:list")
"""What whoever looks after access opens besides: rights of people, how long the trail is kept, files of the trail."""


def cells(world: World, task: str) -> Iterator[list[str]]:
    """Every page, as one of them."""
    with restored():
        three = _separated(world)
        person = three.persons[task]
        three.step_into(task)
        for way in PAGES:
            yield from cells_of(three, _when_separate(way, task), person, ("own",))
        yield _told_of_rights(three, task)


def _when_separate(way: Way, task: str) -> Way:
    """The page in these days: rights are given by who looks after access, and nothing is split a second time."""
    if way.name == "POST settings:separation":
        return replace(way, found=frozenset({422}), writes=False, leaves="")
    if task == "security" and way.name in OF_ACCESS:
        return replace(way, gate=("security", "edit"))
    if task == "security" and way.name == "POST exports:decision":
        return replace(
            way, gate=("security", "edit"), sees="", does=(), found=frozenset({404}), leaves="", writes=False
        )
    return way


def _told_of_rights(world: World, task: str) -> list[str]:
    """Who keeps the people names them and gives no rights; who looks after access gives rights and names nobody."""
    said = {"name": "x", "department": world.fixed["south"], "roles": [world.fixed["role"].pk]}
    with restored():
        world.browsers[task].post(reverse("people:page", args=[world.fixed["person"]]), said)
        world.browsers[task].post(reverse("people:new"), said | {"email": "x@x.cn", "language": "en"})
        known = User.objects.get(pk=world.fixed["person"])
        made = User.objects.filter(email="x@x.cn").first()
        has_named, has_made = known.name == "x", made is not None
        has_given = known.roles.exists() or (made is not None and made.roles.exists())
    found = (has_named, has_made, has_given)
    wanted = {"system": (True, True, False), "security": (False, False, True)}.get(task, (False, False, False))
    return [f"{task} names, makes, gives rights: {found}"] if found != wanted else []


def _separated(world: World) -> World:
    """The world, where the administrators' work is split among three people who are new here."""
    users = {}
    for name in ("system", "security", "audit"):
        user = User(
            email=f"{name}@example.com", name=name, department=world.departments[EAST], created_at=NOW, language="en"
        )
        user.set_password("x")
        user.save()
        users[name] = user
    separate_administrators(**users, actor=None, now=NOW)
    return replace(
        world,
        users=world.users | users,
        persons=world.persons
        | {name: Person(name=name, may=may, now=NOW, department=EAST) for name, may in TASKS.items()},
        browsers=world.browsers | {name: _browser(user) for name, user in users.items()},
    )


def _browser(user: User) -> Visitor:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client, key = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return Visitor(headers={"Cookie": f"{key}={client.cookies[key].value}"})
