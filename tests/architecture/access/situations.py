"""The roles and situations of the walk, and the markers by which a record is known wherever it appears."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from tests.architecture.access.reference import Grant, Sharing, Table, every
from tests.cast import NOW
from zhike.domain.accounts.rules import KINDS
from zhike.kernel.clock import local_date

TODAY = local_date(NOW)
ROLES = (
    "sales_rep",
    "account_manager",
    "sales_director",
    "service_agent",
    "technician",
    "finance",
    "administrator",
    "auditor",
)
SOON, JUST_OVER = NOW + timedelta(days=1), NOW - timedelta(seconds=1)
GRANTS = (
    Grant(kind="customer", action="view", level="department", until=SOON),
    Grant(kind="order", action="view", level="below", until=SOON),
    Grant(kind="interaction", action="view", level="all", until=NOW),
    Grant(kind="contact", action="view", level="all", until=JUST_OVER),
    Grant(kind="customer", action="edit", level="all", until=SOON, has_ended=True),
)
"""What a technician has been given for a time, some of it over."""
MADE_UP: Mapping[str, Table] = {
    # Levels that no shipped role has, so that each step of the ladder is walked.
    "team_lead": {
        **every({"*": "department"}, KINDS),
        "tier": every({"*": "department", "edit": "own"}, KINDS)["tier"],
    },
    # Sees everything but people and money, and may write where it is the keeper.
    "onlooker": every(
        {"*": "own", "view": "all"}, {k: v for k, v in KINDS.items() if k not in {"contact", "order", "finance"}}
    ),
    # Keeps settings, people and playbooks, but not the access.
    "organiser": every({"*": "all"}, {k: KINDS[k] for k in ("setting", "person", "playbook")}),
}
EAST, BELOW, SOUTH, OFFICE = "office/east", "office/east/first", "office/south", "office"
OWN = "*asker*"
"""Stands for whoever asks."""
KEEPERS = {
    "own": OWN,
    "department": "colleague",
    "below": "junior",
    "above": "boss",
    "other": "southerner",
    "unassigned": "",
    "deleted": OWN,
}
"""Situation → who keeps the customer; in all further situations it is another department's."""
SHARINGS = {
    "shared": Sharing(person=OWN),
    "edited": Sharing(person=OWN, may_edit=True, until=SOON),
    "unshared": Sharing(person=OWN, may_edit=True, has_ended=True),
    "lapsed": Sharing(person=OWN, may_edit=True, until=JUST_OVER),
}
CLOSED = {"owed": NOW - timedelta(days=7) + timedelta(seconds=1), "settled": NOW - timedelta(days=7)}
"""When the asker closed what he owed; in `owes` it is open, in `vowed`, too, and his own word alone."""
OWED = ("owes", "vowed")
LOGGED = {"logged": timedelta(hours=24), "logged_before": timedelta(hours=24, seconds=1)}
LONG_AGO = timedelta(days=2)
"""How long ago the asker has logged the interaction; those in all other situations were logged long ago."""
KEEPERS |= dict.fromkeys((*SHARINGS, "owes", "vowed", *CLOSED, *LOGGED), "southerner")
CORE = ("own", "department", "below", "other", "unassigned", "deleted", "shared", "edited", "owes")
"""The situations of every walk; those at the edge of what lasts are walked where records are read and listed."""
HOMES = {"colleague": EAST, "junior": BELOW, "boss": OFFICE, "southerner": SOUTH, OWN: EAST, "": ""}
RECENTLY = NOW - timedelta(hours=30)
IMPORTERS = {s: KEEPERS[s] for s in ("own", "department", "below", "above", "other", "unassigned")}


def marker(kind: str, situation: str) -> str:
    """The word by which a record is known wherever it appears."""
    return f"zz-{kind}-{situation}-zz"


_MARKER = re.compile(r"zz-([a-z]+)-([a-z_]+)-zz")
_FIRST_PLACE = 10
SECRETS = {
    "phone": ("13870{place}5678", r"138\s?70(\d\d)\s?5678"),
    "aidephone": ("13871{place}5678", r"138\s?71(\d\d)\s?5678"),
    "email": ("zz{place}@secret.example.com", r"zz(\d\d)@secret"),
    "wechat": ("wxid_zz{place}", r"wxid_zz(\d\d)"),
    "birthday": ("19{place}-07-13", r"19(\d\d)-07-13"),
    "address": ("广东省深圳市南山区秘密路{place}号", r"秘密路(\d\d)"),
    "note": ("秘密备注{place}", r"秘密备注(\d\d)"),
    "said": ("何先生手机13872{place}5678", r"138\s?72(\d\d)\s?5678"),
    "answered": ("请打13873{place}5678", r"138\s?73(\d\d)\s?5678"),
    "closing": ("已回电13874{place}5678", r"138\s?74(\d\d)\s?5678"),
    "cell": ("13875{place}5678", r"138\s?75(\d\d)\s?5678"),
    "revenue": ("71000{place}0000", r"710,?00(\d,?\d)0"),
    "amount": ("5200{place}000", r"52,?00(\d,?\d)0"),
}
"""What is masked: a value that says whose it is, and how it is known wherever it appears whole (money in any form)."""


def secret(kind: str, situation: str) -> str:
    """The value of that kind in that situation."""
    return SECRETS[kind][0].format(place=list(KEEPERS).index(situation) + _FIRST_PLACE)


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Kind and situation of everything in a text that can be known again."""
    yield from _MARKER.findall(text)
    situations = list(KEEPERS)
    for kind, (_value, pattern) in SECRETS.items():
        for place in re.findall(pattern, text):
            number = int(place.replace(",", "")) - _FIRST_PLACE
            if 0 <= number < len(situations):
                yield kind, situations[number]
