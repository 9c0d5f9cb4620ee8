"""Playbooks as pages show them, and files of playbooks as browsers send them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.segmentation.rules import in_language
from zhike.flows.playbooks import Playbook, Standard, read_text
from zhike.kernel.errors import Refused

MOST_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a playbook brings, in the reader's language."""

    key: str
    name: str
    summary: str
    schemes: tuple[tuple[str, tuple[str, ...]], ...]
    care: tuple[tuple[str, tuple[str, ...]], ...]
    events: tuple[str, ...]


def card(playbook: Playbook) -> Card:
    """Its schemes with their tiers, what each tier is promised and how often, and what is answered within what time."""
    language = get_language() or "zh-hans"
    names = {
        (scheme.key, tier.key): in_language(tier.name, language)
        for scheme in playbook.schemes
        for tier in scheme.tier_list()
    }
    care: dict[str, list[str]] = defaultdict(list)
    for standard in playbook.standards:
        if standard.every and standard.audience:
            for tier in standard.audience.tiers:
                care[names[standard.audience.scheme, tier]].append(_promise(standard, language))
    return Card(
        key=playbook.key,
        name=playbook.name_in(language),
        summary=playbook.summary_in(language),
        schemes=tuple(
            (
                in_language(scheme.name, language),
                tuple(in_language(tier.name, language) for tier in scheme.tier_list() if tier.key != "none"),
            )
            for scheme in playbook.schemes
        ),
        care=tuple((tier, tuple(promises)) for tier, promises in care.items()),
        events=tuple(_promise(standard, language) for standard in playbook.standards if standard.when),
    )


def _promise(standard: Standard, language: str) -> str:
    name = standard.name.zh if language.startswith("zh") else standard.name.en
    return f"{name} · {in_time(standard.every or standard.within or '')}"


def in_time(rule: str) -> str:
    """A cadence or a deadline in the reader's language: `quarter` → every quarter, `2 working hours` → within …"""
    cadences = {
        "month": _("every month"),
        "quarter": _("every quarter"),
        "half-year": _("every half-year"),
        "year": _("every year"),
        "1 week": _("every week"),
    }
    if rule in cadences:
        return cadences[rule]
    amount, _space, unit = rule.partition(" ")
    units = {
        "hour": _("within %(n)s hours"),
        "working hour": _("within %(n)s working hours"),
        "day": _("within %(n)s days"),
        "working day": _("within %(n)s working days"),
        "week": _("every %(n)s weeks"),
        "month": _("within %(n)s months"),
    }
    return units.get(unit.removesuffix("s"), rule) % {"n": amount}


def shipped_text(name: str) -> str:
    """The file of a shipped playbook."""
    return (files("zhike.playbooks") / f"{name}.yaml").read_text(encoding="utf-8")


def uploaded_text(file: UploadedFile[Any]) -> str:
    """The text of a file that a browser sent. Raises Refused for one that is too large or no text."""
    if (file.size or 0) > MOST_BYTES:
        raise Refused(_("The file is too large for a playbook: at most 1 MB."), field="file")
    try:
        text: str = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("The file is not a text in UTF-8: save it as UTF-8 and try again."), field="file") from error
    return text


def read_upload(file: UploadedFile[Any]) -> Playbook:
    """The playbook in such a file. Raises PlaybookError with every line that is wrong, Refused."""
    return read_text(uploaded_text(file), file.name or "playbook.yaml")
