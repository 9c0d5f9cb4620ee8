"""The sections and divisions of the national standard GB/T 4754-2017, with readable English names.

A code is a section's letter (`C`) or a section's letter and a division's two digits (`C35`), as companies write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from zhike.domain.customers.rules.industry_table import SECTIONS


@dataclass(frozen=True, slots=True)
class Industry:
    """A section or a division."""

    code: str
    zh: str
    en: str

    @property
    def is_section(self) -> bool:
        return len(self.code) == 1


def _industries() -> Iterator[Industry]:
    for section, zh, en, divisions in SECTIONS:
        yield Industry(section, zh, en)
        for division, its_zh, its_en in divisions:
            yield Industry(f"{section}{division}", its_zh, its_en)


INDUSTRIES: Final[dict[str, Industry]] = {industry.code: industry for industry in _industries()}

_ENDINGS = re.compile(r"(服务业|制造业|制品业|加工业|业|服务)$")
_NOISE = re.compile(r"[\s、，,和与及/（）()-]")
_SHORTEST_SHARED: Final = 2
_BY_DIVISION: Final = {code[1:]: code for code in INDUSTRIES if len(code) > 1}


def _plain(name: str) -> str:
    return _NOISE.sub("", name).casefold()


def _short(name: str) -> str:
    return _ENDINGS.sub("", _plain(name)) or _plain(name)


def _names() -> dict[str, str]:
    """Codes by full name, then by short name (专用设备); the first that claims a name keeps it."""
    names: dict[str, str] = {}
    for spelled in (_plain, _short):
        for industry in INDUSTRIES.values():
            names.setdefault(spelled(industry.zh), industry.code)
            names.setdefault(spelled(industry.en), industry.code)
    return names


_BY_NAME: Final = _names()


def read_industry(text: str) -> str | None:
    """The code of an industry written as `C35`, `35`, `C`, `专用设备制造业` or in English; None where it is none."""
    wanted = text.strip().upper()
    if wanted in INDUSTRIES:
        return wanted
    if wanted in _BY_DIVISION:
        return _BY_DIVISION[wanted]
    return _BY_NAME.get(_plain(text)) or _BY_NAME.get(_short(text))


def similar_industries(text: str, most: int = 3) -> list[Industry]:
    """Industries whose name shares the longest part with the text, at least two characters; divisions first."""
    wanted = _plain(text)
    shared: dict[int, list[Industry]] = {}
    for industry in INDUSTRIES.values():
        length = max(_longest_shared(wanted, _short(industry.zh)), _longest_shared(wanted, _short(industry.en)) // 3)
        shared.setdefault(length, []).append(industry)
    longest = max(shared)
    found = shared[longest] if longest >= _SHORTEST_SHARED else []
    return sorted(found, key=lambda industry: (industry.is_section, industry.code))[:most]


def _longest_shared(one: str, other: str) -> int:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def industry_name(code: str, language: str) -> str:
    """The name for a reader; a text that is no code of the standard is shown as it is."""
    industry = INDUSTRIES.get(code)
    if industry is None:
        return code
    return industry.zh if language.startswith("zh") else industry.en


def within(code: str) -> tuple[str, ...]:
    """The code itself and, for a section, all its divisions: what a filter by industry means."""
    return tuple(one for one in INDUSTRIES if one == code or (len(code) == 1 and one.startswith(code)))
