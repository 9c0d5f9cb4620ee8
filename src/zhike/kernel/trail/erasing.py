"""Personal values of people who were erased leave the trail; lines and chain stay as they are, the lines masked."""

from __future__ import annotations

from zhike.kernel.models import Activity, ActivityValues
from zhike.kernel.traces import Traces
from zhike.kernel.trail.values import whole_changes


def forget(*, customer_id: int, kind: str = "", object_id: int | None = None, traces: Traces | None = None) -> int:
    """Erase the whole values beside a customer's lines; how many lines lost theirs.

    With `kind` and `object_id` only those about that record, and those about others that hold one of the `traces`.
    """
    lines = Activity.objects.filter(customer_id=customer_id, kept_values__isnull=False)
    if kind:
        own = set(lines.filter(kind=kind, object_id=object_id).values_list("pk", flat=True))
        others = lines.exclude(pk__in=own) if traces else lines.none()
        gone = own | {pk for pk, changes in whole_changes(others).items() if traces and traces.are_in(changes)}
    else:
        gone = set(lines.values_list("pk", flat=True))
    return ActivityValues.objects.filter(pk__in=gone).delete()[0] if gone else 0
