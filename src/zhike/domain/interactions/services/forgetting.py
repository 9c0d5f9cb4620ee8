"""What was said is forgotten: the words go, that and when there was a contact stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from zhike.domain.interactions.models import Interaction
from zhike.kernel.traces import Traces, blot_rows

_TEXTS = ("summary", "feedback")


def blot_interactions(*, customer_id: int, traces: Traces) -> int:
    """Blot somebody out of what was said with the customer; how many interactions had a trace."""
    rows = Interaction.objects.unscoped("the approved erasure of a person").filter(customer_id=customer_id)
    return blot_rows(rows, _TEXTS, traces)


def forget_words(rows: Iterable[Interaction]) -> int:
    """Empty the texts of these interactions; how many had any."""
    touched = 0
    for row in rows:
        if row.summary or row.feedback:
            row.summary = row.feedback = ""
            row.save(update_fields=_TEXTS)
            touched += 1
    return touched


def spoken_before(moment: datetime) -> QuerySet[Interaction]:
    """Interactions from before that moment that still have words, the oldest first."""
    rows = Interaction.objects.unscoped("a period of keeping holds for everybody").filter(occurred_at__lt=moment)
    return rows.filter(~Q(summary="") | ~Q(feedback="")).order_by("occurred_at", "pk")
