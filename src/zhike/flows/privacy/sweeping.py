"""The last traces of people who were erased leave the files: the database is rewritten, the columnar copy made anew."""

from __future__ import annotations

from datetime import datetime

from zhike.domain.privacy.queries import unswept_erasures
from zhike.domain.privacy.services import mark_swept
from zhike.kernel import remains


def sweep_remains(*, now: datetime) -> int:
    """Sweep where somebody was erased since the last time; how many erasures that completes, 0 where it must wait.

    The columnar copy holds neither names nor texts, so there is nothing in it to sweep.
    """
    if not unswept_erasures().exists() or not remains.sweep():
        return 0
    return mark_swept(now=now)
