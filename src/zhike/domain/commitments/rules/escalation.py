"""Who hears of a promise that is late, and when: each step of a standard goes one head further up the departments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.due import Rule, latest_start, parse_rule

AT_THE_DEADLINE = "due"
AT_THE_DEADLINE_IN_CHINESE = ("到期", "到期时")
ORDINARY_STEPS = (AT_THE_DEADLINE, "1 working day")

Step = Rule | None
"""How long after the deadline a step is taken; None is at the deadline itself."""


def parse_steps(texts: Iterable[str]) -> tuple[Step, ...]:
    """Read `["due", "1 working day"]` or `["到期", "1个工作日"]`; raises RuleError."""
    at_once = {AT_THE_DEADLINE, *AT_THE_DEADLINE_IN_CHINESE}
    return tuple(None if text.strip().lower() in at_once else parse_rule(text) for text in texts)


def latest_deadlines(steps: Sequence[Step], *, now: datetime, calendar: WorkingCalendar) -> tuple[datetime, ...]:
    """For each step the latest deadline, to the second, for which it has come: "who is late" becomes one query."""
    before = now - timedelta(microseconds=1)
    return tuple(before if step is None else latest_start(before, step, calendar) for step in steps)


def chain(head_of: Sequence[int | None], *, owner: int, active: frozenset[int]) -> tuple[int, ...]:
    """The people who hear of it, nearest first: the heads from the owner's department up to the company.

    `head_of` are those heads in that order; the owner, people who have left, and repetitions are skipped.
    """
    return tuple(dict.fromkeys(head for head in head_of if head is not None and head != owner and head in active))
