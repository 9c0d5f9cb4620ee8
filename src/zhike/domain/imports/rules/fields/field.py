"""What a field is, and what a kind of file is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class FieldType(StrEnum):
    """How the cells of a field are read."""

    IDENTIFIER = "identifier"
    LINE = "line"
    NOTE = "note"
    PHONE = "phone"
    EMAIL = "email"
    AMOUNT = "amount"
    PRICE = "price"
    QUANTITY = "quantity"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TAGS = "tags"
    CREDIT_CODE = "credit_code"


_FIGURES = frozenset({FieldType.AMOUNT, FieldType.PRICE, FieldType.QUANTITY, FieldType.COUNT, FieldType.PERCENT})

#: Value → the words for it in files, the first one shown to people.
Choices = Mapping[str, tuple[str, ...]]


def names(text: str) -> tuple[str, ...]:
    """The words between the bars: `"客户编号|customer id"`."""
    return tuple(text.split("|"))


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name for `--map`, its label (a message id), the headings it is known by, the likeliest first."""

    name: str
    label: str
    type: FieldType
    synonyms: tuple[str, ...]
    max_length: int = 0
    choices: Choices = field(default_factory=dict)

    @property
    def fills_down(self) -> bool:
        """Whether a cell merged over several rows means each of them; an amount or a quantity is their sum."""
        return self.type not in _FIGURES


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file: its fields, the row they make, and what a row cannot do without.

    `make_row` takes the values in the order of `fields`. Of every group in `required` at least one field must have a
    value. A column of `name_field` that holds nothing but codes is one of `identifier_field` instead.
    """

    fields: tuple[Field, ...]
    make_row: Callable[..., NamedTuple]
    required: tuple[tuple[str, ...], ...]
    name_field: str = ""
    identifier_field: str = ""

    def field(self, name: str) -> Field:
        """The field of that name; raises KeyError."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    def position(self, name: str) -> int:
        """Where the field's value stands in a row."""
        return self.fields.index(self.field(name))
