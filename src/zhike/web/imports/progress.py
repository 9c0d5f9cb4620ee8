"""How far a batch has come, in one bar."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhike.domain.imports.models import Batch

#: Reading takes about this share of the whole.
READING = 30


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A percentage and the words beside it."""

    percent: int
    label: str
    note: str


def progress_of(batch: Batch) -> Progress:
    """What to show of a batch at work."""
    rows = max(batch.rows, batch.rows_read, 1)
    note = ""
    if batch.status == Batch.Status.QUEUED:
        label, percent = _("Waiting for a worker …"), 0
    elif batch.status == Batch.Status.UNDOING:
        undone, changes = batch.record_changes.exclude(undo="").count(), max(batch.record_changes.count(), 1)
        label, percent = _("Taking the import back …"), 100 * undone // changes
        note = _("%(done)s of %(all)s records") % {"done": f"{undone:,}", "all": f"{changes:,}"}
    elif batch.position == 0:
        label, percent = _("Reading the file …"), READING * batch.rows_read // rows
        note = _("%(done)s of about %(all)s rows") % {"done": f"{batch.rows_read:,}", "all": f"{rows:,}"}
    else:
        label = _("Checking the rows …") if batch.is_dry_run else _("Importing …")
        percent = READING + (100 - READING) * batch.position // rows
        note = _("%(done)s of %(all)s rows") % {"done": f"{batch.position:,}", "all": f"{rows:,}"}
    return Progress(percent=min(percent, 100), label=label, note=note)
