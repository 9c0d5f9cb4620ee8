"""`zhike demo`: fill an empty installation with the demo company."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser, call_command

from zhike.flows.demo import load_demo
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock


class Command(ZhikeCommand):
    help = "Load the demo company into an empty installation and print its login."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        login = load_demo(now=clock.now())
        if options["json"]:
            self.print_json({"email": login.email, "others": login.others, "password": login.password})
        else:
            self.stdout.write(login.sentence)
