"""Files come in: kept, looked at, read into a stage, applied chunk by chunk, corrected, taken back."""

from zhike.flows.intake.work import run_next_batch

__all__ = ["run_next_batch"]
