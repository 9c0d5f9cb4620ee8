"""Tokens by which programs act as a person."""

from __future__ import annotations

import secrets
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
    *, owner: User, name: str, expires_at: datetime, actor: Actor | None, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, shown this once and never again. Raises Refused if it would be past already."""
    if expires_at <= now:
        raise Refused(_("A token must expire in the future."), field="expires_on")
    secret = rules.TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=owner, name=name.strip(), digest=rules.digest(secret), created_at=now, expires_at=expires_at
    )
    trail.record(
        verb="create",
        kind="api_token",
        object_id=token.pk,
        actor=actor,
        now=now,
        changes={"name": [None, token.name], "expires_at": [None, expires_at]},
    )
    return token, secret


@transaction.atomic
def revoke_api_token(*, token: ApiToken, actor: Actor | None, now: datetime) -> None:
    """Make a token useless from the next request on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        trail.record(verb="revoke", kind="api_token", object_id=token.pk, actor=actor, now=now)


def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Keep when a token was last used, to the minute: most requests write nothing, and none leaves a line."""
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
