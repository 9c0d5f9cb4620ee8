"""`zhike job ID`: carry out one request from the queue, in a process of its own so that its memory goes with it."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser

from zhike.jobs.command import ZhikeCommand
from zhike.jobs.requests import carry_out
from zhike.kernel import clock


class Command(ZhikeCommand):
    help = "Carry out one queued request (the worker calls this)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        carry_out(options["id"], now=clock.now)
