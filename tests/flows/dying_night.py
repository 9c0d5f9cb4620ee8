"""`python -m tests.flows.dying_night POINT YYYY-MM-DD`: a night that is killed by the system when it comes to POINT."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
django.setup()

from tests.cast import NOW  # noqa: E402
from zhike.domain.segmentation.services import all_customers  # noqa: E402
from zhike.flows import night, promises  # noqa: E402
from zhike.warehouse import process, staging  # noqa: E402

all_customers.ROWS_A_TRANSACTION = 10  # type: ignore[misc]


def killed_at(call: Callable[..., Any], turn: int) -> Callable[..., Any]:
    """The call, but killed instead of its n-th time."""
    calls = iter(range(turn))

    def counted(*args: Any, **words: Any) -> Any:
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **words)

    return counted


POINTS: dict[str, tuple[Any, str, int]] = {
    "before the evaluation": (process, "run", 0),
    "in the middle of the writing": (staging, "load", 2),
    "before the breakpoints are kept": (night, "finish_evaluation", 0),
    "between two schemes": (night, "write_changes", 1),
    "before the care plans": (promises, "plan_care", 0),
    "before the escalations": (promises, "escalate", 0),
}

if __name__ == "__main__":
    module, name, turn = POINTS[sys.argv[1]]
    setattr(module, name, killed_at(getattr(module, name), turn))
    night.run(as_of=date.fromisoformat(sys.argv[2]), now=NOW, actor=None)
