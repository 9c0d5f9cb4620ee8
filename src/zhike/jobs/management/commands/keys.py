"""`zhike keys status|rotate`: the keys that the database is sealed with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import CommandParser

from zhike.domain.identity.services import seal_again
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock
from zhike.kernel.vault import rotation


class Command(ZhikeCommand):
    help = "Show the keys that the database is sealed with, or change them while everybody works."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="which keys there are, and what each of them opens")
        status.add_argument("--json", action="store_true", help="print one JSON document")
        rotate = actions.add_parser("rotate", help="seal everything with new keys; run it again if it was interrupted")
        rotate.add_argument("--master", action="store_true", help="change the master key instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "status":
            self._status(as_json=options["json"])
        elif options["master"]:
            self._change_master()
        else:
            done = rotation.rotate(now=clock.now(), tell=self._tell) + seal_again(now=clock.now())
            self.stdout.write(f"{done} values were sealed with new keys.")

    def _tell(self, purpose: str, done: int) -> None:
        if done % 10_000 < rotation.AT_ONCE:
            self.stderr.write(f"{purpose}: {done} values so far")

    def _change_master(self) -> None:
        begin, end = settings.ZHIKE_KEY_CHANGE
        count = rotation.rewrap(begin())
        self.stdout.write(f"{count} keys are wrapped with the new master key. {end()}")

    def _status(self, *, as_json: bool) -> None:
        found = rotation.status()
        if as_json:
            self.print_json(
                [
                    {
                        "key": each.key.pk,
                        "purpose": each.key.purpose,
                        "created_at": each.key.created_at,
                        "superseded_at": each.key.superseded_at,
                        "retired_at": each.key.retired_at,
                        "values": each.values,
                    }
                    for each in found
                ]
            )
            return
        for each in found:
            key = each.key
            state = "retired" if key.retired_at else "superseded" if key.superseded_at else "current"
            values = "" if each.values is None else f"  {each.values} values"
            self.stdout.write(f"{key.purpose:<12}  {key.pk}  {state:<10}  {key.created_at:%Y-%m-%d %H:%M}{values}")
