"""A write asked for twice under one idempotency key is done once and answered twice."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhike.kernel import vault
from zhike.kernel.errors import Conflict
from zhike.kernel.models import AnsweredRequest
from zhike.kernel.scope import Actor
from zhike.kernel.traces import Traces, blot_rows


def once(
    *,
    actor: Actor,
    key: str,
    request: str,
    now: datetime,
    perform: Callable[[], tuple[int, str]],
    permit: Callable[[str], object],
) -> tuple[int, str]:
    """Status and body of the answer: `perform`'s now, or what it gave the first time, where `permit` lets it out again.

    The key's row is written first, in the transaction of the work itself: a second caller waits for it and then reads
    its answer; work that fails leaves no row and may be tried again. Raises Conflict where the key came with another
    request before, and what `permit` raises.
    """
    fingerprint = hmac.digest(vault.fixed_key("requests"), request.encode(), "sha256").hex()
    try:
        with transaction.atomic():
            row = AnsweredRequest.objects.create(
                actor_id=actor.pk, key=key, fingerprint=fingerprint, status=0, body="", at=now
            )
            status, body = perform()
            row.status, row.body = status, body
            row.save(update_fields=["status", "body"])
            return status, body
    except IntegrityError:
        first = AnsweredRequest.objects.filter(actor_id=actor.pk, key=key).first()
        if first is None:
            raise
    if first.fingerprint != fingerprint:
        raise Conflict(_("This idempotency key was used for another request before; take a new one for each write."))
    permit(first.body)
    return first.status, first.body


def forget(traces: Traces) -> int:
    """Blot somebody who was erased out of the answers that are kept; how many had a trace."""
    return blot_rows(AnsweredRequest.objects.all(), ("body",), traces)


def forget_before(moment: datetime) -> int:
    """Forget the answers given before that moment: their keys may be used again. Returns how many there were."""
    return AnsweredRequest.objects.filter(at__lt=moment).delete()[0]
