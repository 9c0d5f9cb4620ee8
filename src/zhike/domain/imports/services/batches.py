"""The life of a batch: opened, its columns chosen, queued, moved on chunk by chunk, ended, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.imports.models import Batch, RecordChange
from zhike.domain.imports.queries import refuse_others
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.scope import Actor, Level
from zhike.kernel.vault.files import new_file_key

Status = Batch.Status


@dataclass(frozen=True, slots=True)
class Progress:
    """What a chunk adds to a batch: rows dealt with, records made, changed and left alone, rows refused."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    shared_numbers: int = 0


@transaction.atomic
def open_batch(*, kind: str, file_name: str, actor: Actor, now: datetime, token: str = "") -> Batch:
    """Begin with a file that has arrived. A person's `token` opens one batch only. Raises Conflict, Denied."""
    if actor.level("import", "create") == Level.NONE:
        raise Denied(_("You may not import files. Ask your administrator if you need to."))
    person = _person(actor)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                kind=kind, file_name=file_name[-255:], made_by=person, made_at=now, token=token
            )
            batch.file_key = new_file_key()
            batch.save(update_fields=["file_key"])
    except IntegrityError as error:
        raise Conflict(_("This file is being uploaded already; it stands on the page of imports.")) from error
    _record(batch, "uploaded", actor, now)
    return batch


@transaction.atomic
def choose_columns(
    *,
    batch: Batch,
    sheet: str,
    mapping: Mapping[str, str],
    outline: Mapping[str, Any],
    creates_missing: bool,
    rows: int,
    digest: str = "",
) -> Batch:
    """Settle how the file is read; what an earlier check counted is forgotten. Raises Conflict once it has begun."""
    fresh = _locked(batch, Status.DRAFT, Status.CHECKED, Status.FAILED)
    fresh.sheet, fresh.mapping, fresh.outline = sheet, dict(mapping), dict(outline)
    fresh.creates_missing, fresh.rows = creates_missing, rows
    fresh.digest = digest or fresh.digest
    fresh.status, fresh.failure = Status.DRAFT, ""
    _clear(fresh)
    fresh.save()
    return fresh


@transaction.atomic
def queue(*, batch: Batch, is_dry_run: bool, actor: Actor, now: datetime) -> Batch:
    """Ask for a check (`is_dry_run`), or for the import itself, which leaves a line. Asking twice is asking once.

    Raises Denied for anybody but its maker, Conflict where it has been imported, Refused without columns.
    """
    refuse_others(actor, batch)
    fresh = Batch.objects.unscoped("the caller has found it for the actor").select_for_update().get(pk=batch.pk)
    if fresh.status in Batch.AT_WORK:
        return fresh
    if fresh.status in (Status.DONE, Status.UNDONE):
        raise Conflict(_("This file has been imported already; to import it again, upload it again."))
    if not fresh.mapping:
        raise Refused(_("Choose the columns first."))
    _clear(fresh)
    fresh.status, fresh.is_dry_run, fresh.failure = Status.QUEUED, is_dry_run, ""
    fresh.save()
    if not is_dry_run:
        _record(fresh, "asked", actor, now)
    return fresh


@transaction.atomic
def begin(*, batch: Batch, now: datetime) -> Batch:
    """Mark that work has started or is carried on."""
    fresh = _locked(batch, Status.QUEUED, Status.RUNNING)
    fresh.status = Status.RUNNING
    fresh.started_at = fresh.started_at or now
    fresh.save(update_fields=["status", "started_at"])
    return fresh


@transaction.atomic
def note_reading(
    *, batch: Batch, rows_so_far: int | None = None, rows: int | None = None, preview: Sequence[object] = ()
) -> Batch:
    """Note how far reading has come, or, with `rows` and the first of them as understood, that it has ended."""
    if rows is None:
        batch.rows_read = rows_so_far or 0
        batch.save(update_fields=["rows_read"])
        return batch
    batch.rows = batch.rows_read = rows
    batch.outline = batch.outline | {"preview": list(preview)}
    batch.save(update_fields=["rows", "rows_read", "outline"])
    return batch


@transaction.atomic
def move_on(*, batch: Batch, progress: Progress) -> None:
    """Add a chunk's counts, in the chunk's own transaction. Raises Conflict where another process moved the batch."""
    moved = (
        Batch.objects.unscoped("the batch at work")
        .filter(pk=batch.pk, status=Status.RUNNING, position=batch.position)
        .update(
            position=F("position") + progress.rows,
            created=F("created") + progress.created,
            updated=F("updated") + progress.updated,
            unchanged=F("unchanged") + progress.unchanged,
            failed=F("failed") + progress.failed,
            shared_numbers=F("shared_numbers") + progress.shared_numbers,
        )
    )
    if not moved:
        raise Conflict(_("Another process works on this import; see its progress on the page of imports."))


@transaction.atomic
def end(*, batch: Batch, actor: Actor, now: datetime, evaluated: int | None = None) -> Batch:
    """All rows have been dealt with: a check can be looked at, an import is done and leaves its row on the trail.

    `evaluated` is how many customers were graded anew at once, None where they wait for the night.
    """
    fresh = _locked(batch, Status.RUNNING)
    fresh.finished_at = now
    fresh.evaluated = evaluated
    fresh.status = Status.CHECKED if fresh.is_dry_run else Status.DONE
    fresh.save(update_fields=["finished_at", "status", "evaluated"])
    if not fresh.is_dry_run:
        counts = {name: getattr(fresh, name) for name in ("rows", "created", "updated", "unchanged", "failed")}
        trail.record(
            verb="imported",
            kind="import",
            object_id=fresh.pk,
            actor=actor,
            now=now,
            changes={name: [0, count] for name, count in counts.items()} | {"file_name": [None, fresh.file_name]},
        )
    return fresh


@transaction.atomic
def fail(*, batch: Batch, sentence: str, now: datetime) -> Batch:
    """The file cannot be taken in; the sentence says why."""
    fresh = _locked(batch, *Batch.AT_WORK)
    fresh.status, fresh.failure, fresh.finished_at = Status.FAILED, sentence, now
    fresh.save(update_fields=["status", "failure", "finished_at"])
    return fresh


@transaction.atomic
def discard(*, batch: Batch) -> None:
    """Forget a batch that has changed nothing. Raises Conflict for any other."""
    fresh = _locked(batch, Status.DRAFT, Status.CHECKED, Status.FAILED)
    if fresh.record_changes.exists():
        raise Conflict(_("This import has written records; undo it instead."))
    fresh.delete()


@transaction.atomic
def queue_undo(*, batch: Batch, actor: Actor, now: datetime) -> Batch:
    """Ask for a batch to be taken back, which leaves a line. Raises Refused where there is nothing to take back."""
    fresh = Batch.objects.unscoped("the caller has found it for the actor").select_for_update().get(pk=batch.pk)
    if fresh.status == Status.UNDOING:
        return fresh
    if fresh.status == Status.UNDONE:
        raise Refused(_("Import %(number)s has been undone already.") % {"number": fresh.pk})
    if fresh.status not in (Status.DONE, Status.FAILED, Status.RUNNING) or fresh.is_dry_run:
        raise Refused(_("Import %(number)s has written nothing that could be undone.") % {"number": fresh.pk})
    fresh.status = Status.UNDOING
    fresh.undone_by = _person(actor)
    fresh.save(update_fields=["status", "undone_by"])
    _record(fresh, "undo_asked", actor, now)
    return fresh


@transaction.atomic
def settle_undo(*, batch: Batch, actor: Actor, now: datetime) -> Batch:
    """Everything that could be taken back has been; leaves its row on the trail."""
    fresh = _locked(batch, Status.UNDOING)
    fresh.status, fresh.undone_at = Status.UNDONE, now
    fresh.save(update_fields=["status", "undone_at"])
    kept = fresh.record_changes.exclude(undo=RecordChange.Undo.DONE).count()
    trail.record(
        verb="undone",
        kind="import",
        object_id=fresh.pk,
        actor=actor,
        now=now,
        changes={"kept": [0, kept], "file_name": [None, fresh.file_name]},
    )
    return fresh


def _record(batch: Batch, verb: str, actor: Actor, now: datetime) -> None:
    said: trail.Changes = {"file_name": [None, batch.file_name]}
    trail.record(verb=verb, kind="import", object_id=batch.pk, actor=actor, now=now, changes=said)


def _locked(batch: Batch, *statuses: str) -> Batch:
    fresh = Batch.objects.unscoped("the caller has found it for the actor").select_for_update().get(pk=batch.pk)
    if fresh.status not in statuses:
        raise Conflict(
            _("Import %(number)s is not at a point where this can be done: %(status)s.")
            % {"number": fresh.pk, "status": fresh.get_status_display()}
        )
    return fresh


def _clear(batch: Batch) -> None:
    """Forget the counts of an earlier check."""
    batch.position = batch.rows_read = batch.created = batch.updated = batch.unchanged = batch.failed = 0
    batch.shared_numbers = 0
    batch.started_at = batch.finished_at = None
    batch.problems.all().delete()


def _person(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
