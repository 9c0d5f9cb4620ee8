"""Empty workbooks to fill in: one sheet with the headings of a kind, one that says what goes below them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.imports.queries import sentence
from zhike.domain.imports.rules.fields import FORMS, Field, FieldType
from zhike.gateways.spreadsheets.writing import Sheet, write_workbook

_EXPECTED = {
    FieldType.AMOUNT: "amount",
    FieldType.PRICE: "amount",
    FieldType.QUANTITY: "quantity",
    FieldType.COUNT: "count",
    FieldType.PERCENT: "percent",
    FieldType.DATE: "date",
    FieldType.DATETIME: "time",
    FieldType.EMAIL: "email",
    FieldType.YES_NO: "yes_no",
    FieldType.CHOICE: "choice",
}


def heading(field: Field) -> str:
    """What the field's column is called in a workbook that we hand out, in the reader's language."""
    return field.synonyms[0] if (get_language() or "zh").startswith("zh") else field.label


def expected(field: Field) -> str:
    """What its cells may hold, in a sentence; nothing for plain text."""
    code = _EXPECTED.get(field.type)
    choices = "、".join(words[0] for words in field.choices.values())
    return sentence(code, {"choices": choices}) if code else ""


def need(kind: str, field: Field) -> str:
    """Whether a row needs the field: always, unless another one stands in for it, or never."""
    groups = [group for group in FORMS[kind].required if field.name in group]
    if any(len(group) == 1 for group in groups):
        return _("needed")
    others = dict.fromkeys(other for group in groups for other in group if other != field.name)
    if not others:
        return ""
    return _("needed, or %(others)s") % {"others": "、".join(heading(FORMS[kind].field(other)) for other in others)}


def write_template(kind: str, target: Path | BinaryIO) -> None:
    """Write the workbook of a kind."""
    fields = FORMS[kind].fields
    write_workbook(
        target,
        [
            Sheet(_("To fill in"), [heading(field) for field in fields], []),
            Sheet(_("What goes where"), [_("Column"), _("Needed"), _("What it may hold")], _rows(kind)),
        ],
    )


def _rows(kind: str) -> Iterator[list[str]]:
    for field in FORMS[kind].fields:
        yield [heading(field), need(kind, field), expected(field)]
