"""The one place that reads the time. Only doors (web, api, jobs, config) call it; below them time is an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The calendar day of an instant where the company works."""
    return instant.astimezone(COMPANY_ZONE).date()
