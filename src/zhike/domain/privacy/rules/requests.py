"""What a person may ask of us, and the way of a request from its arrival to its answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

ANSWER_WITHIN: Final = "15 working days"
"""The law says "in good time"; the regulators' measure for apps is fifteen working days, and we promise no later."""

SOURCE: Final = "person_request"
"""What a promise that a request made says about where it comes from; it ends with the request."""

RECEIVED: Final = "received"
CHECKED: Final = "checked"
IN_WORK: Final = "in_work"
ANSWERED: Final = "answered"
REFUSED: Final = "refused"

_NEXT: Final[Mapping[str, frozenset[str]]] = {
    RECEIVED: frozenset({CHECKED, REFUSED}),
    CHECKED: frozenset({IN_WORK, REFUSED}),
    IN_WORK: frozenset({ANSWERED, REFUSED}),
    ANSWERED: frozenset(),
    REFUSED: frozenset(),
}


def may_become(state: str, wanted: str) -> bool:
    """Whether a request in `state` may go to `wanted`: nobody is answered before it is known who asks."""
    return wanted in _NEXT[state]


def is_overdue(*, due_at: datetime, closed_at: datetime | None, at: datetime) -> bool:
    """Whether the answer is late: not given by the deadline, or given after it."""
    return (closed_at or at) > due_at
