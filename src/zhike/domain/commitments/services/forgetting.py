"""People who were erased are blotted out of what was promised and how it ended."""

from __future__ import annotations

from zhike.domain.commitments.models import Commitment
from zhike.kernel.traces import Traces, blot_rows


def blot_commitments(*, customer_id: int, traces: Traces) -> int:
    """Blot somebody out of what is and was owed to the customer; how many commitments had a trace."""
    rows = Commitment.objects.unscoped("the approved erasure of a person").filter(customer_id=customer_id)
    return blot_rows(rows, ("content", "closing_note"), traces)
