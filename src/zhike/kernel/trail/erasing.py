"""Personal values of people who were erased leave the trail; lines and chain stay as they are, the lines masked."""

from __future__ import annotations

from zhike.kernel.models import Activity, ActivityValues
from zhike.kernel.traces import Traces
from zhike.kernel.trail.values import whole_changes


def forget(*, customer_id: int, traces: Traces, kind: str = "", object_id: int | None = None) -> int:
    """Erase the whole values beside a customer's lines; how many lines lost theirs.

    With `kind` and `object_id` only those about that record, and those about others that hold one of the `traces`.
    Lines about no customer, such as exports and rights given, lose theirs where these hold a trace.
    """
    kept = Activity.objects.filter(kept_values__isnull=False)
    lines = kept.filter(customer_id=customer_id)
    own = lines.filter(kind=kind, object_id=object_id) if kind else lines
    gone = set(own.values_list("pk", flat=True))
    others = lines.exclude(pk__in=gone) if kind else lines.none()
    for rows in (others, kept.filter(customer_id__isnull=True)):
        gone |= {pk for pk, changes in whole_changes(rows).items() if traces.are_in(changes)}
    return ActivityValues.objects.filter(pk__in=gone).delete()[0] if gone else 0
