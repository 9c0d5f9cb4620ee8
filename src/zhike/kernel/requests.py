"""The queue of long work: pages ask, a worker claims one row at a time, pages read what came of it.

A claim is a conditional update with a lease, so two workers never do the same work and a killed one loses nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.kernel.errors import NotFound
from zhike.kernel.models import JobRequest
from zhike.kernel.scope import Actor
from zhike.kernel.traces import Traces


def ask(name: str, *, arguments: dict[str, Any], actor: Actor | None, now: datetime) -> JobRequest:
    """Leave a request; the same open request by anybody is given back instead of a second one."""
    waiting = JobRequest.objects.filter(name=name, arguments=arguments, finished_at__isnull=True).first()
    return waiting or JobRequest.objects.create(
        name=name, arguments=arguments, requested_at=now, requested_by_id=actor.pk if actor else None
    )


def note(
    name: str,
    *,
    arguments: dict[str, Any],
    started_at: datetime,
    finished_at: datetime,
    result: Any = None,
    failure: str = "",
) -> None:
    """Keep what came of work that the schedule or the command line has done, beside what pages asked for."""
    JobRequest.objects.create(
        name=name,
        arguments=arguments,
        requested_at=started_at,
        started_at=started_at,
        finished_at=finished_at,
        result=result,
        failure=failure,
    )


def find(request_id: int, name: str) -> JobRequest:
    """One request of that name; raises NotFound."""
    found = JobRequest.objects.filter(pk=request_id, name=name).first()
    if found is None:
        raise NotFound(_("There is no such piece of work."))
    return found


def latest(name: str) -> JobRequest | None:
    """The request of that name which was asked for last."""
    return JobRequest.objects.filter(name=name).order_by("-requested_at", "-pk").first()


def latest_finished(name: str) -> JobRequest | None:
    """The work of that name that ended last, whoever asked for it."""
    done = JobRequest.objects.filter(name=name, finished_at__isnull=False).select_related("requested_by")
    return done.order_by("-finished_at", "-pk").first()


def claim(*, holder: str, now: datetime, lasting: timedelta) -> JobRequest | None:
    """The oldest open request that nobody holds, now held by `holder`; None where there is none."""
    free = JobRequest.objects.filter(finished_at__isnull=True).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    )
    for request_id in free.order_by("requested_at").values_list("pk", flat=True)[:5]:
        if free.filter(pk=request_id).update(holder=holder, lease_until=now + lasting, started_at=now):
            return JobRequest.objects.get(pk=request_id)
    return None


def finish(request: JobRequest, *, now: datetime, result: Any = None, failure: str = "") -> None:
    """Close a request with what came of it, or with the sentence that says why nothing did."""
    JobRequest.objects.filter(pk=request.pk, finished_at__isnull=True).update(
        finished_at=now, result=result, failure=failure, lease_until=None
    )


def forget(traces: Traces) -> int:
    """Forget the results that somebody who was erased is in; how many there were."""
    found = [row for row in JobRequest.objects.filter(result__isnull=False) if traces.are_in(row.result)]
    return JobRequest.objects.filter(pk__in=[row.pk for row in found]).update(result=None)


def forget_before(moment: datetime) -> int:
    """Forget requests that were finished before that moment, with their results; how many there were."""
    return JobRequest.objects.filter(finished_at__lt=moment).delete()[0]
