"""What every subcommand shares: a refusal is one sentence on stderr and exit code 1; `--json` prints one document."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import sys
from argparse import ArgumentTypeError, Namespace
from contextlib import redirect_stderr
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _

from zhike.kernel import vault
from zhike.kernel.errors import Refused
from zhike.warehouse.process import EngineFailed

_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)  # the days that imports take
STOPPED = 130
"""The exit code of what Ctrl-C stopped, as shells have it."""
_DISK_SIGNS = ("disk", "readonly", "IO Error", "Read-only", "No space", "Permission denied")


class ZhikeCommand(BaseCommand):
    """Base of the subcommands. They speak English unless LANGUAGE or LANG asks for Chinese."""

    requires_system_checks: list[str] = []
    requires_migrations_checks = False
    carries_on = False
    """Whether the same command, after it was stopped, goes on where it was."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser("zhike", subcommand, **kwargs)

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the command line: a refusal is one sentence on stderr, and the exit code."""
        self._called_from_command_line = True
        options = self._options(argv)
        arguments = options.pop("args", ())
        handle_default_options(Namespace(**options))
        try:
            self.execute(*arguments, **options)
        except CommandError as error:
            self.stderr.write(f"zhike {argv[1]}: {error}")
            sys.exit(error.returncode)
        finally:
            connections.close_all()

    def _options(self, argv: list[str]) -> dict[str, Any]:
        """What the words say; a wrong call is one sentence and exit code 2."""
        complaint = io.StringIO()
        try:
            with redirect_stderr(complaint):
                options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
        except SystemExit as wrong_call:
            if wrong_call.code:
                message = " ".join(complaint.getvalue().rpartition(": error: ")[2].split())
                with translation.override(_language()):
                    sentence = _("wrongly called: %(message)s. “zhike %(command)s --help” says how.")
                self.stderr.write(f"zhike {argv[1]}: " + sentence % {"message": message, "command": argv[1]})
            raise
        for words in options.values():
            for word in words if isinstance(words, list | tuple) else (words,):
                if isinstance(word, str) and not _is_text(word):
                    with translation.override(_language()):
                        sentence = _("“%(word)s” is not a text in UTF-8: write it in UTF-8 and try again.")
                    self.stderr.write(f"zhike {argv[1]}: " + sentence % {"word": _readable(word)})
                    sys.exit(2)
        return options

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(_language()):
            try:
                vault.check()
                return super().execute(*args, **options)
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            except DatabaseError as error:
                raise CommandError(_database_trouble(error)) from error
            except KeyboardInterrupt as stop:
                sentence = _("Stopped; the same command carries on.") if self.carries_on else _("Stopped.")
                raise CommandError(sentence, returncode=STOPPED) from stop
            except BrokenPipeError:  # its reader has read enough, as `head` does
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the interpreter flushes it at exit
                return None
            except OSError as error:
                raise CommandError(_file_trouble(error)) from error
            except (sqlite3.OperationalError, EngineFailed) as error:
                raise CommandError(_disk_trouble(error)) from error

    def print_json(self, document: object) -> None:
        """Print one JSON document, readable by people and programs."""
        is_unicode = (getattr(self.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
        self.stdout.write(json.dumps(document, ensure_ascii=not is_unicode, indent=2, default=str))


def _is_text(word: str) -> bool:
    """Whether the word that the system handed over was text: other bytes come as halves of characters."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(word: str) -> str:
    return word.encode(errors="surrogateescape").decode(errors="replace")


def day(text: str) -> date:
    """A day written as an option; argparse says what was expected (exit code 2)."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not _EARLIEST <= found <= _LATEST:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-03-16, from {_EARLIEST.year} to {_LATEST.year}")
    return found


def _database_trouble(error: DatabaseError) -> str:
    """A sentence where the database is not there or not up to date; anything else is a defect and stays one."""
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as unreachable:
        return _("The database cannot be reached: %(reason)s. Check DATABASE_URL and that it runs.") % {
            "reason": _reason(unreachable)
        }
    if is_behind:
        return _("The database is not set up for this version yet: run “zhike prepare” or “zhike serve” once.")
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR":
        return _("The database could not finish this and took it back: %(reason)s. Mend that and try again.") % {
            "reason": _reason(error)
        }
    raise error


def _disk_trouble(error: Exception) -> str:
    """A sentence where a file beside the database (a staged import, the columnar copy) has no room or no permission."""
    last = str(error).strip().rpartition("\n")[2]
    if not any(sign in last for sign in _DISK_SIGNS):
        raise error
    return _("A file of the data folder cannot be written: %(reason)s. Mend that and try again.") % {"reason": last}


def _reason(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _file_trouble(error: OSError) -> str:
    """A sentence where a file cannot be read or written: no room, no permission, no such folder."""
    if not error.strerror:
        raise error
    return _("%(file)s cannot be read or written: %(reason)s. Mend that and try again.") % {
        "file": error.filename or _("A file"),
        "reason": error.strerror,
    }


def _language() -> str:
    wanted = os.environ.get("LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-hans" if wanted.startswith("zh") else "en"
