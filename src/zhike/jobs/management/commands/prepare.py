"""`zhike prepare`: bring the database to this version and say how to get in."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser, call_command
from django.urls import reverse

from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import issue_setup_code
from zhike.flows.demo import load_demo
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock


class Command(ZhikeCommand):
    help = "Create or upgrade the database (`serve` does it by itself)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo company where nobody is there yet")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the pages will be")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        address = options["address"]
        is_new = not User.objects.exists()
        if is_new and options["demo"]:
            login = load_demo(now=clock.now())
            self.stdout.write(login.sentence)
        elif is_new:
            code = issue_setup_code(now=clock.now())
            self.stdout.write(
                f"Set up your company here (this address works once, for a day): {address}"
                f"{reverse('setup:page', args=[code])}"
            )
        self.stdout.write(f"Zhike 知客 serves {address}/   (Ctrl-C stops it)")
