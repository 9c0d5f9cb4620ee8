"""Who hears of a promise that is late, and when: each step of a standard goes one head further up the departments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.due import Rule, due, latest_start, parse_rule

AT_THE_DEADLINE = "due"
ORDINARY_STEPS = (AT_THE_DEADLINE, "1 working day")

Step = Rule | None
"""How long after the deadline a step is taken; None is at the deadline itself."""


def parse_steps(texts: Iterable[str]) -> tuple[Step, ...]:
    """Read `["due", "1 working day"]`; raises RuleError."""
    return tuple(None if text.strip().lower() == AT_THE_DEADLINE else parse_rule(text) for text in texts)


def step_at(step: Step, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """When a step is taken for a promise with that deadline."""
    return due_at if step is None else due(due_at, step, calendar)


def steps_reached(steps: Sequence[Step], due_at: datetime, *, now: datetime, calendar: WorkingCalendar) -> int:
    """How many of the steps have come for an open promise with that deadline; a step counts with those before it."""
    reached = (step_at(step, due_at, calendar) < now for step in steps)
    return max((number for number, has_come in enumerate(reached, start=1) if has_come), default=0)


def latest_deadlines(steps: Sequence[Step], *, now: datetime, calendar: WorkingCalendar) -> tuple[datetime, ...]:
    """For each step the latest deadline, to the second, for which it has come: "who is late" becomes one query."""
    before = now - timedelta(microseconds=1)
    return tuple(before if step is None else latest_start(before, step, calendar) for step in steps)


def chain(head_of: Sequence[int | None], *, owner: int, active: frozenset[int]) -> tuple[int, ...]:
    """The people who hear of it, nearest first: the heads from the owner's department up to the company.

    `head_of` are those heads in that order; the owner, people who have left, and repetitions are skipped.
    """
    return tuple(dict.fromkeys(head for head in head_of if head is not None and head != owner and head in active))
