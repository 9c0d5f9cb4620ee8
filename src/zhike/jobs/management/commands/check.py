"""`zhike check`: is this installation sound? One line a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from zhike.domain.accounts.models import Company
from zhike.domain.commitments.queries import calendar_notice
from zhike.jobs.command import ZhikeCommand
from zhike.kernel import clock, trail, vault


class Command(ZhikeCommand):
    help = "Check settings, database, assets and calendar; exit code 1 where something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for question, answer in self._answers():
            wrong += bool(answer)
            self.stdout.write(f"{'✗' if answer else '✓'} {question}{': ' + answer if answer else ''}")
        if not _database() and (notice := calendar_notice(as_of=clock.local_date(clock.now()))):
            self.stdout.write(f"! {notice}")
        if wrong:
            raise CommandError(f"{wrong} of these want mending.")

    def _answers(self) -> Iterator[tuple[str, str]]:
        questions: tuple[tuple[str, Callable[[], str]], ...] = (
            ("settings", _settings),
            ("database reachable and up to date", _database),
            ("master key opens the database", _keys),
            ("browser assets built", _assets),
            ("company set up", _company),
            ("trail untouched at first sight", _trail),
        )
        for question, check in questions:
            needs_database = check in (_keys, _company, _trail)
            yield question, "cannot be told before the database is ready" if needs_database and _database() else check()


def _settings() -> str:
    return "; ".join(str(found.msg) for found in checks.run_checks() if found.is_serious())


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return str(error).strip().partition("\n")[0]
    if not executor.loader.applied_migrations:
        return "it is empty; run `zhike serve`, or `zhike init`"
    return f"{len(waiting)} migrations are waiting; run `zhike prepare`" if waiting else ""


def _keys() -> str:
    try:
        vault.check()
    except vault.WrongKey as wrong:
        return wrong.sentence
    return ""


def _assets() -> str:
    manifest = Path(settings.PACKAGE, "web", "static", "dist", ".vite", "manifest.json")
    return "" if manifest.exists() else "run `python hatch_build.py` in the source folder, or install the package again"


def _trail() -> str:
    return "; ".join(trail.glance(noted_head=trail.noted_head()))


def _company() -> str:
    return "" if Company.objects.exists() else "open the set-up address that `zhike serve` prints, or run `zhike init`"
