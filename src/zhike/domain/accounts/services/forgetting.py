"""People who were erased are blotted out of why rights were given and records taken away."""

from __future__ import annotations

from zhike.domain.accounts.models import ExportRequest, Grant
from zhike.kernel.traces import Traces, blot_rows


def blot_reasons(traces: Traces) -> int:
    """Blot somebody out of the reasons of grants and exports, and of what exports were narrowed to; how many had it."""
    reasons = blot_rows(Grant.objects.all(), ("reason",), traces)
    return reasons + blot_rows(ExportRequest.objects.all(), ("reason",), traces) + _blot_filters(traces)


def _blot_filters(traces: Traces) -> int:
    """A filter is blotted and never dropped: without it an approved export would hold more than was agreed to."""
    touched = 0
    for request in ExportRequest.objects.all().iterator(chunk_size=500):
        if traces.are_in(request.filters):
            request.filters = {
                name: traces.blotted(value) if isinstance(value, str) else value
                for name, value in request.filters.items()
            }
            request.save(update_fields=["filters"])
            touched += 1
    return touched
