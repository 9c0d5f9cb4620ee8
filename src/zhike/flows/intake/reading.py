"""The file is read once, into the stage: rows as typed values under the key of their group, problems beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhike.domain.imports.models import Batch, Kind
from zhike.domain.imports.rules.fields import FORMS, AnyRow, ContactRow, CustomerRow, InteractionRow, OrderRow
from zhike.domain.imports.rules.packing import Packing
from zhike.domain.imports.rules.problems import CellProblem
from zhike.domain.imports.rules.rows import compile_reader
from zhike.domain.imports.rules.showing import shown
from zhike.domain.imports.rules.texts import identifier_reader
from zhike.flows.intake.arrival import open_stored
from zhike.gateways.spreadsheets.cells import Cell, is_blank
from zhike.gateways.stage import Stage
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Refused

PREVIEWED_ROWS = 20
TOLD_EVERY = 20_000
#: An order with more lines is none: the column of order numbers is another one.
MOST_LINES = 20_000

_read_number = identifier_reader(80)
#: What tells whose order a row belongs to where it bears no number.
_TELLING = ("customer_external_id", "customer_name", "ordered_on")


def read_into(stage: Stage, batch: Batch, *, tell: Callable[[int], None]) -> dict[str, Any]:
    """Fill the stage with the batch's file; `tell` hears now and then how many rows have been read.

    Gives what it came to: how many rows there are, and the first of them as they were understood. Raises Refused.
    """
    with open_stored(batch) as table:
        reader = compile_reader(
            batch.kind,
            table.headings,
            batch.mapping,
            table.rows,
            zone=COMPANY_ZONE,
            counts_from_1904=table.counts_from_1904,
        )
        places = {heading: index for index, heading in enumerate(table.headings)}
        above = _Above(batch, places)
        pack = Packing(batch.kind).pack
        key = _KEYS[Kind(batch.kind)]
        preview: list[dict[str, Any]] = []
        count = 0
        stage.begin()
        for number, cells in table.rows():
            read = reader.read(number, cells)
            if isinstance(read, list):
                stage.add(above.key_of_unread(number, cells), number, None)
                _keep_problems(stage, read, places)
            else:
                above.key, above.cells = key(read), cells
                stage.add(above.key, number, pack(read))
            if count < PREVIEWED_ROWS:
                preview.append(_preview(batch, number, read))
            count += 1
            if count % TOLD_EVERY == 0:
                tell(count)
    stage.arrange()
    _refuse_endless_order(stage, batch)
    summary = {"rows": count, "columns": columns_of(batch), "preview": preview}
    stage.finish(summary)
    return summary


def columns_of(batch: Batch) -> dict[str, Any]:
    """What a stage must have been read by, to be used for the batch."""
    return {"sheet": batch.sheet, "mapping": batch.mapping}


class _Above:
    """The last row with a key, and the keys that rows without a readable one get by it."""

    def __init__(self, batch: Batch, places: dict[str, int]) -> None:
        self.key = ""
        self.cells: Sequence[Cell] = ()
        is_orders = batch.kind == Kind.ORDERS
        self._number = places[batch.mapping["number"]] if is_orders else -1
        self._telling = [places[batch.mapping[name]] for name in _TELLING if is_orders and name in batch.mapping]

    def key_of_unread(self, number: int, cells: Sequence[Cell]) -> str:
        """A line that cannot be read still belongs to its order; where even that is unreadable it stands alone.

        A row without a number belongs to the order right above it unless its customer or day is another: merged cells
        leave such rows, and an order must not be taken in without one of its lines.
        """
        if 0 <= self._number < len(cells):
            found = _read_number(cells[self._number])
            if isinstance(found, str) and found:
                self.key, self.cells = found, cells
                return found
            if self.key and is_blank(cells[self._number]) and self._tells_the_same(cells):
                return self.key
        self.key = ""
        return f"\n{number}"

    def _tells_the_same(self, cells: Sequence[Cell]) -> bool:
        here = [cells[index] if index < len(cells) else "" for index in self._telling]
        there = [self.cells[index] if index < len(self.cells) else "" for index in self._telling]
        return all(is_blank(cell) or cell == above for cell, above in zip(here, there, strict=True))


def _order_key(row: OrderRow) -> str:
    return row.number


def _customer_key(row: CustomerRow) -> str:
    return f"#{row.external_id}" if row.external_id else row.name


def _contact_key(row: ContactRow) -> str:
    known_by = row.mobile or row.phone or row.email or row.name
    return f"{row.customer_external_id or row.customer_name}\n{known_by}"


def _interaction_key(row: InteractionRow) -> str:
    if row.external_id:
        return f"#{row.external_id}"
    customer = row.customer_external_id or row.customer_name
    return f"{customer}\n{row.occurred_at.isoformat()}\n{row.channel}\n{row.summary}"


_KEYS: dict[Kind, Callable[[Any], str]] = {
    Kind.ORDERS: _order_key,
    Kind.CUSTOMERS: _customer_key,
    Kind.CONTACTS: _contact_key,
    Kind.INTERACTIONS: _interaction_key,
}


def _keep_problems(stage: Stage, problems: list[CellProblem], places: dict[str, int]) -> None:
    """Keep what is wrong with a row, in the order of its cells."""
    for each in sorted(problems, key=lambda problem: places.get(problem.heading, -1)):
        stage.add_problem(each.row, each.heading, each.value[:200], each.problem.code, dict(each.problem.parameters))


def _preview(batch: Batch, number: int, read: AnyRow | list[CellProblem]) -> dict[str, Any]:
    if isinstance(read, list):
        return {"row": number, "is_read": False, "values": []}
    values = [
        shown(field, value)
        for field, value in zip(FORMS[batch.kind].fields, read, strict=True)
        if field.name in batch.mapping
    ]
    return {"row": number, "is_read": True, "values": values}


def _refuse_endless_order(stage: Stage, batch: Batch) -> None:
    key, size = stage.largest_group()
    if batch.kind == Kind.ORDERS and size > MOST_LINES:
        raise Refused(
            _(
                "%(count)s rows bear the order number “%(number)s”; at most %(limit)s can: "
                "choose the column that really holds the order number."
            )
            % {"count": f"{size:,}", "number": key, "limit": f"{MOST_LINES:,}"}
        )
