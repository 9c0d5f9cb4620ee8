"""The night: the copy brought up to date, everybody's figures and tiers, plans, escalations, and a last check.

Every step may be repeated: a night that dies is run again and comes to the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from zhike.domain.segmentation.queries import plain_scheme, versions_in_force
from zhike.domain.segmentation.services import finish_evaluation, lapse_overrides, write_changes
from zhike.flows import promises
from zhike.flows.warehouse_copy import folder, refresh_words
from zhike.kernel import leases
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Conflict
from zhike.kernel.retrying import retried
from zhike.kernel.scope import Actor
from zhike.warehouse import process

LEASE: Final = "night"
LASTING: Final = timedelta(hours=2)
SQLITE_CACHE_KIB: Final = 1_000_000
SQLITE_LOG_PAGES: Final = 100_000
"""How far the log may grow before it is copied into the file: a page that is written often is copied once."""


@dataclass(slots=True)
class Night:
    """What a night found and did; `seconds` per step."""

    as_of: date
    customers: int = 0
    orders: int = 0
    moved: int = 0
    commitments: int = 0
    escalated: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """As plain data, in the shape that the command line prints."""
        seconds = {step: round(taken, 3) for step, taken in self.seconds.items()}
        return asdict(self) | {"as_of": self.as_of.isoformat(), "seconds": seconds}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        started = perf_counter()
        yield
        self.seconds[name] = perf_counter() - started


def run(*, as_of: date, now: datetime, actor: Actor | None) -> dict[str, Any]:
    """Run the night for the end of the day `as_of`; for a day that is over, promises are judged as of its midnight.

    Returns `{"as_of", "customers", "orders", "moved", "commitments", "escalated", "seconds": {step: s}}`; `moved`
    counts the tiers that began. Raises Conflict while another night is running.
    """
    holder = leases.this_process()
    if not leases.acquire(LEASE, holder=holder, now=now, lasting=LASTING):
        raise Conflict(_("Another night is running; wait until it has finished."))
    _give_room()
    try:
        night = Night(as_of)
        _evaluate(night, actor=actor, now=now)
        moment = min(now, datetime.combine(as_of + timedelta(days=1), time(), COMPANY_ZONE))
        with night.step("care"):
            night.commitments = retried(partial(promises.plan_care, as_of=as_of, now=moment))
        with night.step("escalation"):
            night.escalated = retried(partial(promises.escalate, now=moment))
        with night.step("reconciliation"):
            retried(partial(promises.reconcile, now=moment))
        return night.to_data()
    finally:
        leases.release(LEASE, holder=holder)


def evaluate(*, as_of: date, now: datetime) -> None:
    """Figures and tiers alone, as they were at the end of the day `as_of`."""
    _evaluate(Night(as_of), actor=None, now=now)


def _give_room() -> None:
    """Let SQLite keep the tables of a million customers in memory while this process goes over all of them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
            cursor.execute(f"PRAGMA wal_autocheckpoint = {SQLITE_LOG_PAGES}")


def _evaluate(night: Night, *, actor: Actor | None, now: datetime) -> None:
    lapse_overrides(as_of=night.as_of, now=now)
    with TemporaryDirectory(dir=folder(), prefix="changes-") as drafts, ThreadPoolExecutor(1) as aside:
        asked = aside.submit(
            process.run,
            "zhike.flows.evaluation:refresh_and_evaluate",
            refresh_words()
            | {
                "engine": settings.ZHIKE_ENGINE,
                "as_of": night.as_of.isoformat(),
                "schemes": [plain_scheme(version, as_of=night.as_of) for version in versions_in_force()],
                "changes_into": drafts,
            },
        )
        # The engine works in a process of its own: meanwhile, what has nothing to do with tiers.
        with night.step("owners"):
            retried(partial(promises.hand_on_care, now=now))
        found = asked.result()
        night.customers, night.orders = found["customers"], found["orders"]
        night.seconds |= found["seconds"]
        with night.step("writing"):
            for scheme in found["schemes"]:
                night.moved += _write(night, scheme, actor=actor, now=now)


def _write(night: Night, scheme: Mapping[str, Any], *, actor: Actor | None, now: datetime) -> int:
    version_id = scheme["version_id"]
    moved = write_changes(version_id=version_id, file=Path(scheme["file"]), as_of=night.as_of)
    finish_evaluation(
        version_id=version_id, breakpoints=scheme["breakpoints"], as_of=night.as_of, moved=moved, actor=actor, now=now
    )
    return moved
