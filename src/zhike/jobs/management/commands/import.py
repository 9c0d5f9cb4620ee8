"""`zhike import KIND FILE`: take a file of customers, contacts, orders or interactions in, or take an import back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import SystemActor
from zhike.domain.imports import queries
from zhike.domain.imports.models import Batch, Kind
from zhike.flows.intake.command_line import Request, take_file
from zhike.flows.intake.consequences import ownerless_of
from zhike.flows.intake.corrections import refuse_unusable_target, write_corrections_to
from zhike.flows.intake.withdrawal import kept_count, kept_records
from zhike.flows.intake.work import undo
from zhike.jobs.command import ZhikeCommand
from zhike.kernel.clock import now

COUNTS = ("rows", "created", "updated", "unchanged", "failed")
SHOWN = 10


class Command(ZhikeCommand):
    help = "Take in a file of customers, contacts, orders or interactions, or undo an import."
    carries_on = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", nargs="?", choices=Kind.values, help="what the file holds")
        parser.add_argument("file", nargs="?", type=Path, help=".xlsx, .xls or .csv")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=HEADING",
            type=_pair,
            help="read FIELD from that column",
        )
        parser.add_argument("--sheet", default="", help="the sheet to read (else the one whose headings fit best)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; write nothing")
        parser.add_argument("--create-missing", action="store_true", help="create customers that do not exist yet")
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.xlsx", help="write the rows that could not be taken in, to mend"
        )
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take an import back")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["create_missing"] and options["kind"] not in (None, Kind.ORDERS):
            sentence = _("--create-missing goes with orders only: leave it out for %(kind)s.")
            raise CommandError(sentence % {"kind": options["kind"]}, returncode=2)
        if options["undo"] is not None:
            _refuse_beside_undo(options)
            self._undo(options)
        elif options["kind"] is None or options["file"] is None:
            raise CommandError(_("Say what the file holds and which file: zhike import orders FILE."), returncode=2)
        else:
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        request = Request(
            kind=options["kind"],
            path=options["file"],
            columns=dict(options["map"]),
            sheet=options["sheet"],
            creates_missing=options["create_missing"],
            is_dry_run=options["dry_run"],
        )
        if options["errors"]:
            refuse_unusable_target(options["errors"])
        with take_file(request, actor=SystemActor(), clock=now, tell=_Meter(self).tell) as batch:
            self._report(batch, options)
            if batch.failed and options["errors"]:
                write_corrections_to(options["errors"], batch, actor=SystemActor(), now=now())
        if batch.failed:
            raise CommandError(_failure(batch, options["errors"]))

    def _report(self, batch: Batch, options: dict[str, Any]) -> None:
        """Say what came of it; before anything else can go wrong, as the records are in."""
        number = None if options["dry_run"] else batch.pk
        if options["json"]:
            self.print_json({name: getattr(batch, name) for name in COUNTS} | {"batch": number})
        else:
            self.stdout.write(_summary(batch, number))
            ownerless = 0 if number is None else ownerless_of(batch)
            if ownerless:
                sentence = _("%(count)s of these customers have no owner yet: hand them over at %(page)s.")
                self.stdout.write(sentence % {"count": f"{ownerless:,}", "page": "/customers/?owner=nobody"})
        first, _more = queries.problems(SystemActor(), batch, SHOWN)
        for problem in [] if options["errors"] else first:
            self.stderr.write(_line(problem))

    def _undo(self, options: dict[str, Any]) -> None:
        batch = undo(queries.batch(SystemActor(), options["undo"]), actor=SystemActor(), clock=now)
        report = {"batch": batch.pk, "undone": batch.record_changes.filter(undo="done").count()}
        if options["json"]:
            kept = kept_records(batch, SystemActor(), limit=None)
            self.print_json(
                report | {"kept": [{"kind": each.kind, "name": each.name, "reason": each.reason} for each in kept]}
            )
            return
        staying = kept_count(batch)
        self.stdout.write(
            _("Import %(batch)s is undone: %(undone)s records were taken back, %(kept)s stay.")
            % (report | {"kept": staying})
        )
        for each in kept_records(batch, SystemActor(), limit=SHOWN):
            self.stdout.write(f"  {each.name}: {each.reason}")
        if staying > SHOWN:
            self.stdout.write(_("  … and %(count)s more; --json lists them all.") % {"count": staying - SHOWN})


class _Meter:
    """Says on a terminal how far the import has come."""

    def __init__(self, command: Command) -> None:
        self._write = command.stderr.write if sys.stderr.isatty() else None

    def tell(self, batch: Batch) -> None:
        if self._write is None:
            return
        if batch.position:
            text = _("%(done)s of %(rows)s rows imported") % {"done": f"{batch.position:,}", "rows": f"{batch.rows:,}"}
        else:
            text = _("%(done)s of about %(rows)s rows read") % {
                "done": f"{batch.rows_read:,}",
                "rows": f"{batch.rows:,}",
            }
        self._write(f"\r{text}", ending="\n" if batch.position == batch.rows else "")


def _pair(text: str) -> tuple[str, str]:
    field, sign, heading = text.partition("=")
    if not sign or not field.strip() or not heading.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=HEADING, such as number=订单编号")
    return field.strip(), heading.strip()


def _refuse_beside_undo(options: dict[str, Any]) -> None:
    """An import is taken back as a whole and at once: whatever else was asked for would go unheard."""
    words = [str(options[name]) for name in ("kind", "file") if options[name] is not None]
    others = ("map", "sheet", "dry_run", "create_missing", "errors")
    words += ["--" + name.replace("_", "-") for name in others if options[name]]
    if words:
        sentence = _(
            "--undo takes an import back, and nothing else can be said with it but --json: leave out %(words)s."
        )
        raise CommandError(sentence % {"words": ", ".join(words)}, returncode=2)


def _summary(batch: Batch, number: int | None) -> str:
    counts: dict[str, object] = {name: f"{getattr(batch, name):,}" for name in COUNTS}
    sentence = _(
        "%(rows)s rows: %(created)s records created, %(updated)s updated, %(unchanged)s unchanged; "
        "%(failed)s rows refused."
    )
    lines = [sentence % counts]
    if batch.shared_numbers:
        lines.append(
            _("%(count)s order numbers stand for several customers or days; each of these became an order of its own.")
            % {"count": f"{batch.shared_numbers:,}"}
        )
    if number is None:
        lines.append(_("This was a dry run: nothing has been written."))
    else:
        lines.append(_("Import %(batch)s; to take it back: zhike import --undo %(batch)s") % {"batch": number})
    return "\n".join(lines)


def _line(problem: queries.ProblemLine) -> str:
    where = {"row": problem.row, "heading": problem.heading, "value": problem.value or "", "reason": problem.reason}
    if not problem.heading:
        return _("Row %(row)s: %(reason)s") % where
    return _("Row %(row)s, “%(heading)s” says “%(value)s”: %(reason)s") % where


def _failure(batch: Batch, errors: Path | None) -> str:
    counts = {"failed": f"{batch.failed:,}", "rows": f"{batch.rows:,}", "file": errors}
    if errors:
        return (
            _("%(failed)s of %(rows)s rows were refused; %(file)s holds them with the reasons: mend and import it.")
            % counts
        )
    return (
        _("%(failed)s of %(rows)s rows were refused; add --errors OUT.xlsx to get them with the reasons, to mend.")
        % counts
    )
