"""The company's own OpenID Connect provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Role, User
from zhike.domain.accounts.services import invite_person
from zhike.domain.identity.models import Provider
from zhike.domain.identity.services.sealing import PROVIDER, seal, unseal
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@transaction.atomic
def change_provider(
    *,
    is_on: bool,
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    domains: Sequence[str],
    creates_people: bool,
    role: Role | None,
    actor: Actor | None,
    now: datetime,
) -> Provider:
    """Enter or change the provider; an empty secret keeps the present one.

    Raises Refused for an issuer without HTTPS (but on this machine), for newcomers without a role or with one that
    administers, and where no secret is there yet.
    """
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _THIS_MACHINE:
        raise Refused(_("The issuer's address must begin with https://."), field="issuer")
    if creates_people and role is None:
        raise Refused(_("Choose the role of newcomers."), field="role")
    if role is not None and role.permissions.filter(kind__in=["security", "setting", "person"], action="edit").exists():
        raise Refused(_("Newcomers cannot be administrators: choose another role."), field="role")
    provider = Provider.objects.select_for_update().first() or Provider()
    if not secret and not provider.secret:
        raise Refused(_("Enter the client secret that the provider gave you."), field="secret")
    after = {
        "is_on": is_on,
        "name": name.strip(),
        "issuer": issuer.rstrip("/"),
        "client_id": client_id.strip(),
        "domains": list(domains),
        "creates_people": creates_people,
    }
    changes = trail.differences({field: getattr(provider, field) for field in after}, after)
    for field, value in after.items():
        setattr(provider, field, value)
    if role != provider.role:
        changes["role"] = [provider.role.key if provider.role else None, role.key if role else None]
        provider.role = role
    if secret:
        provider.secret = seal(secret, place=PROVIDER)
        changes["secret"] = [None, "•••"]
    provider.save()
    if changes:
        trail.record(
            verb="change", kind="sign_in_provider", object_id=provider.pk, actor=actor, now=now, changes=changes
        )
    return provider


def secret_of(provider: Provider) -> str:
    """The client secret, to be sent to the provider and nowhere else."""
    return unseal(provider.secret, place=PROVIDER)


@transaction.atomic
def record_link(*, person: User, provider: Provider, now: datetime) -> None:
    """A line of the trail for a person who from now on signs in with the provider as well."""
    trail.record(verb="link_account", kind="person", object_id=person.pk, actor=person, now=now, note=provider.issuer)


@transaction.atomic
def let_newcomer_in(*, provider: Provider, email: str, name: str, now: datetime) -> User:
    """Write a person whom the provider vouches for, with the role of newcomers. Raises Refused where none come in."""
    if not provider.creates_people or provider.role is None:
        raise Refused(_("Nobody here has this address. Ask your administrator for an invitation."))
    called = name.strip()[:80] or email.partition("@")[0]
    return invite_person(email=email, name=called, department=None, roles=[provider.role], actor=None, now=now)
