"""How sensitive each field is, and what of it is shown to a reader who may not see it whole.

Every model names the class of each of its fields (`sensitivity = classified(...)`); an architecture test fails on a
field without one. Masks depend on what they show and on nothing else: two values that differ only in the hidden part
have the same mask, and the stars do not count the hidden letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any, Final, TypeAlias

from django.db import models


class Sensitivity(IntEnum):
    """The classes of data, from what anybody may know to what nobody reads."""

    PUBLIC = 0
    INTERNAL = 1
    PERSONAL = 2
    SECRET = 3


class Mask(StrEnum):
    """The kinds of masked values: each leaves something else visible."""

    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    PERSON = "person"
    IDENTITY = "identity"
    ADDRESS = "address"
    DAY = "day"
    NOTE = "note"
    AMOUNT = "amount"
    HIDDEN = "hidden"


class View(IntEnum):
    """How much of a row a reader is shown: reached by work or for its money only, reached as usual, or revealed."""

    LIMITED = 0
    ORDINARY = 1
    REVEALED = 2


@dataclass(frozen=True)
class FieldClass:
    """The class of one field, and the mask of what is masked."""

    sensitivity: Sensitivity
    mask: Mask | None = None


Classes: TypeAlias = Mapping[str, FieldClass]
"""Field name → class."""

DOTS: Final = "•••"
STARS: Final = "****"
_PLAIN_AT: Final[Mapping[Mask, View]] = {Mask.PERSON: View.ORDINARY, Mask.NOTE: View.ORDINARY}
_SHOWN_OF_IDENTITY: Final = 7
_HALF_HIDDEN: Final = 8
_PLACE: Final = r"(?:(?![路街巷弄号道])[一-鿿]){1,8}?"
_DISTRICT: Final = re.compile(
    rf"(?:{_PLACE}(?:特别行政区|自治区|省))?\s*(?:{_PLACE}(?:自治州|地区|市|盟))?\s*"
    rf"(?:{_PLACE}(?:(?<![小园社厂矿景住宅])区|县|旗|市))?"
)


@dataclass(frozen=True)
class Sight:
    """What a reader is shown of one customer: how much of the people there, and whether amounts of money."""

    view: View
    finance: bool

    def hides(self, model: type[models.Model], field: str, value: object) -> bool:
        """Whether the value is there and not shown whole."""
        kind = class_of(model, field).mask
        if kind is None or value in (None, "", {}, []):
            return False
        return not (self.finance if kind is Mask.AMOUNT else is_plain(kind, self.view))

    def of(self, model: type[models.Model], field: str, value: Any) -> Any:
        """The value itself where it is shown whole, else its mask as a text."""
        return masked(model, field, value, self.view) if self.hides(model, field, value) else value

    def show(self, row: Any) -> Any:
        """The row as the reader is shown it: it reads like the row, with masks in the place of what is hidden."""
        return Shown(row, self)

    def revealed(self) -> Sight:
        """The same after a reveal."""
        return replace(self, view=View.REVEALED)


EVERYTHING: Final = Sight(View.REVEALED, finance=True)
"""What hides nothing, for a record that its reader is writing."""


class Shown:
    """A row with masks in the place of what its reader may not see whole; for reading only."""

    __slots__ = ("row", "sight")

    def __init__(self, row: Any, sight: Sight) -> None:
        self.row = row
        self.sight = sight

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.row, name)
        return self.sight.of(type(self.row), name, value) if name in classes_of(type(self.row)) else value

    def __str__(self) -> str:
        return str(getattr(self, "name", self.row))

    @property
    def masked(self) -> list[str]:
        """The fields that hold something and are not shown whole, in their order."""
        model = type(self.row)
        return [name for name in classes_of(model) if self.sight.hides(model, name, getattr(self.row, name, None))]


class Personal(str):
    """A text that is somebody's name although its field mostly holds what everybody may know: the trail hides it."""

    __slots__ = ()


def classified(
    *,
    public: str = "",
    internal: str = "",
    finance: str = "",
    personal: Mapping[str, Mask] | None = None,
    sealed: str = "",
) -> Classes:
    """The classes of a model's fields, whose names stand in a row with spaces between.

    `finance` is internal too, and shown only by the right to view finance.
    """
    return {
        **dict.fromkeys(public.split(), FieldClass(Sensitivity.PUBLIC)),
        **dict.fromkeys(internal.split(), FieldClass(Sensitivity.INTERNAL)),
        **dict.fromkeys(finance.split(), FieldClass(Sensitivity.INTERNAL, Mask.AMOUNT)),
        **{name: FieldClass(Sensitivity.PERSONAL, kind) for name, kind in (personal or {}).items()},
        **dict.fromkeys(sealed.split(), FieldClass(Sensitivity.SECRET, Mask.HIDDEN)),
    }


def classes_of(model: type[models.Model]) -> Classes:
    """The classes of a model's fields; empty for a model that names none."""
    declared: Classes = getattr(model, "sensitivity", {})
    return declared


def class_of(model: type[models.Model], field: str) -> FieldClass:
    """The class of one field; what is not classified is treated as secret."""
    return classes_of(model).get(field, FieldClass(Sensitivity.SECRET, Mask.HIDDEN))


def masked(model: type[models.Model], field: str, value: object, view: View) -> str:
    """A field's value as text, as this view of its row shows it."""
    kind = class_of(model, field).mask
    return _text(value) if kind is None else mask(kind, value, view)


def is_plain(kind: Mask, view: View) -> bool:
    """Whether this view shows values of the kind whole."""
    return kind is not Mask.HIDDEN and view >= _PLAIN_AT.get(kind, View.REVEALED)


def mask(kind: Mask, value: object, view: View = View.LIMITED) -> str:
    """A value as text: whole where the view allows it, else what the kind leaves visible; nothing stays nothing."""
    text = _text(value)
    if not text or is_plain(kind, view):
        return text
    match kind:
        case Mask.PHONE:
            return _phone(text)
        case Mask.EMAIL:
            return _email(text)
        case Mask.PERSON:
            return f"{text[0]}**"
        case Mask.HANDLE:
            return f"{text[0]}***"
        case Mask.IDENTITY:
            return f"{text[:3]}{STARS}{text[-4:]}" if len(text) >= 2 * _SHOWN_OF_IDENTITY else STARS
        case Mask.ADDRESS:
            return _address(text)
        case _:
            return DOTS


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _phone(text: str) -> str:
    """A mobile number keeps its first three and last four digits, any other its last four if that is half at most."""
    digits = "".join(character for character in text if character.isdecimal())
    mobile = digits[-11:]
    if len(mobile) == 11 and mobile[0] == "1" and len(digits) <= 13 and digits[:-11] in ("", "86"):
        return f"{mobile[:3]}{STARS}{mobile[-4:]}"
    return f"{STARS}{digits[-4:]}" if len(digits) >= _HALF_HIDDEN else STARS


def _email(text: str) -> str:
    local, at, domain = text.rpartition("@")
    return f"{local[0]}***@{domain}" if at and local else STARS


def _address(text: str) -> str:
    """The address down to the district, where it can be told; a district at the very end hides nothing more."""
    found = _DISTRICT.match(text)
    return f"{found.group().rstrip() if found else ''}{STARS}"
