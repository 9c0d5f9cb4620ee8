"""What is installed, where its data lives, and how the last evaluations went."""

from __future__ import annotations

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from zhike import __version__
from zhike.domain.accounts import queries
from zhike.domain.segmentation.queries import versions_in_force
from zhike.kernel import requests
from zhike.kernel.models import JobRequest
from zhike.web.http import StaffRequest
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page


@require_safe
@requires("setting", "view")
def page(request: StaffRequest) -> HttpResponse:
    """Version, database, the day of each scheme's evaluation, and how the last night went."""
    last = requests.latest_finished("night")
    context = {
        "version": __version__,
        "database": _database(),
        "company": queries.company(),
        "evaluations": versions_in_force(),
        "last": last,
        "lasted": _lasted(last),
    }
    return settings_page(request, "settings/about.html", context, route="settings:about")


def _lasted(last: JobRequest | None) -> float | None:
    """The seconds that a finished job took, where its beginning is known."""
    if last is None or last.started_at is None or last.finished_at is None:
        return None
    return (last.finished_at - last.started_at).total_seconds()


def _database() -> str:
    server = ".".join(str(part) for part in connection.get_database_version())
    return f"{connection.display_name} {server}"
