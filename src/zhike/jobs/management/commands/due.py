"""`zhike due START RULE`: when something is due on the company's working calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management import CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from zhike.domain.commitments.queries import ordinary_calendar, working_calendar
from zhike.domain.commitments.queries.company import due_in_words, rule_in_words
from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.jobs.command import ZhikeCommand
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Refused


class Command(ZhikeCommand):
    help = "Compute a deadline on the working calendar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", help="such as 2026-02-13T17:30 (company time, unless it names a zone)")
        parser.add_argument("rule", help="such as “2 working hours”, “1 working day”, “24 hours”, “3 months”")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        start, rule = _instant(options["start"]), rule_in_words(options["rule"])
        deadline = due_in_words(start, rule, _calendar())
        precision = "seconds" if deadline.second else "minutes"
        text = deadline.replace(microsecond=0).isoformat(timespec=precision)
        if options["json"]:
            self.print_json({"start": start.isoformat(), "rule": str(rule), "due": text})
        else:
            self.stdout.write(text)


def _calendar() -> WorkingCalendar:
    try:
        return working_calendar()
    except DatabaseError:  # asked before there is a database: everybody's calendar then
        return ordinary_calendar()


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        sentence = _("“%(text)s” is not a point in time; expected for example 2026-02-13T17:30.")
        raise Refused(sentence % {"text": text}) from error
    return found if found.tzinfo else found.replace(tzinfo=COMPANY_ZONE)
