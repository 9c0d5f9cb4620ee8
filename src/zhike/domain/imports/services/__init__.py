"""Writes of batches: opened, queued, moved on, ended; what they changed, what was wrong, and taking it back."""

from zhike.domain.imports.services.batches import (
    Progress,
    begin,
    choose_columns,
    discard,
    end,
    fail,
    move_on,
    note_reading,
    open_batch,
    queue,
    queue_undo,
    settle_undo,
)
from zhike.domain.imports.services.effects import keep_changes, keep_problems
from zhike.domain.imports.services.forgetting import (
    RecordIds,
    batches_that_say,
    batches_that_touched,
    finished_batches,
    forget_cells,
    forget_records,
)
from zhike.domain.imports.services.handing_on import hand_back, hand_down
from zhike.domain.imports.services.taking_back import Keeping, take_back

__all__ = [
    "Keeping",
    "Progress",
    "RecordIds",
    "batches_that_say",
    "batches_that_touched",
    "begin",
    "choose_columns",
    "discard",
    "end",
    "fail",
    "finished_batches",
    "forget_cells",
    "forget_records",
    "hand_back",
    "hand_down",
    "keep_changes",
    "keep_problems",
    "move_on",
    "note_reading",
    "open_batch",
    "queue",
    "queue_undo",
    "settle_undo",
    "take_back",
]
