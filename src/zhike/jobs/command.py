"""What every subcommand shares: a refusal is one sentence on stderr and exit code 1; `--json` prints one document."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from zhike.kernel.errors import Refused


class ZhikeCommand(BaseCommand):
    """Base of the subcommands. They speak English unless LANGUAGE or LANG asks for Chinese."""

    requires_system_checks: Sequence[str] | str = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser("zhike", subcommand, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            with translation.override(_language()):
                return super().execute(*args, **options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal

    def print_json(self, document: object) -> None:
        """Print one JSON document, readable by people and programs."""
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def _language() -> str:
    wanted = os.environ.get("LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-hans" if wanted.startswith("zh") else "en"
