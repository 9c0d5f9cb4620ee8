"""Hidden names: records of interviews say "*客户" for people and "A公司" for companies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ANYBODY: Final = "*客户"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def anonymise(text: str, *, people: Iterable[str] = (), companies: Iterable[str] = ()) -> str:
    """The text with every person as "*客户" and each company as "A公司", "B公司" … in the order of their appearance.

    A company that is known by several names (`华东精密机械有限公司`, `华东精密`) is given as one text with `/` between
    them. After Z公司 comes AA公司. Longer names go first, so that no name leaves a part of a longer one behind.
    """
    known = [[name.strip() for name in company.split("/") if name.strip()] for company in companies]
    met = sorted((first, names) for names in known if (first := _first(text, names)) >= 0)
    replaced = {name: f"{_letters(place)}公司" for place, (_, names) in enumerate(met) for name in names}
    replaced |= {name.strip(): ANYBODY for name in people if name.strip()}
    hidden = text
    marks = {}
    for number, name in enumerate(sorted(replaced, key=len, reverse=True)):
        # A mark that no text holds, so that what stands in for one name is not taken for part of another.
        mark = f"\x00{number}\x00"
        marks[mark] = replaced[name]
        hidden = hidden.replace(name, mark)
    for mark, word in marks.items():
        hidden = hidden.replace(mark, word)
    return hidden


def _first(text: str, names: list[str]) -> int:
    return min((place for name in names if (place := text.find(name)) >= 0), default=-1)


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = _LETTERS[letter] + letters
    return letters
