"""Tokens by which programs act as a person."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import ApiToken, User
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor

NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_api_token(
    *,
    owner: User,
    name: str,
    expires_at: datetime,
    actor: Actor | None,
    now: datetime,
    kinds: Iterable[str] = (),
    may_write: bool = True,
) -> tuple[ApiToken, str]:
    """A new token and its secret, shown this once and never again; without `kinds` it may touch all of them.

    Raises Refused if it would be past already or last longer than a year.
    """
    if expires_at <= now:
        raise Refused(_("A token must expire in the future."), field="expires_on")
    if expires_at > now + rules.TOKEN_LASTS:
        raise Refused(_("A token lasts a year at most."), field="expires_on")
    touched = sorted(set(kinds) & rules.KINDS.keys())
    secret = rules.TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=owner,
        name=name.strip(),
        kinds=touched,
        may_write=may_write,
        digest=rules.digest(secret),
        created_at=now,
        expires_at=expires_at,
    )
    trail.record(
        verb="create",
        kind="api_token",
        object_id=token.pk,
        actor=actor,
        now=now,
        changes={
            "name": [None, token.name],
            "kinds": [None, touched],
            "may_write": [None, may_write],
            "expires_at": [None, expires_at],
        },
    )
    return token, secret


@transaction.atomic
def revoke_api_token(*, token: ApiToken, actor: Actor | None, now: datetime) -> None:
    """Make a token useless from the next request on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        trail.record(verb="revoke", kind="api_token", object_id=token.pk, actor=actor, now=now)


@transaction.atomic
def revoke_api_tokens(*, person: User, actor: Actor | None, now: datetime) -> int:
    """Make every token of a person useless, for good; returns how many there were."""
    live = list(ApiToken.objects.filter(user=person, revoked_at__isnull=True).order_by("pk"))
    for token in live:
        revoke_api_token(token=token, actor=actor, now=now)
    return len(live)


def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Keep when a token was last used, to the minute: most requests write nothing, and only the first leaves a line."""
    if token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY:
        return
    with transaction.atomic():
        is_first = token.last_used_at is None
        if ApiToken.objects.filter(pk=token.pk, last_used_at=token.last_used_at).update(last_used_at=now) and is_first:
            trail.record(verb="first_used", kind="api_token", object_id=token.pk, actor=token.user, now=now)
