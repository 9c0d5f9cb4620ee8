"""Lines go when their time is over, by whole seals from the oldest on; a checkpoint remains, and the chain holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhike.kernel.errors import Refused
from zhike.kernel.models import RetentionPeriod, Seal
from zhike.kernel.scope import Actor
from zhike.kernel.trail import chain
from zhike.kernel.trail.guard import KEPT_BY_LAW
from zhike.kernel.trail.writing import record

KEPT_BY_DEFAULT: Final = 400
KEPT_AT_MOST: Final = 36_500
_NAME: Final = "trail"
_SEALS_AT_ONCE: Final = 20


def days_kept() -> int:
    """For how many days a line of the trail is kept: never fewer than the law wants, whatever the table says."""
    kept = RetentionPeriod.objects.filter(pk=_NAME).values_list("days", flat=True).first()
    return max(kept or KEPT_BY_DEFAULT, KEPT_BY_LAW)


@transaction.atomic
def keep_for(*, days: int, actor: Actor | None, now: datetime) -> None:
    """Choose for how many days lines are kept. Raises Refused for fewer than the law wants."""
    if not KEPT_BY_LAW <= days <= KEPT_AT_MOST:
        sentence = _("The trail is kept for %(least)s to %(most)s days: the law asks for six months at least.")
        raise Refused(sentence % {"least": KEPT_BY_LAW, "most": KEPT_AT_MOST}, field="days")
    before = days_kept()
    if days != before:
        RetentionPeriod.objects.update_or_create(pk=_NAME, defaults={"days": days})
        record(verb="change", kind="trail", object_id=0, actor=actor, now=now, changes={"days": [before, days]})


def trim(*, now: datetime) -> int:
    """Let go of the lines whose time is over; returns how many. Meant for the night; may be killed at any point."""
    lines = 0
    while count := _trim_some(now, now - timedelta(days=days_kept())):
        lines += count
    return lines


@transaction.atomic
def _trim_some(now: datetime, until: datetime) -> int:
    oldest = Seal.objects.select_for_update().filter(trimmed_at__isnull=True).order_by("number")[:_SEALS_AT_ONCE]
    seals = list(takewhile(lambda seal: seal.newest_at < until, oldest))
    if not seals:
        return 0
    for seal in seals:
        Seal.objects.filter(pk=seal.pk).update(trimmed_at=now, trim_proof=chain.trim_proof(seal, now))
        _delete_lines(seal)
    # One seal without lines remains, for the next one to follow.
    Seal.objects.filter(trimmed_at__isnull=False, number__lt=seals[-1].number).delete()
    lines = sum(seal.count for seal in seals)
    changes = {"seals": [seals[0].number, seals[-1].number], "lines": [lines, 0]}
    record(verb="trimmed", kind="trail", object_id=0, actor=None, now=now, changes=changes)
    return lines


def _delete_lines(seal: Seal) -> None:
    with connection.cursor() as cursor:
        for first, last in chain.read_ranges(seal.ranges):
            cursor.execute("DELETE FROM kernel_activityvalues WHERE activity_id BETWEEN %s AND %s", [first, last])
            cursor.execute("DELETE FROM kernel_activity WHERE id BETWEEN %s AND %s", [first, last])
