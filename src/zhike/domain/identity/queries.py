"""Reads about how people sign in: the policy, sessions, locks, passwords that were, second factors, the provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db.models import Max, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import administrators_are_separate
from zhike.domain.accounts.rules import KINDS
from zhike.domain.identity import rules
from zhike.domain.identity.models import Attempt, FormerPassword, Policy, Provider, Session
from zhike.domain.identity.rules import passwords
from zhike.kernel.errors import NotFound

_ADMINISTER: Final = frozenset({"person", "setting", "security", "audit"})
_APPROVE: Final = ("playbook", "privacy")
_OF_EVERY_PAGE = ("second_factor", "idle_minutes", "absolute_hours")


def policy() -> Policy:
    """How people sign in here."""
    return Policy.objects.first() or Policy()


def session(key: str, *, now: datetime) -> Session | None:
    """The session with that digest, with the policy under which it lives: one query for both, at every page."""
    of_policy = {f"policy_{name}": Subquery(Policy.objects.values(name)[:1]) for name in _OF_EVERY_PAGE}
    found = Session.objects.filter(session_key=key, expire_date__gt=now).annotate(**of_policy).first()
    if found is not None:
        said = {name: getattr(found, f"policy_{name}") for name in _OF_EVERY_PAGE}
        found.policy = Policy(**{name: value for name, value in said.items() if value is not None})
    return found


def needs_second_factor(person: User, rule: Policy) -> bool:
    """Whether the person must have a second factor: everybody, or whoever looks after the company or reads its trail.

    That is any right to people, settings, access or the trail, and the right to approve playbooks or erasure.
    """
    if rule.second_factor == Policy.SecondFactor.ADMINISTRATORS:
        administers = any(person.may(kind, action) for kind in _ADMINISTER for action in KINDS[kind])
        return administers or any(person.may(kind, "approve") for kind in _APPROVE)
    return rule.second_factor == Policy.SecondFactor.EVERYBODY


def may_hand_over_link(actor: User) -> bool:
    """Whether the actor is shown the links by which people choose a password.

    Whoever looks after access voids passwords, and makes the link too; while administrators are separate, that is the
    part of who looks after people, so that nobody becomes another alone.
    """
    return actor.may("person" if administrators_are_separate() else "security", "edit")


def has_second_factor(person: User) -> bool:
    """Whether an authenticator app is asked for when the person signs in."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists())


def second_factors(person: User) -> list[Authenticator]:
    """The authenticator app and the recovery codes of a person, as far as there are any."""
    return list(Authenticator.objects.filter(user_id=person.pk))


def live_sessions(person: User, *, now: datetime) -> QuerySet[Session]:
    """A person's sessions that still let them in, the one seen last first."""
    rule = policy()
    return Session.objects.filter(
        user_id=person.pk, seen_at__gt=now - rule.idle, signed_in_at__gt=now - rule.absolute
    ).order_by("-seen_at", "-signed_in_at")


def live_session(person: User, key: str, *, now: datetime) -> Session:
    """One of a person's sessions by the beginning of its digest; raises NotFound."""
    found = live_sessions(person, now=now).filter(session_key__startswith=key).first() if key else None
    if found is None:
        raise NotFound(_("This session has ended already."))
    return found


def locked_until(person: User, *, now: datetime) -> datetime | None:
    """Until when the person is locked out from some address; None where nobody waits."""
    accounts = [rules.digest(account) for account in accounts_of(person)]
    return _latest(Attempt.objects.filter(account__in=accounts, waits_until__gt=now))


def _latest(waiting: QuerySet[Attempt]) -> datetime | None:
    return waiting.order_by("-waits_until").values_list("waits_until", flat=True).first()


def accounts_of(person: User) -> tuple[str, str]:
    """The names under which attempts of a person are counted: for the password, and for the second factor."""
    return person.email, second_factor_account(person)


def second_factor_account(person: User) -> str:
    """The name under which attempts at a person's second factor are counted."""
    return f"{person.email} second factor"


def former_passwords(person: User) -> list[str]:
    """The hashes of the passwords that must not be chosen again, the present one among them."""
    return list(FormerPassword.objects.filter(person_id=person.pk).values_list("password", flat=True)[: passwords.KEPT])


@dataclass(frozen=True, kw_only=True)
class PasswordAge:
    """When a password was chosen, and when the policy wants another one (None: never)."""

    chosen_at: datetime
    expires_at: datetime | None


def password_age(person: User, *, now: datetime) -> PasswordAge | None:
    """How old a person's password is; None without one. One that nobody remembers is as old as the account."""
    if not person.has_usable_password():
        return None
    latest = FormerPassword.objects.filter(person_id=person.pk).aggregate(at=Max("chosen_at"))["at"]
    chosen_at = latest or person.created_at
    is_graded = policy().profile == Policy.Profile.GRADED
    return PasswordAge(chosen_at=chosen_at, expires_at=chosen_at + passwords.EXPIRES_AFTER if is_graded else None)


def password_has_expired(person: User, *, now: datetime) -> bool:
    """Whether the policy wants a new password before anything else."""
    age = password_age(person, now=now)
    return age is not None and age.expires_at is not None and age.expires_at <= now


def password_link(person: User) -> str:
    """The path by which a person chooses a password: for three days, and once, for the token dies with the choice."""
    token = default_token_generator.make_token(person)
    address = {"uidb36": user_pk_to_url_str(person), "key": token}
    return reverse("account_reset_password_from_key", kwargs=address)


def provider() -> Provider | None:
    """The company's own sign-on provider, on or off; None before one is entered."""
    return Provider.objects.select_related("role").first()


@dataclass(frozen=True, kw_only=True)
class Protection:
    """How well a person's sign-in is protected, for those who look after it."""

    has_second_factor: bool
    locked_until: datetime | None
    sessions: tuple[Session, ...]


def protection(person: User, *, now: datetime) -> Protection:
    """Second factor, lock and sessions of a person."""
    return Protection(
        has_second_factor=has_second_factor(person),
        locked_until=locked_until(person, now=now),
        sessions=tuple(live_sessions(person, now=now)),
    )
