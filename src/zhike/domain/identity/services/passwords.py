"""Passwords that people choose, and those they had."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhike.domain.accounts import services as accounts
from zhike.domain.accounts.models import User
from zhike.domain.identity.models import FormerPassword
from zhike.domain.identity.rules import passwords
from zhike.domain.identity.services.attempts import unlock_person
from zhike.domain.identity.services.sessions import end_sessions
from zhike.kernel.scope import Actor


@transaction.atomic
def choose_password(*, person: User, password: str, actor: Actor | None, now: datetime, besides: str = "") -> None:
    """Store the password that a person has chosen; every session but the one with the digest `besides` ends.

    Raises Refused for one that the policy does not take.
    """
    accounts.set_password(person=person, password=password, actor=actor, now=now)
    remember_password(person=person, now=now)
    end_sessions(person=person, actor=actor, now=now, besides=besides)
    unlock_person(person=person, actor=actor, now=now)


@transaction.atomic
def void_password(*, person: User, actor: Actor | None, now: datetime) -> None:
    """Let only a new link give the person a password; sessions and tokens end. Raises Refused for oneself."""
    accounts.renew_invitation(person=person, actor=actor, now=now)
    end_sessions(person=person, actor=actor, now=now)
    accounts.revoke_api_tokens(person=person, actor=actor, now=now)


@transaction.atomic
def remember_password(*, person: User, now: datetime) -> None:
    """Keep the present password's hash, and no more of them than are compared."""
    FormerPassword.objects.create(person=person, password=person.password, chosen_at=now)
    kept = FormerPassword.objects.filter(person=person).values_list("pk", flat=True)[: passwords.KEPT]
    FormerPassword.objects.filter(person=person).exclude(pk__in=list(kept)).delete()
