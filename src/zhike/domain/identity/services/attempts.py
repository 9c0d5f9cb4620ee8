"""Counting attempts to sign in: in the database, so that every process counts the same ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.identity import queries, rules
from zhike.domain.identity.models import Attempt
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor


class TooManyAttempts(Refused):
    """Nobody may try before some time has passed; the same for accounts that exist and those that do not."""

    status = 429


@transaction.atomic
def take_attempt(*, account: str, address: str, now: datetime) -> None:
    """Count an attempt before it is judged, so that many at once are not judged for free.

    Raises TooManyAttempts where the account from this address, the address itself, or the account has to wait; such an
    attempt does not make the wait longer. An address from which the account has signed in before does not wait with
    the account, and what it gets wrong is not counted there: nobody is locked out from elsewhere.
    """
    here, day = _attempt(account, address, now), rules.FORGOTTEN_AFTER
    counted = [
        (here, rules.FREE_ATTEMPTS, day),
        (_attempt("", address, now), rules.FREE_ATTEMPTS_OF_AN_ADDRESS, day),
    ]
    if not rules.is_familiar(here.succeeded_at, now):
        everywhere = _attempt(account, "", now)
        counted.append((everywhere, rules.FREE_ATTEMPTS_OF_AN_ACCOUNT, rules.OF_AN_ACCOUNT_FORGOTTEN_AFTER))
    waiting = max((each.waits_until - now for each, *_rule in counted if each.waits_until), default=timedelta())
    if waiting > timedelta():
        minutes = -(-waiting // timedelta(minutes=1))
        raise TooManyAttempts(_("Too many attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes})
    for each, free, forgotten_after in counted:
        each.failures = 1 if rules.is_forgotten(each.last_at, now, forgotten_after) else each.failures + 1
        wait = rules.wait_after(each.failures, free)
        each.last_at, each.waits_until = now, now + wait if wait else None
        each.save(update_fields=["failures", "last_at", "waits_until"])


@transaction.atomic
def forgive_attempt(*, account: str, address: str, now: datetime) -> None:
    """The attempt was right: forget those at the account from this address, and the one counted for either of them.

    From now on the address is familiar to the account.
    """
    here = _attempt(account, address, now)
    was_familiar = rules.is_familiar(here.succeeded_at, now)
    here.failures, here.waits_until, here.succeeded_at = 0, None, now
    here.save(update_fields=["failures", "waits_until", "succeeded_at"])
    _take_off_one("", address, rules.FREE_ATTEMPTS_OF_AN_ADDRESS)
    if not was_familiar:
        _take_off_one(rules.digest(account), "", rules.FREE_ATTEMPTS_OF_AN_ACCOUNT)


def _take_off_one(account: str, address: str, free: int) -> None:
    for shared in Attempt.objects.select_for_update().filter(account=account, address=address, failures__gt=0):
        shared.failures -= 1
        shared.waits_until = None if shared.failures < free else shared.waits_until
        shared.save(update_fields=["failures", "waits_until"])


@transaction.atomic
def record_failure(*, account: str, address: str, now: datetime) -> None:
    """A line of the trail for an attempt that failed, be the account known or not.

    What was typed for an unknown one is not kept: it may be somebody's password.
    """
    person = User.objects.filter(email=account.strip().lower()).only("pk").first()
    trail.record(
        verb="sign_in_failed",
        kind="person",
        object_id=person.pk if person else 0,
        actor=None,
        now=now,
        note=address,
    )


@transaction.atomic
def unlock_person(*, person: User, actor: Actor | None, now: datetime) -> bool:
    """Let a person try again from every address at once; tells whether anybody had to wait."""
    accounts = [rules.digest(account) for account in queries.accounts_of(person)]
    was_locked = queries.locked_until(person, now=now) is not None
    Attempt.objects.filter(account__in=accounts).update(failures=0, waits_until=None)
    if was_locked:
        trail.record(verb="unlock", kind="person", object_id=person.pk, actor=actor, now=now)
    return was_locked


def _attempt(account: str, address: str, now: datetime) -> Attempt:
    found, _is_new = Attempt.objects.select_for_update().get_or_create(
        account=rules.digest(account) if account else "", address=address, defaults={"last_at": now}
    )
    return found
