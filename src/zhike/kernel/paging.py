"""Keyset paging: pages of a long list at the price of one page, however deep, and never a count.

A listing is one or several segments one after the other, each a set of rows with a total order: a key that is never
null, then the id. Where a key may be null, the rows without it are a segment of their own (`by_key`), so that every
condition remains one range of one index. A cursor names the segment, the key and the id of the row at a page's edge.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhike.kernel.errors import Refused

LONGEST_CURSOR = 1200


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Rows in the order of `key`, then of `id`; both run the same way. `key` is never null in these rows.

    The page holds their ids, or where `is_whole` the rows themselves: one query less, but for rows that are dear to
    fetch (joined, annotated) in a list that must be sorted first, ids alone are faster.
    """

    rows: QuerySet[Any, Any]
    key: str
    id: str = "pk"
    descending: bool = False
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """The ids on one page, and the cursors of the pages on either side (empty where there is none).

    `rows` are the rows themselves where the segments are whole.
    """

    ids: tuple[Any, ...]
    rows: tuple[Any, ...] = ()
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class _Edge:
    segment: int
    name: str
    key: Any
    id: Any
    row: Any = None


def by_key(rows: QuerySet[Any, Any], key: str, *, descending: bool = False, nullable: bool = False) -> list[Segment]:
    """The segments of a list sorted by a field; the rows without a value come last whichever way it runs."""
    if not nullable:
        return [Segment(rows=rows, key=key, descending=descending)]
    return [
        Segment(rows=rows.filter(**{f"{key}__isnull": False}), key=key, descending=descending),
        Segment(rows=rows.filter(**{f"{key}__isnull": True}), key="pk", descending=descending),
    ]


def page(segments: Sequence[Segment], *, size: int, after: str = "", before: str = "") -> Page:
    """The page behind the cursor `after`, or in front of `before`, or the first one. Raises Refused on a bad cursor."""
    if before:
        found = list(islice(_upward(segments, _read(before, segments), size + 1), size + 1))
        if len(found) > size:
            shown = found[size - 1 :: -1]
            return _page(shown, after=shown[-1], before=shown[0])
        after = ""  # The beginning is near: show the first page in full instead of a part of it.
    start = _read(after, segments) if after else None
    found = list(islice(_downward(segments, start, size + 1), size + 1))
    shown = found[:size]
    return _page(shown, after=shown[-1] if len(found) > size else None, before=shown[0] if start and shown else None)


def _page(shown: list[_Edge], *, after: _Edge | None, before: _Edge | None) -> Page:
    return Page(
        ids=tuple(edge.id for edge in shown),
        rows=tuple(edge.row for edge in shown if edge.row is not None),
        after=_write(after) if after else "",
        before=_write(before) if before else "",
    )


def _downward(segments: Sequence[Segment], start: _Edge | None, limit: int) -> Iterator[_Edge]:
    for place in range(start.segment if start else 0, len(segments)):
        yield from _rows(segments[place], place, start, limit, backward=False)


def _upward(segments: Sequence[Segment], start: _Edge, limit: int) -> Iterator[_Edge]:
    for place in range(start.segment, -1, -1):
        yield from _rows(segments[place], place, start, limit, backward=True)


def _rows(segment: Segment, place: int, start: _Edge | None, limit: int, *, backward: bool) -> Iterator[_Edge]:
    sign, word = ("-", "lt") if segment.descending != backward else ("", "gt")
    rows = segment.rows
    if start and start.segment == place:
        try:
            # The outer range is what an index can use; the inner one settles ties.
            rows = rows.filter(
                Q(**{f"{segment.key}__{word}": start.key}) | Q(**{f"{segment.id}__{word}": start.id}),
                **{f"{segment.key}__{word}e": start.key},
            )
        except (ValueError, TypeError, ArithmeticError, ValidationError) as error:
            raise _lost() from error
    rows = rows.order_by(f"{sign}{segment.key}", f"{sign}{segment.id}")
    if segment.is_whole:
        for row in rows[:limit]:
            yield _Edge(place, segment.key, getattr(row, segment.key), getattr(row, segment.id), row)
        return
    for key, id in rows.values_list(segment.key, segment.id)[:limit]:
        yield _Edge(place, segment.key, key, id)


def _lost() -> Refused:
    return Refused(_("This page of the list cannot be found: start again from the first page."), field="after")


def _write(edge: _Edge) -> str:
    parts = [edge.segment, edge.name, _to_json(edge.key), edge.id]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, segments: Sequence[Segment]) -> _Edge:
    try:
        segment, name, key, id = json.loads(urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=" * (-len(cursor) % 4)))
        if type(segment) is not int or type(id) is not int or segments[max(segment, 0)].key != name:
            raise _lost()
        return _Edge(max(segment, 0), name, _from_json(key), id)
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        raise _lost() from error


def _to_json(key: Any) -> Any:
    match key:
        case datetime():
            return {"t": key.isoformat()}
        case date():
            return {"d": key.isoformat()}
        case Decimal():
            return {"n": str(key)}
    return key


def _from_json(key: Any) -> Any:
    match key:
        case {"t": str(text)}:
            return datetime.fromisoformat(text)
        case {"d": str(text)}:
            return date.fromisoformat(text)
        case {"n": str(text)}:
            return Decimal(text)
        case str() | int() | float():
            return key
    raise ValueError("not a key")
