"""Text search that finds `科技`, `keji` and `kj` alike, in any database, without an engine of its own.

A row keeps the two-character pieces ("grams") of its names, of their pinyin and of their initials, in order. A query is
cut the same way and found as a run of consecutive grams, so that a substring of any length is one exact look-up.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

# Its dictionary of phrases takes 40 MB in every process; a name is indexed under all readings of its characters anyway.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin

_KEPT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTS = re.compile(r"[\u3400-\u9fff]|[^\u3400-\u9fff]+")
_STYLES = (Style.NORMAL, Style.FIRST_LETTER)
_MOST_READINGS = 8


def plain(text: str) -> str:
    """Lower case, full width folded, nothing but letters, digits and Han characters."""
    return _KEPT.sub("", unicodedata.normalize("NFKC", text).lower())


def grams(text: str) -> list[str]:
    """`知客科技` → `知客 客科 科技`; a single character is its own gram."""
    letters = plain(text)
    return [letters] if len(letters) == 1 else [letters[i : i + 2] for i in range(len(letters) - 1)]


@lru_cache(maxsize=8_192)
def _syllables(character: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every reading of one Han character in full, and its initial."""
    spelt = (pinyin(character, style=style, heteronym=True, errors=plain) for style in _STYLES)
    full, initial = (tuple(dict.fromkeys(found[0])) if found else ("",) for found in spelt)
    return full, initial


@lru_cache(maxsize=65_536)
def readings(name: str) -> tuple[str, ...]:
    """Full pinyin and initials of a name, every reading of its ambiguous characters up to a few."""
    if not _HAN.search(name):
        return ()
    parts = [_syllables(part) if _HAN.match(part) else ((plain(part),),) * 2 for part in _PARTS.findall(name)]
    found: dict[str, None] = {}
    for style in range(len(_STYLES)):
        variants = 1
        choices = []
        for part in parts:
            options = part[style]
            keep = options if variants * len(options) <= _MOST_READINGS else options[:1]
            variants *= len(keep)
            choices.append(keep)
        for reading in product(*choices):
            found[plain("".join(reading))] = None
    return tuple(found)


def forms(name: str) -> tuple[str, ...]:
    """How a name may be written in a search: as it is, in pinyin, in initials."""
    return tuple(dict.fromkeys((plain(name), *readings(name))))


def index_text(names: Iterable[str]) -> str:
    """What a row stores: grams of each name and reading, a `.` between them, single Han characters at the end."""
    pieces: list[str] = []
    characters: dict[str, None] = {}
    for name in names:
        if not name:
            continue
        for form in forms(name):
            pieces += [*grams(form), "."]
        characters |= dict.fromkeys(_HAN.findall(plain(name)))
    return " ".join([*pieces, *characters])
