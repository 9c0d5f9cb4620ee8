"""What a worker does with each kind of queued request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhike.flows import night
from zhike.flows.demo import load_demo
from zhike.flows.forgotten_password import send_password_link
from zhike.flows.simulation import simulate
from zhike.kernel import clock, requests
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.models import JobRequest

_log = logging.getLogger(__name__)


def _night(arguments: dict[str, Any], request: JobRequest, now: datetime) -> Any:
    as_of = arguments.get("as_of")
    return night.run(
        as_of=date.fromisoformat(as_of) if as_of else clock.local_date(now), now=now, actor=request.requested_by
    )


def _simulate(arguments: dict[str, Any], request: JobRequest, now: datetime) -> Any:
    return simulate(scheme_key=arguments["scheme"], definition=arguments["definition"], as_of=clock.local_date(now))


def _demo(arguments: dict[str, Any], request: JobRequest, now: datetime) -> Any:
    return asdict(load_demo(now=now))


def _password_mail(arguments: dict[str, Any], request: JobRequest, now: datetime) -> Any:
    send_password_link(email=arguments["email"], address=arguments["address"], now=now)


HANDLERS: dict[str, Callable[[dict[str, Any], JobRequest, datetime], Any]] = {
    "night": _night,
    "simulate": _simulate,
    "demo": _demo,
    "password_mail": _password_mail,
}


RIGHTS: dict[str, tuple[str, str]] = {"night": ("tier", "approve"), "simulate": ("tier", "approve")}
"""Kind and action that whoever asked for it must still have when its turn comes."""


def carry_out(request_id: int, *, now: Callable[[], datetime]) -> None:
    """Do one claimed request and close it, with its result or with a sentence that says why there is none.

    Raises NotFound where nobody has asked for it.
    """
    request = JobRequest.objects.select_related("requested_by").filter(pk=request_id).first()
    if request is None:
        raise NotFound(_("There is no request %(number)s in the queue.") % {"number": request_id})
    try:
        _refuse_without_right(request, now())
        result = HANDLERS[request.name](request.arguments, request, now())
    except Refused as refusal:
        requests.finish(request, now=now(), failure=refusal.sentence)
    except Exception:
        _log.exception("request %s (%s) failed", request.pk, request.name)
        requests.finish(request, now=now(), failure=_("This could not be finished; the server's log says why."))
        raise
    else:
        requests.finish(request, now=now(), result=result)


def _refuse_without_right(request: JobRequest, now: datetime) -> None:
    """Raise Denied where whoever asked has left since, or may no longer ask for it."""
    person, right = request.requested_by, RIGHTS.get(request.name)
    if person is not None and right is not None and not person.at(now).may(*right):
        raise Denied(_("Whoever asked for this may no longer do so: nothing was done."))
