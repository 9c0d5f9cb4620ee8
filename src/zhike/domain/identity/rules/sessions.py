"""When a session ends, and how a browser is named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

IDLE_MINUTES: Final = (5, 240)
ABSOLUTE_HOURS: Final = (1, 24)
SEEN_EVERY: Final = timedelta(minutes=1)
_BROWSERS: Final = (
    (r"MicroMessenger", "WeChat"),
    (r"wxwork", "WeCom"),
    (r"DingTalk", "DingTalk"),
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS: Final = (
    (r"HarmonyOS|OpenHarmony", "HarmonyOS"),
    (r"Android", "Android"),
    (r"iPhone|iPad|iPod", "iOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux", "Linux"),
)


def has_ended(
    *, signed_in_at: datetime, seen_at: datetime, idle: timedelta, absolute: timedelta, now: datetime
) -> bool:
    """Whether a session has not been used for too long, or has lasted as long as any may."""
    return now - seen_at >= idle or now - signed_in_at >= absolute


def device_name(user_agent: str) -> str:
    """Browser and system in two words, such as `Edge · Windows`; nothing where neither is known."""
    return " · ".join(name for names in (_BROWSERS, _SYSTEMS) if (name := _first(names, user_agent)))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")
