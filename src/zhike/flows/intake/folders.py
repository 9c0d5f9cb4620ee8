"""Where the files of a batch lie: the file as it came, and the stage between reading and applying it."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from zhike.domain.imports.models import Batch


def folder(batch: Batch) -> Path:
    """The batch's own folder."""
    return Path(settings.ZHIKE_UPLOADS) / str(batch.pk)


def stored_file(batch: Batch) -> Path:
    """The file as it came."""
    return folder(batch) / "file"


def stage_file(batch: Batch) -> Path:
    """What was read from it."""
    return folder(batch) / "stage.sqlite3"


def make_folder(batch: Batch) -> Path:
    """Make the batch's folder, readable by nobody else."""
    made = folder(batch)
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def remove_folder(batch: Batch) -> None:
    """Forget the files of a batch."""
    shutil.rmtree(folder(batch), ignore_errors=True)
