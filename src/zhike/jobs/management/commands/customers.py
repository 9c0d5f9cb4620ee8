"""`zhike customers`: every customer with its figures and tiers, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management import CommandParser

from zhike.flows.customer_report import SCORES, ReportedCustomer, headings, how_many, last_evaluated, report
from zhike.flows.exporting import note_printed
from zhike.gateways.spreadsheets.formulas import guarded
from zhike.jobs.command import ZhikeCommand, day
from zhike.kernel import clock


class Command(ZhikeCommand):
    help = "List the customers with their figures (amounts in yuan) and tiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help="the day (default: that of the last night)")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print one JSON document")
        form.add_argument("--csv", action="store_true", help="print CSV")
        parser.add_argument("--reason", default="", metavar="TEXT", help="what it is for; stays on the trail")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or last_evaluated() or clock.local_date(clock.now())
        note_printed(kind="export", rows=how_many(), reason=options["reason"], now=clock.now())
        customers = report(as_of=as_of)
        if options["json"]:
            self.print_json([asdict(customer) for customer in customers])
        elif options["csv"]:
            self._print_csv(customers)
        else:
            for customer in customers:
                tiers = "  ".join(f"{scheme}: {found['tier']}" for scheme, found in customer.tiers.items())
                self.stdout.write(f"{customer.number}  {customer.name}  {tiers}")

    def _print_csv(self, customers: Iterable[ReportedCustomer]) -> None:
        writer = csv.writer(self.stdout)
        writer.writerow(map(guarded, headings()))
        for customer in customers:
            row: dict[str, Any] = {
                "number": customer.number,
                "external_id": customer.external_id,
                "name": customer.name,
            }
            row |= {"owner": customer.owner, **customer.figures}
            for scheme, found in customer.tiers.items():
                scores = found["scores"] or dict.fromkeys(SCORES)
                row |= {f"{scheme}_tier": found["tier"], f"{scheme}_why": found["why"]}
                row |= {f"{scheme}_{key}": value for key, value in scores.items()}
            writer.writerow(guarded(cell) if isinstance(cell, str) else cell for cell in row.values())
