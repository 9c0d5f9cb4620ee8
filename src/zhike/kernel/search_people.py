"""Search among names that the database cannot read, by characters, pinyin and initials as for any other name.

A row keeps a few bits of a keyed hash of each gram of its name, without their order and each once: many grams share one
such token. They tell which rows may match; these few are opened and looked at. What the tokens give away to somebody
who has the database and not the keys is weighed in docs/decisions/0009.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from django.db import connections, models
from django.db.models.expressions import RawSQL

from zhike.kernel.search_text import forms, grams, index_text, plain
from zhike.kernel.vault.fields import Sealed, SealedField
from zhike.kernel.vault.keys import blind_index

TOKEN_DIGITS: Final = 3
"""Twelve bits: two letters leave some four hundred of a hundred thousand names to open, three letters a few."""
MOST_FOUND: Final = 500
"""People that one search finds at most, the newest first."""
MOST_OPENED: Final = 5_000
"""Names that one search opens at most, the newest first, so that letters in half of all names are answered in time."""
_HAN = re.compile(r"[\u3400-\u9fff]")

M = TypeVar("M", bound=models.Model)


def blind_text(names: Iterable[str]) -> str:
    """What a row stores of the names of people: its tokens. All are longer than a gram, so both may stand together."""
    return " ".join(sorted({_token(gram) for gram in index_text(names).split() if gram != "."}))


def found_people(rows: models.QuerySet[M], text: str) -> list[int]:
    """Ids of the rows whose sealed name contains every word of `text`, the newest first, some hundreds at most."""
    return found_among({"pk": rows}, text)[0]


def found_among(tables: Mapping[str, models.QuerySet[Any]], text: str, *, field: str = "name") -> list[list[int]]:
    """`found_people` for the rows of several tables that seal the same field under the same identity, in one query.

    Each table stands under the field that is wanted of it: its own id, or that of the row that it belongs to.
    """
    found: list[list[int]] = [[] for _ in tables]
    words = [plain(word) for word in text.split()]
    if not all(words) or not words:
        return found
    sealed = [rows.model._meta.get_field(field) for rows in tables.values()]
    # Past the scoped manager, which refuses sealed columns: here they are opened one by one.
    first, *others = (
        models.QuerySet.values_list(
            rows.filter(pk__in=_candidates(rows.model, words, rows.db)).order_by(),
            wanted,
            field,
            *column.identity,
            models.Value(place),
        )
        for place, ((wanted, rows), column) in enumerate(zip(tables.items(), sealed, strict=True))
    )
    candidates = first.union(*others, all=True) if others else first
    newest_first = candidates.order_by(f"-{next(iter(tables))}", *sealed[0].identity)
    for key, value, *identity, place in _in_two(newest_first):
        column = sealed[place]
        assert isinstance(column, SealedField)
        name = column.open(value.text, identity) if isinstance(value, Sealed) else value
        if all(_holds(name, word) for word in words):
            found[place].append(key)
            if sum(map(len, found)) == MOST_FOUND:
                break
    return found


def _in_two(rows: models.QuerySet[M, Any]) -> Iterator[Any]:
    """The first rows, and the others only if these were not enough: seldom are there any, or all of them wanted."""
    yield from (first := rows[:MOST_FOUND])
    if len(first) == MOST_FOUND:
        yield from rows[MOST_FOUND:MOST_OPENED]


def _token(gram: str) -> str:
    return f"x{blind_index('gram', gram)[:TOKEN_DIGITS]}"


def _holds(name: str, word: str) -> bool:
    """Whether the name contains the word as it is written, in pinyin or in initials."""
    if _HAN.search(word):
        return word in plain(name)
    return any(word in form for form in forms(name))


def _candidates(model: type[models.Model], words: Sequence[str], using: str) -> RawSQL:
    """A subquery of the ids of rows that have every token of the words."""
    pieces = {piece for word in words for piece in (*grams(word), *_HAN.findall(word))}
    tokens = sorted({_token(piece) for piece in pieces})
    table = model._meta.db_table
    if connections[using].vendor == "sqlite":
        query: Any = " ".join(tokens)
        return RawSQL(f'SELECT rowid FROM "{table}_search" WHERE "{table}_search" MATCH %s', [query])  # noqa: S611
    return RawSQL(  # noqa: S611
        f"SELECT id FROM \"{table}\" WHERE string_to_array(search_text, ' ') @> %s",
        [tokens],
    )
