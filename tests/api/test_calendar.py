from collections.abc import Callable

import pytest

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.domain.accounts.models import User

As = Callable[[User], Program]


@pytest.mark.parametrize(
    ("start", "rule", "due_at"),
    [
        ("2026-02-13T17:30", "2 working hours", "2026-02-14T10:30:00+08:00"),
        ("2026-02-13T09:30:00Z", "2 working hours", "2026-02-14T10:30:00+08:00"),
        ("2026-03-16T10:00", "3 days", "2026-03-19T10:00:00+08:00"),
    ],
)
def test_the_calendar_says_when_something_is_due(cast: Cast, program: As, start: str, rule: str, due_at: str) -> None:
    assert program(cast.li)("GET", f"/calendar/due/?start={start}&rule={rule}").document == {"due_at": due_at}


@pytest.mark.parametrize(
    "query", ["", "start=now&rule=2 days", "start=2026-01-01T00:00&rule=soon", "start=0001-01-01T00:00&rule=1 days"]
)
def test_what_is_no_deadline_is_refused(cast: Cast, program: As, query: str) -> None:
    assert program(cast.li)("GET", f"/calendar/due/?{query}").status == 422
