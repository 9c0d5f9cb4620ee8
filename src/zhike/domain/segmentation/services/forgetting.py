"""People who were erased are blotted out of the reasons for tiers set by hand."""

from __future__ import annotations

from zhike.domain.segmentation.models import Override
from zhike.kernel.traces import Traces, blot_rows


def blot_overrides(*, customer_id: int, traces: Traces) -> int:
    """Blot somebody out of the reasons; how many had a trace."""
    rows = Override.objects.filter(customer_id=customer_id)
    return blot_rows(rows, ("reason",), traces)
