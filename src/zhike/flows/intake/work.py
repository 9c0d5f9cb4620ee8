"""A batch is worked off: read, applied, ended; or taken back. Whoever picks it up carries on where it was left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import SystemActor
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch, Kind
from zhike.flows.intake.acting import importer
from zhike.flows.intake.applying import apply, take_rows
from zhike.flows.intake.consequences import reevaluate_few
from zhike.flows.intake.folders import make_folder, stage_file
from zhike.flows.intake.orders import take_orders
from zhike.flows.intake.reading import columns_of, read_into
from zhike.flows.intake.withdrawal import unheard, withdraw
from zhike.gateways.stage import Stage, StageBusy
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import Actor

Clock = Callable[[], datetime]
Tell = Callable[[Batch], None]

_log = logging.getLogger(__name__)


def run(batch: Batch, *, clock: Clock, tell: Tell = unheard) -> Batch:
    """Work a queued or interrupted batch off; `tell` hears of its progress. Safe to kill, and to call again.

    Raises Conflict where another process is at it, Refused (also kept in the batch) where the file cannot be taken in.
    """
    with _stage(batch) as stage:
        return _run(stage, batch, clock, tell)


def undo(batch: Batch, *, actor: Actor, clock: Clock, tell: Tell = unheard) -> Batch:
    """Take a batch back now. Raises Refused where there is nothing to take back, Conflict where somebody is at it."""
    with _stage(batch):
        batch = services.queue_undo(batch=batch, actor=actor, now=clock())
        return withdraw(batch, actor=actor, clock=clock, tell=tell)


def run_next_batch(*, clock: Clock) -> bool:
    """Work off the oldest batch that waits, was left by a killed process, or is to be undone; False without one."""
    for batch in Batch.objects.unscoped("the worker takes whatever waits").waiting():
        try:
            with _stage(batch) as stage:
                _work_off(stage, batch, clock)
                return True
        except Conflict:
            continue
    return False


def _work_off(stage: Stage, batch: Batch, clock: Clock) -> None:
    batch.refresh_from_db()
    language = batch.made_by.language if batch.made_by else None
    try:
        with translation.override(language):
            if batch.status == Batch.Status.UNDOING:
                withdraw(batch, actor=batch.undone_by.at(clock()) if batch.undone_by else SystemActor(), clock=clock)
            elif batch.status in Batch.AT_WORK:
                _run(stage, batch, clock)
    except Conflict:
        raise
    except Refused:
        return
    except Exception:
        _log.exception("import %s", batch.pk)
        with translation.override(language):
            sentence = _("Something unexpected went wrong; what was imported so far stands and can be undone.")
            services.fail(batch=batch, sentence=sentence, now=clock())


def _run(stage: Stage, batch: Batch, clock: Clock, tell: Tell = unheard) -> Batch:
    try:
        importer(batch, now=clock())
        batch = services.begin(batch=batch, now=clock())
        summary = stage.summary()
        if summary is None or summary["columns"] != columns_of(batch):
            summary = read_into(stage, batch, tell=lambda rows: _tell_reading(batch, rows, tell))
        batch = services.note_reading(batch=batch, rows=summary["rows"], preview=summary["preview"])
        take = take_orders if batch.kind == Kind.ORDERS else take_rows
        apply(stage, batch, take=take, clock=clock, tell=tell)
    except Conflict:
        raise
    except Refused as refusal:
        services.fail(batch=batch, sentence=refusal.sentence, now=clock())
        raise
    now = clock()
    return services.end(
        batch=batch, actor=batch.made_by or SystemActor(), now=now, evaluated=reevaluate_few(batch, now=now)
    )


def _tell_reading(batch: Batch, rows: int, tell: Tell) -> None:
    services.note_reading(batch=batch, rows_so_far=rows)
    batch.rows_read = rows
    tell(batch)


@contextmanager
def _stage(batch: Batch) -> Iterator[Stage]:
    make_folder(batch)
    try:
        stage = Stage(stage_file(batch), batch.file_key)
    except StageBusy as busy:
        raise Conflict(
            _("Another process works on import %(number)s; see its progress on the page of imports.")
            % {"number": batch.pk}
        ) from busy
    with stage:
        yield stage
