"""`zhike person`: the file of a person given out, and what is past its time cleared.

Nobody is erased from here: that takes two people, and whoever types at this console would be both. It is asked for and
approved on the pages, each by somebody who has signed in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import CommandParser
from django.utils.translation import get_language

from zhike.domain.accounts.models import SystemActor
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.queries import contact_file
from zhike.domain.privacy.queries import retention_rules
from zhike.flows import directory
from zhike.flows.privacy import retention, sweeping
from zhike.flows.privacy.person_file import export_person
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock


class Command(ZhikeCommand):
    help = "Give out what is held about a person, and clear what is past its time."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        export = actions.add_parser("export", help="print everything that is held about one person as JSON")
        who = export.add_mutually_exclusive_group(required=True)
        who.add_argument("--contact", type=int, metavar="ID", help="a contact")
        who.add_argument("--customer", metavar="NUMBER", help="a customer who is a person")
        export.add_argument("--reason", required=True, help="why, such as the number of the request")
        export.add_argument("--workbook", type=Path, metavar="FILE", help="write an Excel workbook instead")
        clear = actions.add_parser("clear", help="clear what is past its time by the rules that are switched on")
        clear.add_argument("--preview", action="store_true", help="only say what every rule would touch")
        clear.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _export(self, options: dict[str, Any]) -> None:
        actor = SystemActor()
        person: Contact | Customer
        if options["contact"] is not None:
            person = contact_file(actor, options["contact"])
        else:
            person = directory.known(actor, options["customer"])
        made = export_person(
            person=person,
            reason=options["reason"],
            actor=actor,
            now=clock.now(),
            language=get_language() or "en",
        )
        if options["workbook"]:
            options["workbook"].write_bytes(made.to_workbook())
        else:
            self.stdout.write(made.to_json())

    def _clear(self, options: dict[str, Any]) -> None:
        now = clock.now()
        if options["preview"]:
            found: dict[str, Any] = {
                rule.key: {"is_on": rule.is_on, "count": retention.preview(rule, now=now).count}
                for rule in retention_rules()
            }
        else:
            found = retention.follow(now=now) | {"swept": sweeping.sweep_remains(now=now)}
        if options["json"]:
            self.print_json(found)
        else:
            for key, value in found.items():
                self.stdout.write(f"{key:<14} {value}")
