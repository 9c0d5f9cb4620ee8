"""A text that a spreadsheet would take for a formula, and the apostrophe that keeps it a text.

Programs run what begins with `=`, `+`, `-` or `@`, some of them behind blanks, and some of them in full width; a plain
number with its sign is none. An apostrophe in front is how people, too, tell a spreadsheet that a text is meant. A text
that already looks like such a guarded one gets a further apostrophe, so that `unguarded(guarded(text)) == text`
whatever the text is.
"""

from __future__ import annotations

import re

_BLANKS = r"[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)*\Z"
_FORMULA = re.compile(rf"'*(?!{_NUMBER})(?:{_BLANKS}*[=+\-@＝＋－＠﹢﹣﹦﹫−]|[\t\r\n])")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text, or take it for one that was guarded."""
    return _FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """The text as it may stand in a file of values separated by commas."""
    return f"'{text}" if is_formula(text) else text


def unguarded(text: str) -> str:
    """What was meant by a cell of such a file."""
    return text[1:] if text.startswith("'") and is_formula(text) else text
