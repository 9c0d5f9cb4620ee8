"""Standards in words: when they start, how they are kept, who owes them."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_lazy

from zhike.domain.accounts import queries
from zhike.domain.accounts.models import in_reader_language

EVENTS = {
    "first_contact": gettext_lazy("First contact"),
    "key_change": gettext_lazy("A key change is reported"),
    "leaving_mentioned": gettext_lazy("A wish to leave is mentioned"),
    "competitor_mentioned": gettext_lazy("A competitor is mentioned"),
}
CHANNELS = {
    "": gettext_lazy("Any channel"),
    "phone": gettext_lazy("Phone"),
    "visit": gettext_lazy("Visit"),
    "wechat": gettext_lazy("WeChat"),
    "email": gettext_lazy("E-mail"),
    "meeting": gettext_lazy("Online meeting"),
    "task": gettext_lazy("Ticked off by hand"),
}
CADENCES = (
    ("1 week", gettext_lazy("every week")),
    ("2 weeks", gettext_lazy("every two weeks")),
    ("month", gettext_lazy("every month")),
    ("quarter", gettext_lazy("every quarter")),
    ("half-year", gettext_lazy("every half-year")),
    ("year", gettext_lazy("every year")),
)
UNITS = (
    ("hour", gettext_lazy("hours")),
    ("working hour", gettext_lazy("working hours")),
    ("day", gettext_lazy("days")),
    ("working day", gettext_lazy("working days")),
    ("week", gettext_lazy("weeks")),
    ("month", gettext_lazy("months")),
)


def duty_names() -> dict[str, str]:
    """Who can owe a promise: the customer's owner, the head of the department, or somebody with a role. One query."""
    language = get_language() or "zh-hans"
    return {
        "owner": str(gettext_lazy("Owner of the customer")),
        "head": str(gettext_lazy("Head of the department")),
        **{role.key: in_reader_language(role.name, language) or role.key for role in queries.roles()},
    }
