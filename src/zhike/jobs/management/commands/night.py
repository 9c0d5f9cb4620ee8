"""`zhike night`: evaluate everything for the end of a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils.translation import gettext as _

from zhike.flows import night
from zhike.jobs.command import ZhikeCommand, day
from zhike.kernel import clock, requests
from zhike.kernel.errors import Refused


class Command(ZhikeCommand):
    help = "Bring figures, tiers, care plans and escalations up to date."
    carries_on = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help="the day (default: today)")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        today = clock.local_date(now)
        as_of = options["as_of"] or today
        if as_of > today:
            sentence = _("%(day)s has not come yet: give a day up to today, %(today)s, or none.")
            raise CommandError(sentence % {"day": as_of, "today": today})
        done = self._run(as_of, now)
        if options["json"]:
            self.print_json(done)
            return
        sentence = _(
            "%(as_of)s: %(customers)s customers, %(orders)s orders; %(moved)s tiers changed, %(commitments)s "
            "commitments planned, %(escalated)s escalated, in %(total).1f seconds."
        )
        self.stdout.write(sentence % (done | {"total": sum(done["seconds"].values())}))

    def _run(self, as_of: date, now: datetime) -> dict[str, Any]:
        """The night, and a note of how it went, which the page About shows."""
        arguments = {"as_of": as_of.isoformat()}
        try:
            done = night.run(as_of=as_of, now=now, actor=None)
        except Refused as refusal:
            requests.note(
                "night", arguments=arguments, started_at=now, finished_at=clock.now(), failure=refusal.sentence
            )
            raise
        requests.note("night", arguments=arguments, started_at=now, finished_at=clock.now(), result=done)
        return done
