"""What is installed, where its data lives, and how the last night went."""

from __future__ import annotations

from importlib.metadata import version

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from zhike.web.http import StaffRequest
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page


@require_safe
@requires("setting", "view")
def page(request: StaffRequest) -> HttpResponse:
    """Version, database, last evaluation with the seconds of each step."""
    context = {"version": version("zhike"), "database": _database()}
    return settings_page(request, "settings/about.html", context, route="settings:about")


def _database() -> str:
    server = ".".join(str(part) for part in connection.get_database_version())
    return f"{connection.display_name} {server}"
