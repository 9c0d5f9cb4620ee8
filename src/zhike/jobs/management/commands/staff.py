"""`zhike staff`: people move, hand over what they keep, and go; each in one step."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.accounts.queries import department_by_name, person_by_email
from zhike.flows import staffing
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock


class Command(ZhikeCommand):
    help = "Move people between departments, hand their customers over, let them go."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
        hand_over = steps.add_parser("hand-over", help="give all customers and promises of a person to another")
        hand_over.add_argument("person", metavar="EMAIL")
        hand_over.add_argument("--to", required=True, metavar="EMAIL", help="who takes over")
        let_go = steps.add_parser("let-go", help="disable a person; sessions and rights end, everything is handed over")
        let_go.add_argument("person", metavar="EMAIL")
        let_go.add_argument("--to", default="", metavar="EMAIL", help="who takes over, if there is anything")
        move = steps.add_parser("move", help="put a person into another department")
        move.add_argument("person", metavar="EMAIL")
        move.add_argument("--department", required=True, metavar="NAME")
        move.add_argument("--customers-stay", action="store_true", help="leave the customers in the former department")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_by_email(options["person"])
        match options["step"]:
            case "hand-over":
                self._tell(staffing.hand_over_everything(person=person, heir=_heir(options), **_as_the_system()))
            case "let-go":
                heir = _heir(options) if options["to"] else None
                self._tell(staffing.let_go(person=person, heir=heir, **_as_the_system()))
            case "move":
                followed = staffing.move_person(
                    person=person,
                    name=person.name,
                    department=department_by_name(options["department"]),
                    roles=person.roles.all(),
                    customers_follow=not options["customers_stay"],
                    **_as_the_system(),
                )
                self.stdout.write(_("%(customers)s customers followed.") % {"customers": followed})

    def _tell(self, done: staffing.Burden) -> None:
        words = {"customers": done.customers, "promises": done.promises}
        self.stdout.write(_("%(customers)s customers and %(promises)s promises were handed over.") % words)


def _heir(options: dict[str, Any]) -> User:
    return person_by_email(options["to"])


def _as_the_system() -> dict[str, Any]:
    return {"actor": SystemActor(), "now": clock.now()}
