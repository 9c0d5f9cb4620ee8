"""What is looked up without being read: telephone numbers, e-mail addresses and names of people in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from zhike.kernel.vault.keys import blind_index

_NOT_DIALLED = re.compile(r"[^0-9x]+")
_CHINA = re.compile(r"^(?:(?:00)?86(?=1\d{10}$|0?[2-9]\d{8,10}(?:x|$)))?(?:0(?=[1-9]\d{8,10}(?:x|$)))?")
_FEWEST_DIGITS = 5


def normal_phone(text: str) -> str:
    """`+86 138-0013-8000`, `８６13800138000` and `13800138000` alike; nothing for what is no number."""
    folded = unicodedata.normalize("NFKC", text).lower()
    digits = _NOT_DIALLED.sub("", folded.replace("ext", "x").replace("转", "x"))
    digits = _CHINA.sub("", digits)
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def normal_email(text: str) -> str:
    """In lower case, without spaces; nothing for what is no address."""
    folded = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return folded if "@" in folded else ""


def normal_name(text: str) -> str:
    """Full width folded, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


NORMAL: Final[dict[str, Callable[[str], str]]] = {"phone": normal_phone, "email": normal_email, "name": normal_name}


def kind_sought(text: str) -> str:
    """What a search asks for whole: a `phone`, an `email`, or neither."""
    return next((kind for kind in ("email", "phone") if indexed(kind, text)), "")


def indexed(kind: str, text: str) -> str:
    """The blind index of a phone, an email or a name; empty where there is nothing to be found."""
    normal = NORMAL[kind](text) if text else ""
    return blind_index(kind, normal) if normal else ""
