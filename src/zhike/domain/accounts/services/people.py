"""People come, change and go; nobody is ever deleted, so that what they did keeps their name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import Company, Department, Role, User
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.scope import Actor, Level


def checked_password(password: str, person: User) -> str:
    """The password, if it is strong enough for the person; raises Refused with every reason against it."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
    return password


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    department: Department | None,
    roles: Iterable[Role],
    actor: Actor | None,
    now: datetime,
    language: str = User.Language.CHINESE,
) -> User:
    """Write a person who cannot sign in before choosing a password by the link that an administrator hands over.

    Raises Conflict where the address is taken.
    """
    address = rules.tidy_email(email)
    if User.objects.filter(email=address).exists():
        sentence = _("Somebody with the e-mail address “%(email)s” is here already.")
        raise Conflict(sentence % {"email": address}, field="email")
    chosen = list(roles)
    _refuse_what_cannot_be_held_together(chosen)
    _refuse_to_give_roles_without_the_right(actor, bool(chosen))
    person = User(email=address, name=name.strip(), department=department, language=language, created_at=now)
    person.set_unusable_password()
    person.save()
    person.roles.set(chosen)
    trail.record(
        verb="invite",
        kind="person",
        object_id=person.pk,
        actor=actor,
        now=now,
        changes=trail.differences({}, _standing(person.email, person.name, department, chosen)),
    )
    return person


@transaction.atomic
def change_person(
    *, person: User, name: str, department: Department | None, roles: Iterable[Role], actor: Actor | None, now: datetime
) -> User:
    """Change a name, a department or roles; rights follow at once.

    Raises Refused where nobody would be left to administer the installation, and for one's own roles while somebody
    else could change them.
    """
    _lock()
    chosen = list(roles)
    _refuse_what_cannot_be_held_together(chosen)
    if person.is_active:
        _refuse_to_lose_the_last_administrator(person, field="roles", besides={role.key for role in chosen})
    held = list(person.roles.order_by("pk"))
    is_giving = {role.pk for role in held} != {role.pk for role in chosen}
    _refuse_to_give_roles_without_the_right(actor, is_giving)
    _refuse_to_give_roles_to_oneself(actor, person, is_giving)
    before = _standing(person.email, person.name, person.department, held)
    after = _standing(person.email, name.strip(), department, sorted(chosen, key=lambda role: role.pk))
    changes = trail.differences(before, after)
    if changes:
        person.name, person.department = name.strip(), department
        person.save(update_fields=["name", "department"])
        person.roles.set(chosen)
        trail.record(verb="change", kind="person", object_id=person.pk, actor=actor, now=now, changes=changes)
    return person


@transaction.atomic
def disable_person(*, person: User, actor: Actor | None, now: datetime) -> None:
    """Shut a person out: the next request of any session or token is refused; their work keeps their name.

    Raises Refused for oneself and for the last active administrator.
    """
    _lock()
    if actor is not None and actor.pk == person.pk:
        raise Refused(_("You cannot disable yourself; another administrator can."))
    _refuse_to_lose_the_last_administrator(person)
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        person.is_active = False
        trail.record(
            verb="disable",
            kind="person",
            object_id=person.pk,
            actor=actor,
            now=now,
            changes={"is_active": [True, False]},
        )


@transaction.atomic
def enable_person(*, person: User, actor: Actor | None, now: datetime) -> None:
    """Let a person in again, with the roles they had."""
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        person.is_active = True
        trail.record(
            verb="enable",
            kind="person",
            object_id=person.pk,
            actor=actor,
            now=now,
            changes={"is_active": [False, True]},
        )


@transaction.atomic
def renew_invitation(*, person: User, actor: Actor | None, now: datetime) -> None:
    """Void the password, so that every session ends and only a new link lets the person choose another.

    Raises Refused for oneself.
    """
    if actor is not None and actor.pk == person.pk:
        raise Refused(_("Change your own password under “My profile”."))
    person.set_unusable_password()
    person.save(update_fields=["password"])
    trail.record(verb="void_password", kind="person", object_id=person.pk, actor=actor, now=now)


@transaction.atomic
def set_password(*, person: User, password: str, actor: Actor | None, now: datetime) -> None:
    """Store a password that the person has chosen. Raises Refused for one that is too weak."""
    person.set_password(checked_password(password, person))
    person.save(update_fields=["password"])
    trail.record(verb="set_password", kind="person", object_id=person.pk, actor=actor, now=now)


@transaction.atomic
def change_profile(*, person: User, name: str, language: str, now: datetime) -> User:
    """What people may change about themselves: how they are called, and the language they read."""
    after = {"name": name.strip(), "language": language}
    changes = trail.differences({"name": person.name, "language": person.language}, after)
    if changes:
        person.name, person.language = after["name"], after["language"]
        person.save(update_fields=["name", "language"])
        trail.record(verb="change", kind="person", object_id=person.pk, actor=person, now=now, changes=changes)
    return person


def _standing(email: str, name: str, department: Department | None, roles: list[Role]) -> dict[str, Any]:
    return {
        "email": email,
        "name": name,
        "department": department.name if department else None,
        "roles": [role.key for role in roles],
    }


def _lock() -> None:
    """Let one change of people at a time through, so that two cannot each spare the other's last administrator."""
    list(Company.objects.select_for_update().values_list("pk"))


def _refuse_to_lose_the_last_administrator(
    person: User, field: str | None = None, besides: Collection[str] = ()
) -> None:
    """Refuse where nobody else who can sign in has a role that somebody must have; the person keeps `besides`."""
    needed = rules.SEPARATE if queries.administrators_are_separate() else (rules.ADMINISTRATOR,)
    for role in needed:
        keeps = queries.active_administrators(role).filter(pk=person.pk).exists()
        others = queries.can_sign_in().filter(roles__key=role).exclude(pk=person.pk)
        if role not in besides and keeps and not others.exists():
            sentence = _("%(name)s is the last active administrator: make somebody else an administrator first.")
            raise Refused(sentence % {"name": person.name}, field=field)


def _refuse_what_cannot_be_held_together(chosen: Iterable[Role]) -> None:
    keys = {role.key for role in chosen}
    if not rules.may_hold_together(keys, are_separate=queries.administrators_are_separate()):
        sentence = _("Administrators are separate here: one of the three has no other role, and nobody has all rights.")
        raise Refused(sentence, field="roles")


def _refuse_to_give_roles_without_the_right(actor: Actor | None, is_giving: bool) -> None:
    if is_giving and actor is not None and actor.level("security", "edit") == Level.NONE:
        raise Denied(_("Roles are given by those who look after access."))


def _refuse_to_give_roles_to_oneself(actor: Actor | None, person: User, is_giving: bool) -> None:
    if not is_giving or actor is None or actor.pk != person.pk:
        return
    if queries.look_after_access().exclude(pk=person.pk).exists():
        sentence = _("You cannot change your own roles while somebody else can: ask another administrator.")
        raise Refused(sentence, field="roles")
