"""`zhike manage openapi`: print the document of the API, as docs/api/openapi.json keeps it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from zhike.api.application import document


class Command(BaseCommand):
    help = "Print the OpenAPI document."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(document())
