"""The trail: who did what, when, and what was before and after; append-only, and whoever falsifies it is found out."""

from zhike.kernel.trail.accesses import collect_accesses, has_accesses, record_access, sought
from zhike.kernel.trail.chain import head, read_ranges, seal_rows
from zhike.kernel.trail.denials import Recent, Throttle, record_denial, throttle
from zhike.kernel.trail.erasing import forget
from zhike.kernel.trail.retention import days_kept, keep_for, trim
from zhike.kernel.trail.values import TYPED, Changes, are_whole, typed_words, whole_changes
from zhike.kernel.trail.verifying import Verification, glance, head_text, verify
from zhike.kernel.trail.witness import Verified, last_verification, note_head, note_verification, noted_head
from zhike.kernel.trail.writing import Line, differences, record, record_many, write

__all__ = [
    "TYPED",
    "Changes",
    "Line",
    "Recent",
    "Throttle",
    "Verification",
    "Verified",
    "are_whole",
    "collect_accesses",
    "days_kept",
    "differences",
    "forget",
    "glance",
    "has_accesses",
    "head",
    "head_text",
    "keep_for",
    "last_verification",
    "note_head",
    "note_verification",
    "noted_head",
    "read_ranges",
    "record",
    "record_access",
    "record_denial",
    "record_many",
    "seal_rows",
    "sought",
    "throttle",
    "trim",
    "typed_words",
    "verify",
    "whole_changes",
    "write",
]
