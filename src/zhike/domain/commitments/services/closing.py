"""Commitments end: kept, missed or waived, once and by one person; and a slip of the hand can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import WORK_OPENS, Commitment
from zhike.domain.privacy.rules.requests import SOURCE
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import Actor

LONGEST_NOTE = 300


def fulfil(
    *,
    commitment: Commitment,
    now: datetime,
    actor: Actor | None,
    kept_at: datetime | None = None,
    note: str = "",
    closing_kind: str = "",
    closing_id: int | None = None,
) -> Commitment:
    """The promise was kept, by the record that `closing_kind` and `closing_id` name, if any.

    `kept_at` is when it really happened, where that was before `now`. Raises Refused, Conflict.
    """
    end = _End(Commitment.Outcome.KEPT, kept_at or now, note, closing_kind, closing_id)
    return _close(commitment, end, now=now, actor=actor)


def miss(*, commitment: Commitment, now: datetime, actor: Actor | None, note: str = "") -> Commitment:
    """The promise was not kept and it is too late now. Raises Conflict."""
    return _close(commitment, _End(Commitment.Outcome.MISSED, now, note), now=now, actor=actor)


def waive(*, commitment: Commitment, reason: str, now: datetime, actor: Actor | None) -> Commitment:
    """The customer need not be given this after all. Raises Refused without a reason, Conflict."""
    if not reason.strip():
        raise Refused(_("Say why this is no longer owed to the customer."), field="reason")
    return _close(commitment, _End(Commitment.Outcome.WAIVED, now, reason), now=now, actor=actor)


@transaction.atomic
def reopen(*, commitment: Commitment, now: datetime, actor: Actor | None) -> Commitment:
    """Take the end back, as if it had never been closed. Raises Conflict.

    Its owner does not come to see a customer again by opening what has ended long ago.
    """
    before = commitment.outcome
    lets_in = commitment.opens_customer and not _lets_oneself_in(commitment, actor, now)
    try:
        with transaction.atomic():
            reopened = (
                Commitment.objects.unscoped("the caller has found this commitment for the actor")
                .filter(pk=commitment.pk, closed_at__isnull=False)
                .update(
                    outcome="",
                    closed_at=None,
                    closed_by=None,
                    closing_note="",
                    closing_kind="",
                    closing_id=None,
                    opens_customer=lets_in,
                )
            )
    except IntegrityError as error:
        raise Conflict(_("Another one has been planned in its place meanwhile; this one stays closed.")) from error
    if not reopened:
        raise Conflict(_("This promise is open already: reload the page to see where it stands."))
    return _recorded(commitment, "reopened", {"outcome": [before, ""]}, "", now=now, actor=actor)


def _lets_oneself_in(commitment: Commitment, actor: Actor | None, now: datetime) -> bool:
    is_own = actor is not None and commitment.owner_id == actor.pk
    return is_own and commitment.closed_at is not None and commitment.closed_at <= now - WORK_OPENS


@dataclass(frozen=True)
class _End:
    outcome: Commitment.Outcome
    at: datetime
    note: str
    closing_kind: str = ""
    closing_id: int | None = None


@transaction.atomic
def _close(commitment: Commitment, end: _End, *, now: datetime, actor: Actor | None) -> Commitment:
    if commitment.source_kind == SOURCE != end.closing_kind:
        raise Refused(_("This ends with the request itself: answer or decline it under Personal information."))
    note = end.note.strip()
    if len(note) > LONGEST_NOTE:
        sentence = _("The note is too long: at most %(most)s characters, and this has %(length)s.")
        raise Refused(sentence % {"most": LONGEST_NOTE, "length": len(note)}, field="note")
    closed = (
        Commitment.objects.unscoped("the caller has found this commitment for the actor")
        .filter(pk=commitment.pk, closed_at__isnull=True)
        .update(
            outcome=end.outcome,
            closed_at=end.at,
            closed_by=actor.pk if actor else None,
            closing_note=note,
            closing_kind=end.closing_kind,
            closing_id=end.closing_id,
        )
    )
    if not closed:
        raise Conflict(_("This promise has been closed already: reload the page to see how it ended."))
    return _recorded(commitment, end.outcome.value, {"outcome": ["", end.outcome.value]}, note, now=now, actor=actor)


def _recorded(
    commitment: Commitment,
    verb: str,
    changes: Mapping[str, list[str | None]],
    note: str,
    *,
    now: datetime,
    actor: Actor | None,
) -> Commitment:
    trail.record(
        verb=verb,
        kind="commitment",
        object_id=commitment.pk,
        customer_id=commitment.customer_id,
        actor=actor,
        now=now,
        # Words of people may name somebody: they stand sealed beside the line, from where they can be erased.
        changes=dict(changes) | ({"closing_note": [None, note]} if note else {}),
    )
    commitment.refresh_from_db()
    return commitment
