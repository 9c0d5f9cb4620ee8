"""Exports: asked for with a reason, approved by a second person where they are large, and taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import ExportRequest, User
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Denied, Refused

LONGEST_REASON = 200


@transaction.atomic
def request_export(
    *, kind: str, filters: dict[str, Any], rows: int, reason: str, actor: User, now: datetime
) -> ExportRequest:
    """Ask to take records away. Up to `rules.MOST_EXPORTED_ALONE` rows a day are approved at once, by nobody else.

    Raises Denied without the right, Refused without a reason or with nothing to take.
    """
    if not actor.may(kind, "export"):
        raise Denied(_("You may not take these records away. Ask your administrator if you need to."))
    if not reason.strip():
        raise Refused(_("Say what the file is for."), field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        sentence = _("The reason is too long: at most %(most)s characters.")
        raise Refused(sentence % {"most": LONGEST_REASON}, field="reason")
    if not rows:
        raise Refused(_("There is nothing here that you may take away."))
    is_small = queries.rows_taken_alone(actor, kind, now=now) + rows <= rules.MOST_EXPORTED_ALONE
    request = ExportRequest.objects.create(
        kind=kind,
        filters=filters,
        rows=rows,
        reason=reason.strip(),
        requested_by=actor,
        requested_at=now,
        is_approved=is_small,
        decided_at=now if is_small else None,
    )
    _record("requested", request, {"rows": [None, rows]}, actor, now)
    return request


@transaction.atomic
def decide_export(*, request_id: int, is_approved: bool, actor: User, now: datetime) -> ExportRequest:
    """A second person agrees, or does not. Raises NotFound where it is not theirs to decide, Conflict if decided."""
    request = queries.export_to_decide(actor, request_id)
    undecided = ExportRequest.objects.filter(pk=request.pk, decided_at__isnull=True)
    if not undecided.update(is_approved=is_approved, decided_by=actor, decided_at=now):
        raise Conflict(_("Somebody has decided this already: reload the page."))
    request.refresh_from_db()
    _record("approved" if is_approved else "refused", request, {"is_approved": [None, is_approved]}, actor, now)
    return request


def check_export(*, request: ExportRequest, rows: int, actor: User, now: datetime) -> None:
    """Whether so many rows may be taken now under the request.

    Raises Denied where the right is gone, Refused where nobody approved, it has lapsed or was taken, or it has grown.
    """
    if not actor.may(request.kind, "export"):
        raise Denied(_("You may not take these records away. Ask your administrator if you need to."))
    if not request.is_approved or request.decided_at is None:
        raise Refused(_("Nobody has approved this export yet."))
    if request.taken_at is not None:
        raise Refused(_("This export was taken already: ask for it again."))
    if not queries.is_ready(request, now=now):
        raise Refused(_("This export was not taken in time: ask for it again."))
    if request.decided_by_id is None:
        most = rules.MOST_EXPORTED_ALONE - queries.rows_taken_alone(actor, request.kind, now=now)
        if rows > most:
            raise Refused(_("There are more rows by now than one person may take away: ask for the export again."))
    elif rows > rules.most_taken(request.rows):
        raise Refused(_("There are more rows by now than were approved: ask for the export again."))


@transaction.atomic
def spend_export(*, request: ExportRequest, rows: int, actor: User, now: datetime) -> None:
    """The file is taken now, with so many rows, and cannot be again; whoever hands it out leaves the line on the trail.

    Raises Denied and Refused as `check_export` does.
    """
    # One taking of a person at a time: what was taken alone is added up.
    User.objects.select_for_update().get(pk=actor.pk)
    fresh = ExportRequest.objects.select_for_update().get(pk=request.pk)
    check_export(request=fresh, rows=rows, actor=actor, now=now)
    ExportRequest.objects.filter(pk=request.pk).update(taken_at=now, rows=rows)


@transaction.atomic
def take_export(*, request: ExportRequest, rows: int, actor: User, now: datetime) -> None:
    """Note that the file is taken now, with so many rows. Raises Denied and Refused as `check_export` does."""
    spend_export(request=request, rows=rows, actor=actor, now=now)
    _record("exported", request, {"rows": [request.rows, rows]}, actor, now)


def _record(verb: str, request: ExportRequest, changes: trail.Changes, actor: User, now: datetime) -> None:
    said: trail.Changes = changes | {"reason": [None, request.reason]}
    trail.record(verb=verb, kind="export", object_id=request.pk, actor=actor, now=now, changes=said)
