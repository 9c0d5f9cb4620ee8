"""Sessions of people: kept alive by use, ended one by one or all but one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import disable_person, revoke_api_tokens
from zhike.domain.identity import queries, rules
from zhike.domain.identity.models import Attempt, Session
from zhike.kernel import trail
from zhike.kernel.scope import Actor


def note_session_use(*, key: str, seen_at: datetime, now: datetime) -> bool:
    """Keep when a session was last used, to the minute: most pages write nothing. Tells whether it wrote."""
    if now - seen_at < rules.SEEN_EVERY:
        return False
    return Session.objects.filter(session_key=key).update(seen_at=now) > 0


@transaction.atomic
def record_sign_in(*, person: User, address: str, device: str, now: datetime) -> None:
    """A line of the trail for somebody who has come in."""
    trail.record(
        verb="signed_in", kind="person", object_id=person.pk, actor=person, now=now, note=_place(address, device)
    )


@transaction.atomic
def record_sign_out(*, person: User, now: datetime) -> None:
    """A line of the trail for somebody who has gone."""
    trail.record(verb="signed_out", kind="person", object_id=person.pk, actor=person, now=now)


@transaction.atomic
def end_session(*, person: User, key: str, actor: Actor | None, now: datetime) -> None:
    """End one session of a person, named by the beginning of its digest. Raises NotFound."""
    session = queries.live_session(person, key, now=now)
    where = _place(session.address, session.device)
    session.delete()
    trail.record(verb="end_session", kind="person", object_id=person.pk, actor=actor, now=now, note=where)


@transaction.atomic
def end_sessions(*, person: User, actor: Actor | None, now: datetime, besides: str = "") -> int:
    """End all sessions of a person but the one with that digest; returns how many there were."""
    ended, _per_model = Session.objects.filter(user_id=person.pk).exclude(session_key=besides).delete()
    if ended:
        trail.record(
            verb="end_sessions",
            kind="person",
            object_id=person.pk,
            actor=actor,
            now=now,
            changes={"sessions": [ended, 0]},
        )
    return ended


@transaction.atomic
def shut_out(*, person: User, actor: Actor | None, now: datetime) -> None:
    """Disable a person, end the sessions and revoke the tokens, so that enabling again brings none of them back.

    Raises Refused as `disable_person` does.
    """
    disable_person(person=person, actor=actor, now=now)
    end_sessions(person=person, actor=actor, now=now)
    revoke_api_tokens(person=person, actor=actor, now=now)


def forget_what_is_over(*, now: datetime) -> None:
    """Delete sessions that let nobody in any more, and failures that count no longer."""
    rule = queries.policy()
    is_over = Q(seen_at__lte=now - rule.idle) | Q(signed_in_at__lte=now - rule.absolute) | Q(expire_date__lte=now)
    Session.objects.filter(is_over).delete()
    was_never_right = Q(succeeded_at=None) | Q(succeeded_at__lte=now - rules.FAMILIAR_FOR)
    Attempt.objects.filter(was_never_right, last_at__lte=now - rules.FORGOTTEN_AFTER).delete()


def _place(address: str, device: str) -> str:
    return " · ".join(part for part in (address, rules.device_name(device)) if part)
