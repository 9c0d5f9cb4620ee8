"""`zhike audit`: seal, verify and hand out the trail."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import SystemActor
from zhike.flows import auditing
from zhike.jobs.command import ZhikeCommand, day
from zhike.kernel import clock, trail
from zhike.kernel.models import Activity
from zhike.kernel.trail.verifying import WHAT


class Command(ZhikeCommand):
    help = "Verify that nobody has touched the trail; seal it, export it, print its head."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, parser_class=type(parser))
        verify = words.add_parser("verify", help="go through the whole chain; exit code 1 where it was touched")
        verify.add_argument("--head", default="", help="a head printed earlier, that must still be in the chain")
        verify.add_argument("--json", action="store_true", help="print one JSON document")
        words.add_parser("seal", help="seal what waits for it (a worker does so every minute)")
        words.add_parser("head", help="print the head of the chain, to be kept elsewhere")
        accept = words.add_parser("accept", help="take the chain as it is, after a backup was restored")
        accept.add_argument("--reason", required=True, help="what happened; it is kept on the trail")
        export = words.add_parser("export", help="write the trail as one JSON document a line")
        export.add_argument("file", type=Path, help="where to, or - for the terminal")
        export.add_argument("--since", type=day, metavar="DAY")
        export.add_argument("--until", type=day, metavar="DAY")
        export.add_argument("--reason", required=True, help="what for; it is kept on the trail")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["word"]:
            case "verify":
                self._verify(options["head"], as_json=options["json"])
            case "seal":
                now = clock.now()
                collected = auditing.collect(now=now)
                sealed = auditing.seal(now=now)
                self.stdout.write(
                    _("%(sealed)s lines sealed, %(collected)s of them looks at records.")
                    % {"sealed": sealed, "collected": collected}
                )
            case "head":
                self.stdout.write(trail.head_text(trail.head()))
            case "accept":
                head = auditing.accept_head(SystemActor(), reason=options["reason"], now=clock.now())
                self.stdout.write(head)
            case "export":
                self._export(options["file"], options["since"], options["until"], options["reason"])

    def _verify(self, head: str, *, as_json: bool) -> None:
        started = monotonic()
        found = trail.verify(now=clock.now(), noted_head=head or trail.noted_head())
        seconds = round(monotonic() - started, 3)
        trail.note_verification(
            trail.Verified(
                at=clock.now(),
                seals=found.seals,
                lines=found.lines,
                seconds=seconds,
                findings=tuple(found.sentences()),
            )
        )
        if as_json:
            named = ("seals", "lines", "unsealed", "late", "trimmed_before", "head")
            report: dict[str, Any] = {name: getattr(found, name) for name in named}
            findings = [
                {"what": each.what, "number": each.number, "sentence": WHAT[each.what].format(number=each.number)}
                for each in found.findings
            ]
            self.print_json({"sound": found.is_sound} | report | {"seconds": seconds, "findings": findings})
        else:
            summary = _("%(lines)s lines under %(seals)s seals, %(unsealed)s waiting for theirs; head %(head)s")
            self.stdout.write(summary % vars(found))
            if found.late:
                self.stdout.write(
                    _("! %(late)s lines have waited long for their seal: does a worker run?") % vars(found)
                )
            for sentence in found.sentences():
                self.stdout.write(f"✗ {sentence}")
        if not found.is_sound:
            raise CommandError(_("The trail is not what was written: %(first)s.") % {"first": found.sentences()[0]})
        if not as_json:
            self.stdout.write(_("✓ Nothing was changed, removed, added or moved."))

    def _export(self, file: Path, since: date | None, until: date | None, reason: str) -> None:
        filters = auditing.Filters(since=since, until=until)
        with self._opened(file) as out:  # first: without a file to write to, nothing was handed out
            count, rows = auditing.hand_out(SystemActor(), filters=filters, reason=reason, now=clock.now())
            if out is not sys.stdout:
                out.truncate()
            out.write(json.dumps({"trail": filters.words(), "head": trail.head_text(trail.head())}) + "\n")
            for row in rows:
                out.write(json.dumps(_document(row), ensure_ascii=False) + "\n")
        if str(file) != "-":
            self.stdout.write(_("%(count)s lines were written to %(file)s.") % {"count": count, "file": file})

    @contextmanager
    def _opened(self, file: Path) -> Iterator[TextIO]:
        if str(file) == "-":
            yield sys.stdout
            return
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as out:
            yield out


def _document(row: Activity) -> dict[str, Any]:
    return {
        "number": row.pk,
        "at": row.at.isoformat(),
        "person": row.actor.email if row.actor else None,
        "verb": row.verb,
        "kind": row.kind,
        "record": row.object_id,
        "customer": row.customer_id,
        "changes": row.changes,
        "note": row.note,
        "mac": bytes(row.mac).hex(),
    }
