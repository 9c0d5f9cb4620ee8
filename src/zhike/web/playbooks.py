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
    care: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    events: tuple[str, ...]


def card(playbook: Playbook) -> Card:
    """Its schemes with their tiers, what each tier is promised by cadence, and what is answered within what time."""
    language = get_language() or "zh-hans"
    names = {
        (scheme.key, tier.key): in_language(tier.name, language)
        for scheme in playbook.schemes
        for tier in scheme.tier_list()
    }
    care: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for standard in playbook.standards:
        if standard.every and standard.audience:
            for tier in standard.audience.tiers:
                care[names[standard.audience.scheme, tier]][in_time(standard.every)].append(_name(standard, language))
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
        care=tuple(
            (tier, tuple((cadence, tuple(promised)) for cadence, promised in by_cadence.items()))
            for tier, by_cadence in care.items()
        ),
        events=tuple(
            f"{_name(standard, language)} {in_time(standard.within)}"
            for standard in playbook.standards
            if standard.within
        ),
    )


def _name(standard: Standard, language: str) -> str:
    return standard.name.zh if language.startswith("zh") else standard.name.en


def in_time(rule: str) -> str:
    """A cadence in the reader's language, as `every quarter`, or a deadline, as `within 2 working hours`."""
    cadences = {
        "month": _("every month"),
        "quarter": _("every quarter"),
        "half-year": _("every half-year"),
        "year": _("every year"),
        "1 week": _("every week"),
    }
    if rule in cadences:
        return cadences[rule]
    pattern = _("every %(time)s") if rule.endswith("weeks") else _("within %(time)s")
    return pattern % {"time": span(rule)}


def span(rule: str) -> str:
    """`2 working hours` in the reader's language."""
    amount, _space, unit = rule.partition(" ")
    units = {
        "hour": _("hour"),
        "hours": _("hours"),
        "working hour": _("working hour"),
        "working hours": _("working hours"),
        "day": _("day"),
        "days": _("days"),
        "working day": _("working day"),
        "working days": _("working days"),
        "week": _("week"),
        "weeks": _("weeks"),
        "month": _("month"),
        "months": _("months"),
    }
    return f"{amount} {units.get(unit, unit)}"


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
