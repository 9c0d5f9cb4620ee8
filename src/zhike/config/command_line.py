"""The `zhike` command: each word after it is one module in `zhike/jobs/management/commands/`."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility

from zhike.config.home import UnusableFolder

STOPPED = 130


def main() -> None:
    """Run one subcommand: 0 done, 1 refused (one sentence on stderr), 2 wrongly called, 130 stopped by Ctrl-C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding shows what it can
    try:
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("zhike: stopped.\n")
        sys.exit(STOPPED)


def _run(words: list[str]) -> None:
    if not words or words[0] in {"-h", "--help", "help"}:
        _prepare()
        sys.stdout.write(_overview() + "\n")
        sys.exit(0 if words else 2)
    if words[0] == "manage":
        ManagementUtility(["zhike manage", *words[1:]]).execute()
        return
    if words[0] == "serve":
        # A process of its own kind: the supervisor stays small by knowing nothing of Django.
        os.execv(sys.executable, [sys.executable, "-m", "zhike.config.serve", *words[1:]])  # noqa: S606
    if words[0] not in _names():
        sys.stderr.write(f"zhike: there is no command {words[0]!r}; `zhike --help` lists them.\n")
        sys.exit(2)
    _prepare()
    command = import_module(f"zhike.jobs.management.commands.{words[0]}").Command()
    command.run_from_argv(["zhike", *words])


def _prepare() -> None:
    try:
        django.setup()
    except (ImproperlyConfigured, UnusableFolder) as error:
        sys.stderr.write(f"zhike: {error}\n")
        sys.exit(1)


def _names() -> list[str]:
    package = import_module("zhike.jobs.management.commands")
    return sorted(module.name for module in iter_modules(package.__path__) if not module.name.startswith("_"))


def _overview() -> str:
    lines = ["zhike: keep your customers", "", "usage: zhike COMMAND …   (zhike COMMAND --help tells more)", ""]
    for name in _names():
        command = import_module(f"zhike.jobs.management.commands.{name}").Command
        lines.append(f"  {name:<14} {command.help}")
    lines.append(f"  {'serve':<14} Serve pages and run jobs until stopped: the only command a small company needs.")
    lines.append(f"  {'manage':<14} Run a command of Django itself.")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
