"""Decisions about people, departments and permissions on plain values: no Django, no clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Final

ADMINISTRATOR: Final = "administrator"
"""The role that keeps the installation: at least one active person has it, always."""

ACTIONS: Final = ("view", "create", "edit", "delete", "assign", "share", "reveal", "export", "approve")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": ("view", "create", "edit", "delete", "assign", "share", "reveal", "export", "approve"),
    "contact": ("view", "create", "edit", "delete", "reveal"),
    "order": ("view", "create", "edit", "delete"),
    "interaction": ("view", "create", "edit", "delete"),
    "commitment": ("view", "create", "edit", "assign"),
    "tier": ("view", "edit", "approve"),
    "import": ("view", "create", "delete"),
    "person": ("view", "create", "edit"),
    "setting": ("view", "edit"),
    "security": ("view", "edit"),
    "playbook": ("view", "export", "approve"),
    "finance": ("view",),
    "audit": ("view", "export"),
    "privacy": ("view", "create", "edit", "approve"),
}
"""The kinds of record, and the actions that mean something for each."""
FORMER_CELLS: Final = frozenset(
    {
        ("contact", "export"),
        ("order", "export"),
        ("interaction", "export"),
        ("commitment", "export"),
        ("commitment", "approve"),
        ("tier", "export"),
        ("playbook", "edit"),
    }
)
"""Rights that a playbook may still name: they never decided anything, and give nothing."""

COMPANY_WIDE: Final = frozenset(
    {
        *((kind, action) for kind in ("person", "setting", "security", "playbook", "audit") for action in KINDS[kind]),
        ("tier", "approve"),
    }
)
"""Rights to what is nobody's row but the whole company's: they reach everything, or nothing."""

GUARDED: Final = frozenset((kind, action) for kind in ("setting", "security", "person") for action in ("view", "edit"))
"""What an administrator may always do to everything, so that no change of permissions locks everybody out."""

SYSTEM_ADMINISTRATOR: Final = "system_admin"
SECURITY_ADMINISTRATOR: Final = "security_admin"
AUDITOR: Final = "auditor"
SEPARATE: Final[Mapping[str, frozenset[tuple[str, str]]]] = {
    SYSTEM_ADMINISTRATOR: frozenset(
        {
            ("setting", "view"),
            ("setting", "edit"),
            ("person", "view"),
            ("person", "create"),
            ("person", "edit"),
            *(("playbook", action) for action in KINDS["playbook"]),
        }
    ),
    SECURITY_ADMINISTRATOR: frozenset({("security", "view"), ("security", "edit"), ("person", "view")}),
    AUDITOR: frozenset(
        {("audit", "export"), *((kind, "view") for kind in ("audit", "security", "setting", "person", "playbook"))}
    ),
}
"""The three separate administrators (三员) and all that each may do: none of them sees a customer."""

RESERVED: Final = frozenset(
    {
        ("setting", "edit"),
        ("security", "view"),
        ("security", "edit"),
        ("person", "create"),
        ("person", "edit"),
        ("audit", "view"),
        ("audit", "export"),
    }
)
"""What no other role may do while administrators are separate."""

TOKEN_LASTS: Final = timedelta(days=366)
MOST_EXPORTED_ALONE: Final = 500
"""The rows that one person may take away within `ALONE_LASTS` without a second person's approval."""
ALONE_LASTS: Final = timedelta(hours=24)
EXPORT_LASTS: Final = timedelta(days=7)
"""How long after it is approved an export may be taken, once."""
APPROVERS: Final[Mapping[str, tuple[str, str]]] = {"customer": ("customer", "approve"), "audit": ("security", "edit")}
"""The right that the second person needs, for each kind of record that is taken away."""

TOKENS_REACH: Final[Mapping[str, frozenset[tuple[str, str]]]] = {"tier": frozenset({("customer", "edit")})}
"""What a token for a kind of record must reach besides: a tier is set by hand at customers that one may edit."""
SETUP_CODE_LASTS: Final = timedelta(hours=24)
TOKEN_PREFIX: Final = "zhike_"  # noqa: S105 - what every token begins with, no secret
NUMBER_PREFIX: Final = re.compile(r"[A-Z]{1,4}")
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def most_taken(approved: int) -> int:
    """The rows that may be taken under an approval of so many: a tenth more, for a list moves on meanwhile."""
    return approved + approved // 10


def guarded_cells(role: str, *, are_separate: bool) -> frozenset[tuple[str, str]]:
    """What cannot be taken from a role, so that no change of permissions locks everybody out."""
    if are_separate:
        return SEPARATE.get(role, frozenset())
    return GUARDED if role == ADMINISTRATOR else frozenset()


def may_hold_cell(role: str, cell: tuple[str, str], *, are_separate: bool) -> bool:
    """Whether a role may be given a right at all: while administrators are separate, none gets another's.

    The role of all rights keeps them, for nobody may hold it then.
    """
    if not are_separate or role == ADMINISTRATOR:
        return True
    return cell in SEPARATE[role] if role in SEPARATE else cell not in RESERVED


def may_hold_together(roles: Collection[str], *, are_separate: bool) -> bool:
    """Whether one person may have these roles: a separate administrator has no second one."""
    if not are_separate:
        return True
    return ADMINISTRATOR not in roles and (len(roles) == 1 or not SEPARATE.keys() & set(roles))


def digest(secret: str) -> str:
    """What is kept of a set-up code or a token: enough to know it again, useless to whoever reads the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tidy_email(email: str) -> str:
    """The form in which an address is stored and looked up."""
    return email.strip().lower()


def path_below(parent_path: str, pk: int) -> str:
    """The path of a department: its parent's and its own id, as `3/17/`."""
    return f"{parent_path}{pk}/"


def moved_path(path: str, *, old: str, new: str) -> str:
    """The path of a department inside a subtree that has moved from `old` to `new`."""
    return new + path.removeprefix(old)


def is_inside(path: str, subtree: str) -> bool:
    """Whether a department is the root of a subtree or lies below it."""
    return path.startswith(subtree)


def parse_hours(text: str) -> list[str]:
    """Opening hours of one day: `09:00-12:00, 13:30-18:00` → its parts in order; an empty text is a day off.

    Raises ValueError, whose message is the part that is wrong, for hours that end before they start or overlap.
    """
    parts = [part for part in re.split(r"[,，;；、\s]+", text.replace("–", "-").replace("：", ":").strip()) if part]
    hours = [_tidy_hours(part) for part in parts]
    for hour in hours:
        start, end = hour.split("-")
        if start >= end:
            raise ValueError(hour)
    for first, second in pairwise(hours):
        if first.split("-")[1] > second.split("-")[0]:
            raise ValueError(f"{first}, {second}")
    return hours


def _tidy_hours(part: str) -> str:
    padded = "-".join(side.zfill(5) for side in part.split("-"))
    if not _HOURS.fullmatch(padded):
        raise ValueError(part)
    return padded
