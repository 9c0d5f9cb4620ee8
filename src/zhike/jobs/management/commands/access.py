"""`zhike access`: who may come in, from the console: the way back for whoever is locked out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.core.management import CommandParser
from django.utils.translation import gettext as _

from zhike.domain.accounts import services
from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.accounts.queries import person_of
from zhike.domain.identity import services as identity
from zhike.domain.identity.queries import password_link
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock

_SYSTEM = SystemActor()


def _disable(person: User, now: datetime) -> str:
    identity.shut_out(person=person, actor=_SYSTEM, now=now)
    return _("%(email)s can no longer sign in.")


def _enable(person: User, now: datetime) -> str:
    services.enable_person(person=person, actor=_SYSTEM, now=now)
    return _("%(email)s can sign in again.")


def _unlock(person: User, now: datetime) -> str:
    was_locked = identity.unlock_person(person=person, actor=_SYSTEM, now=now)
    return _("%(email)s may try again at once.") if was_locked else _("%(email)s was not locked out.")


def _reset_second_factor(person: User, now: datetime) -> str:
    identity.reset_second_factor(person=person, actor=_SYSTEM, now=now)
    return _("%(email)s signs in with the password alone until a new second factor is turned on.")


def _sign_out(person: User, now: datetime) -> str:
    identity.end_sessions(person=person, actor=_SYSTEM, now=now)
    return _("%(email)s is signed out everywhere.")


def _new_password(person: User, now: datetime) -> str:
    identity.void_password(person=person, actor=_SYSTEM, now=now)
    return _("The old password of %(email)s is void. Whoever opens this link, once and within three days, chooses one:")


def _join_administrators(person: User, now: datetime) -> str:
    services.join_administrators(administrator=person, actor=_SYSTEM, now=now)
    return _("%(email)s may do everything from now on; administrators are not separate any more.")


_DEEDS: dict[str, tuple[str, Callable[[User, datetime], str]]] = {
    "disable": ("shut somebody out at once", _disable),
    "enable": ("let somebody in again", _enable),
    "unlock": ("forget wrong attempts to sign in", _unlock),
    "reset-second-factor": ("take a lost second factor away", _reset_second_factor),
    "sign-out": ("end every session of somebody", _sign_out),
    "new-password": ("void a password and print a link to choose another", _new_password),
    "join-administrators": (
        "give one person all rights again, where administrators are separate",
        _join_administrators,
    ),
}


class Command(ZhikeCommand):
    help = "Let people in again, or shut them out, from the console."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = "; ".join(f"{name}: {what}" for name, (what, _deed) in _DEEDS.items())
        parser.add_argument("deed", choices=list(_DEEDS), metavar="DEED", help=deeds)
        parser.add_argument("email", metavar="EMAIL", help="whom it is about")
        parser.add_argument(
            "--address",
            default="http://127.0.0.1:8000",
            help="of this installation, for the link (default: %(default)s)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_of(options["email"])
        _what, deed = _DEEDS[options["deed"]]
        sentence = deed(person, clock.now()) % {"email": person.email}
        link = urljoin(options["address"], password_link(person)) if options["deed"] == "new-password" else ""
        if options["json"]:
            self.print_json({"email": person.email, "done": options["deed"], "link": link or None})
            return
        self.stdout.write(sentence)
        if link:
            self.stdout.write(link)
