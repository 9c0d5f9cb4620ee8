"""The company's own days: closed although others work, or open although they rest."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Closure
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor

LONGEST = 92


@transaction.atomic
def set_days(
    *, first: date, last: date, name: str, is_working: bool, actor: Actor | None, now: datetime
) -> list[Closure]:
    """Say of every day from `first` to `last` that the company is closed, or open; what was said before is replaced.

    Deadlines that are given out already stay as they are. Raises Refused for a row of days that ends before it begins,
    or is longer than three months.
    """
    if not first <= last:
        raise Refused(_("The last day must not lie before the first one."), field="last")
    if (last - first).days >= LONGEST:
        raise Refused(_("At most %(most)s days at a time.") % {"most": LONGEST}, field="last")
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    Closure.objects.filter(day__in=days).delete()
    written = Closure.objects.bulk_create(Closure(day=day, name=name.strip(), is_working=is_working) for day in days)
    trail.record(
        verb="open" if is_working else "close",
        kind="calendar",
        object_id=written[0].pk,
        actor=actor,
        now=now,
        changes={"first": [None, first], "last": [None, last], "name": [None, name.strip()]},
    )
    return written


@transaction.atomic
def clear_day(*, day: date, actor: Actor | None, now: datetime) -> None:
    """Let the official calendar and the week decide about a day again."""
    closure = Closure.objects.filter(day=day).first()
    if closure is None:
        return
    pk, name = closure.pk, closure.name
    closure.delete()
    trail.record(
        verb="clear",
        kind="calendar",
        object_id=pk,
        actor=actor,
        now=now,
        changes={"day": [day, None], "name": [name, None]},
    )
