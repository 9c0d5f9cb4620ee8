"""`zhike init`: found the company, its administrator and its playbook from the command line."""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.core.management import CommandParser, call_command

from zhike.flows.first_run import set_up
from zhike.flows.playbooks import SHIPPED, read
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock

PASSWORD_BYTES = 15
LONGEST_PERSON = 80


class Command(ZhikeCommand):
    help = "Set up an empty installation: company, administrator, playbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--playbook", required=True, metavar="NAME|FILE", help=f"{', '.join(SHIPPED)}, or a file of your own"
        )
        parser.add_argument("--company", required=True, help="the company's name")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="the administrator; password on stdin")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        playbook = read(options["playbook"])
        call_command("migrate", interactive=False, verbosity=0)
        given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        password = given or secrets.token_urlsafe(PASSWORD_BYTES)
        administrator = set_up(
            company=options["company"],
            email=options["admin"],
            name=options["admin"].partition("@")[0][:LONGEST_PERSON],
            password=password,
            playbook=playbook,
            now=clock.now(),
        )
        if options["json"]:
            self.print_json(
                {
                    "company": options["company"],
                    "playbook": playbook.key,
                    "email": administrator.email,
                    "password": None if given else password,
                }
            )
            return
        self.stdout.write(f"{options['company']} is set up by the playbook {playbook.key}.")
        self.stdout.write(
            f"Sign in as {administrator.email}"
            + ("." if given else f" with the password {password} (shown this once).")
        )
