"""`zhike worker`: run what the schedule and the queues ask for, until stopped."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from zhike.jobs.command import ZhikeCommand
from zhike.jobs.schedule import scheduler


class Command(ZhikeCommand):
    help = "Run scheduled jobs, imports and evaluations (`serve` starts one by itself)."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        running = scheduler()
        running.start()
        stopped.wait()
        running.shutdown(wait=True)
