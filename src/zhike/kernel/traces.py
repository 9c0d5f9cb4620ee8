"""What a person can be known by in a text: found and blotted out wherever somebody has typed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import models

BLOT: Final = "***"
_SHORTEST: Final = 2
_FEWEST_DIGITS: Final = 7
_BETWEEN_DIGITS: Final = r"[\s\-—()（）.·]{0,2}"


class Traces:
    """The values that give somebody away, in every spelling that people use.

    Telephone numbers are known with or without spaces and dashes, letters in either case. What is shorter than two
    characters is no trace: it would blot out half the language.
    """

    def __init__(self, values: Iterable[str]) -> None:
        wanted = {text for value in values if len(text := value.strip()) >= _SHORTEST}
        patterns = [_pattern(text) for text in sorted(wanted, key=len, reverse=True)]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def are_in(self, value: Any) -> bool:
        """Whether a text, or any text inside lists and dictionaries, has a trace."""
        if isinstance(value, str):
            return self._pattern is not None and self._pattern.search(value) is not None
        if isinstance(value, dict):
            return any(self.are_in(key) or self.are_in(item) for key, item in value.items())
        return isinstance(value, list | tuple) and any(map(self.are_in, value))

    def blotted(self, text: str) -> str:
        """The text with every trace blotted out."""
        return self._pattern.sub(BLOT, text) if self._pattern else text


def blot_rows(rows: models.QuerySet[Any], fields: Sequence[str], traces: Traces) -> int:
    """Blot the traces out of these text fields of the rows; how many rows had any."""
    touched = 0
    for row in rows.iterator(chunk_size=500):
        changed = [name for name in fields if traces.are_in(getattr(row, name))]
        for name in changed:
            setattr(row, name, traces.blotted(getattr(row, name)))
        if changed:
            row.save(update_fields=changed)
            touched += 1
    return touched


def _pattern(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) >= _FEWEST_DIGITS and re.fullmatch(r"[\d\s\-—()（）.·+转x]+", text):
        local = digits[-11:] if len(digits) > 11 and digits.startswith(("86", "0086")) else digits
        return _BETWEEN_DIGITS.join(local)
    return re.escape(text)
