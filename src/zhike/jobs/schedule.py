"""Every periodic job on one screen: its name, when it runs, what it calls.

A job that finds nothing to do returns at once. Each is idempotent and claims its work by rows, so that several workers
may run.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from django.db import close_old_connections

from zhike.domain.identity.services import forget_what_is_over
from zhike.flows import auditing, intake, promises
from zhike.kernel import clock, requests, trail

_log = logging.getLogger(__name__)
HOLDER = f"{socket.gethostname()}:{os.getpid()}"
_REQUEST_LEASE = timedelta(hours=2)


def imports() -> None:
    """Take in one waiting file."""
    while intake.run_next_batch(clock=clock.now):
        pass


def queued_requests() -> None:
    """Carry out one request of a page in a process of its own."""
    request = requests.claim(holder=HOLDER, now=clock.now(), lasting=_REQUEST_LEASE)
    if request is not None:
        _run("job", str(request.pk))


def escalation() -> None:
    """Put commitments past their time before the next person up."""
    promises.escalate(now=clock.now())


def reconciliation() -> None:
    """Prove that nothing owed is without owner, deadline, answer or escalation; mend what is."""
    report = promises.reconcile(now=clock.now())
    for sentence in report.sentences:
        _log.warning(sentence)


def night() -> None:
    """Evaluate everything; in a process of its own, so that its memory goes with it."""
    _run("night", "--json")


def accesses() -> None:
    """Bring who looked at what from the pages' notes to the trail."""
    auditing.collect(now=clock.now())


def seals() -> None:
    """Tie the latest lines of the trail to its chain."""
    auditing.seal(now=clock.now())


def trail_retention() -> None:
    """Let go of the lines of the trail whose time is over, verify the rest, and put into the log where it ends."""
    trail.trim(now=clock.now())
    auditing.seal(now=clock.now())
    _log.warning("the head of the trail is %s", trail.head_text(trail.head()))
    _run("audit", "verify")


def periods_of_keeping() -> None:
    """Clear what is past its time, and sweep the files; in a process of its own, as it rewrites the database."""
    _run("person", "clear", "--json")


def sessions() -> None:
    """Forget sessions that are over, and attempts that count no longer."""
    forget_what_is_over(now=clock.now())


SCHEDULE: tuple[tuple[str, CronTrigger | IntervalTrigger, Callable[[], None]], ...] = (
    ("imports", IntervalTrigger(seconds=1), imports),
    ("queued requests", IntervalTrigger(seconds=1), queued_requests),
    ("accesses", IntervalTrigger(seconds=5), accesses),
    ("seals", IntervalTrigger(minutes=1), seals),
    ("escalation", IntervalTrigger(minutes=5), escalation),
    ("reconciliation", CronTrigger(minute=20, timezone=clock.COMPANY_ZONE), reconciliation),
    ("trail retention", CronTrigger(hour=4, minute=40, timezone=clock.COMPANY_ZONE), trail_retention),
    ("periods of keeping", CronTrigger(hour=3, minute=40, timezone=clock.COMPANY_ZONE), periods_of_keeping),
    ("sessions", CronTrigger(minute=50, timezone=clock.COMPANY_ZONE), sessions),
    ("night", CronTrigger(hour=2, minute=10, timezone=clock.COMPANY_ZONE), night),
)


def scheduler() -> BackgroundScheduler:
    """The schedule, ready to start: a late job runs once, never twice at a time."""
    running = BackgroundScheduler(
        timezone=clock.COMPANY_ZONE,
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    for name, trigger, call in SCHEDULE:
        running.add_job(_guarded, trigger, args=[name, call], id=name)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    return running


def _guarded(name: str, call: Callable[[], None]) -> None:
    close_old_connections()
    try:
        call()
    except Exception:
        _log.exception("the job %s failed; it runs again at its next time", name)
    finally:
        close_old_connections()


def _run(*words: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command with our own words
        [sys.executable, "-m", "zhike.config.command_line", *words], check=False, stdout=subprocess.DEVNULL
    )
    if done.returncode:
        _log.error("`zhike %s` ended with exit code %s", " ".join(words), done.returncode)
