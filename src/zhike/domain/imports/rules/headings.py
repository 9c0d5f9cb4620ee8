"""Which column holds which field: known by what people call it, never by likeness."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from zhike.domain.imports.rules.amounts import UNITS
from zhike.domain.imports.rules.fields import FORMS
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.imports.rules.texts import narrow, text_of
from zhike.gateways.spreadsheets.cells import Cell

_BRACKETS = re.compile(r"[(\[【〔<《{]([^)\]】〕>》}]*)[)\]】〕>》}]")
_NUMBERED = re.compile(r" \(\d+\)$")
_NOISE = re.compile(r"[\W_]+")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9._\-]+")


def normalise(heading: str) -> str:
    """The heading without case, spaces, signs and brackets: `*金额 (元)` → `金额`, `Order ID` → `orderid`."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    bare = _NOISE.sub("", _BRACKETS.sub("", text))
    return bare or _NOISE.sub("", text)


def unit_of(heading: str) -> str:
    """The unit in the heading's brackets, without the yuan: `营业额(万元)` → `万`, `折扣(%)` → `%`, or nothing."""
    for bracketed in _BRACKETS.findall(unicodedata.normalize("NFKC", heading).casefold()):
        unit = bracketed.strip().removeprefix("单位").lstrip(": ").removesuffix("元")
        if unit in UNITS or unit == "%":
            return str(unit)
    return ""


def guess(
    kind: str, headings: Sequence[str], samples: Sequence[Sequence[Cell]], chosen: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Field → heading for every field whose heading is known, each heading once, likelier names first.

    What is `chosen` already stays. Of columns that are called alike none is taken (see `alike`). A column that could be
    names of customers or their numbers is taken for numbers where all of its samples (rows of cells) are codes.
    """
    form = FORMS[kind]
    mapping = dict(chosen or {})
    columns: dict[str, str] = {}
    for heading in headings:
        if heading not in mapping.values() and not _twins(heading, headings, mapping):
            columns.setdefault(normalise(heading), heading)
    candidates = sorted(
        (rank, position, field, columns[synonym])
        for (field, synonym), (rank, position) in _ranks(kind).items()
        if synonym in columns
    )
    for _rank, _position, field, heading in candidates:
        if field not in mapping and heading not in mapping.values():
            mapping[field] = heading
    names = mapping.get(form.name_field, "")
    if names and form.identifier_field not in mapping and form.name_field not in (chosen or {}):
        index = headings.index(names)
        if _are_codes([row[index] for row in samples if index < len(row)]):
            mapping[form.identifier_field] = mapping.pop(form.name_field)
    order = [field.name for field in form.fields]
    return dict(sorted(mapping.items(), key=lambda item: order.index(item[0])))


def alike(kind: str, headings: Sequence[str], mapping: Mapping[str, str]) -> Problem | None:
    """Two columns of one name that could both fill a field which so has none: nobody can tell which is meant."""
    likely = sorted(_ranks(kind).items(), key=lambda item: item[1], reverse=True)
    fields = {synonym: field for (field, synonym), _rank in likely}
    for heading in headings:
        field = fields.get(normalise(heading), "")
        twins = _twins(heading, headings, mapping)
        if field and field not in mapping and twins:
            return Problem("columns_alike", {"field": field, "first": heading, "second": twins[0]})
    return None


def _twins(heading: str, headings: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The other columns of the same name that nobody has chosen: a table tells them apart as `金额` and `金额 (2)`."""
    if heading in mapping.values():
        return []
    name = _NUMBERED.sub("", heading)
    others = (other for other in headings if other != heading and other not in mapping.values())
    return [other for other in others if _NUMBERED.sub("", other) == name]


def known(kind: str, headings: Sequence[str]) -> int:
    """How many of the headings name a field of this kind."""
    synonyms = {synonym for _field, synonym in _ranks(kind)}
    return len(synonyms & {normalise(heading) for heading in headings})


def missing(kind: str, mapping: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The groups of fields of which one is needed and none has a column."""
    return tuple(group for group in FORMS[kind].required if not any(field in mapping for field in group))


def check(kind: str, headings: Sequence[str], mapping: Mapping[str, str]) -> Problem | None:
    """What is wrong with a mapping that somebody made: an unknown field, an unknown heading, a heading given twice."""
    fields = [field.name for field in FORMS[kind].fields]
    given: set[str] = set()
    for field, heading in mapping.items():
        if field not in fields:
            return Problem("unknown_field", {"field": field, "fields": ", ".join(fields)})
        if heading not in headings:
            return Problem("unknown_heading", {"heading": heading, "headings": ", ".join(headings)})
        if heading in given:
            return Problem("heading_twice", {"heading": heading})
        given.add(heading)
    return None


@cache
def _ranks(kind: str) -> dict[tuple[str, str], tuple[int, int]]:
    """(field, normalised synonym) → how likely it is (0 first), and the field's place."""
    return {
        (field.name, normalise(synonym)): (rank, position)
        for position, field in enumerate(FORMS[kind].fields)
        for rank, synonym in reversed(list(enumerate((field.name, *field.synonyms, field.label))))
    }


def _are_codes(cells: Sequence[Cell]) -> bool:
    texts = [text for cell in cells if (text := narrow(text_of(cell)))]
    return bool(texts) and all(_CODE.fullmatch(text) for text in texts)
