"""`zhike commitments`: what is owed to whom, by whom, by when, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management import CommandParser
from django.utils.translation import get_language

from zhike.domain.accounts.models import SystemActor
from zhike.domain.accounts.queries import person_of
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries import filtered, wording
from zhike.flows.exporting import note_printed
from zhike.jobs.command import ZhikeCommand, day
from zhike.kernel import clock
from zhike.kernel.clock import COMPANY_ZONE

CHUNK = 2_000


class Command(ZhikeCommand):
    help = "List commitments by deadline."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", default="", metavar="EMAIL", help="only what this person owes")
        parser.add_argument("--due-by", type=day, metavar="YYYY-MM-DD", help="only what is due by then")
        parser.add_argument("--status", choices=("open", *Commitment.Outcome.values), default="", help="only these")
        parser.add_argument("--reason", default="", metavar="TEXT", help="what it is for; stays on the trail")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = person_of(options["owner"]).email if options["owner"] else ""
        rows = filtered(
            SystemActor(), owner_email=owner, due_by=options["due_by"], status=options["status"]
        ).prefetch_related("escalations__to")
        note_printed(kind="commitment", rows=rows.count(), reason=options["reason"], now=clock.now())
        found = map(_plain, rows.iterator(chunk_size=CHUNK))
        if options["json"]:
            self.print_json(list(found))
        else:
            self._print_lines(found)

    def _print_lines(self, found: Iterator[dict[str, Any]]) -> None:
        for row in found:
            self.stdout.write(
                f"{row['due_at'][:16]}  {row['status']:<7}{row['customer']}  {row['owner']}  {row['content']}"
            )


def _plain(commitment: Commitment) -> dict[str, Any]:
    return {
        "customer": commitment.customer.number,
        "standard": commitment.standard.key if commitment.standard else None,
        "content": wording(commitment, get_language() or "en"),
        "owner": commitment.owner.email,
        "due_at": commitment.due_at.astimezone(COMPANY_ZONE).isoformat(),
        "source": commitment.source_kind + (f":{commitment.source_id}" if commitment.source_id else ""),
        "status": commitment.outcome or "open",
        "escalations": [
            {"step": row.step, "to": row.to.email, "at": row.at.astimezone(COMPANY_ZONE).isoformat()}
            for row in sorted(commitment.escalations.all(), key=lambda row: row.step)
        ],
    }
