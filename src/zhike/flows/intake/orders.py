"""Orders out of staged lines: each whole or not at all, for customers that are known or made on the way."""

from __future__ import annotations

from dataclasses import dataclass

from zhike.domain.customers.services import upsert_customers
from zhike.domain.customers.services.matching import Match, Spoken, match_customers
from zhike.domain.imports.rules.changes import Change
from zhike.domain.imports.rules.fields import CustomerRow, OrderRow
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.orders.rules import OrderDraft, assemble
from zhike.domain.orders.services import upsert_orders
from zhike.flows.intake.applying import Applied, Chunk
from zhike.gateways.stage import Line

INCOMPLETE = Problem("order_incomplete")


@dataclass(frozen=True, slots=True)
class _Order:
    """The lines that bear one order number."""

    lines: list[Line]
    rows: list[OrderRow]


def take_orders(chunk: Chunk) -> Applied:
    """Take the orders of a chunk in. What bears one number but speaks of several customers or days is several orders."""
    applied = Applied()
    orders: list[_Order] = []
    for group in chunk.groups:
        if any(line.values is None for line in group.lines):
            own = chunk.own_problems(group.lines)
            _refuse(chunk, applied, group.lines, own_rows={problem[0] for problem in own})
            applied.problems += own
        else:
            orders.append(_Order(group.lines, [chunk.unpack(line) for line in group.lines]))
    customers, changes = _customers(chunk, orders)
    drafts: list[OrderDraft] = []
    lines_of: list[list[Line]] = []
    for order in orders:
        wrong = _wrong_customers(chunk, order, customers)
        if wrong:
            _refuse(chunk, applied, order.lines, own_rows=set(wrong))
            applied.problems += wrong.values()
            continue
        parts = _parts(order, customers)
        applied.shared_numbers += len(parts) > 1
        for customer_id, lines, rows in parts:
            draft = assemble(customer_id, rows)
            if isinstance(draft, Problem):
                _refuse(chunk, applied, lines, own_rows={lines[0].row})
                applied.problems.append(chunk.problem(lines[0].row, "amount", None, draft))
            else:
                drafts.append(draft)
                lines_of.append(lines)
    applied.upserted = upsert_orders(drafts, actor=chunk.actor, now=chunk.now)
    applied.upserted.changes += changes
    for index, (name, problem) in applied.upserted.refused.items():
        applied.failed += len(lines_of[index])
        number = drafts[index].number
        applied.problems += [chunk.problem(line.row, name, number, problem) for line in lines_of[index]]
    return applied


def _refuse(chunk: Chunk, applied: Applied, lines: list[Line], *, own_rows: set[int]) -> None:
    """None of the lines is taken; those without a problem of their own say that another has one."""
    applied.failed += len(lines)
    applied.problems += [chunk.problem(line.row, "", "", INCOMPLETE) for line in lines if line.row not in own_rows]


def _spoken(row: OrderRow) -> Spoken:
    return Spoken(row.customer_external_id, row.customer_name)


def _customers(chunk: Chunk, orders: list[_Order]) -> tuple[dict[Spoken, Match], list[Change]]:
    """Who is meant by each, and the changes where some had to be made."""
    rows = {_spoken(row): row for order in orders for row in order.rows}
    customers = match_customers(rows, actor=chunk.actor, kind="order", action="create")
    missing = {spoken.number or spoken.name: spoken for spoken, match in customers.items() if match is None}
    if not missing or not chunk.batch.creates_missing:
        return customers, []
    wanted = list(missing.values())
    made = upsert_customers([_customer_row(rows[spoken]) for spoken in wanted], actor=chunk.actor, now=chunk.now)
    refused: dict[Spoken, Match] = {wanted[index]: problem for index, (_name, problem) in made.refused.items()}
    again = [spoken for spoken, match in customers.items() if match is None]
    customers |= match_customers(again, actor=chunk.actor, kind="order", action="create") | refused
    return customers, made.changes


def _customer_row(row: OrderRow) -> CustomerRow:
    """What an order line tells of its customer: a name, or the number where there is none, and where it is."""
    places = [
        place
        for place in (row.customer_region, row.customer_province, row.customer_city, row.customer_country)
        if place
    ]
    stated = {
        "external_id": row.customer_external_id,
        "name": row.customer_name or row.customer_external_id,
        "kind": row.customer_kind,
        "region": places[0] if places else None,
        "address": "".join(place for place in (row.customer_province, row.customer_city) if place) or None,
    }
    return CustomerRow(**{name: stated.get(name) for name in CustomerRow._fields})  # type: ignore[arg-type]  # a name is there


def _wrong_customers(
    chunk: Chunk, order: _Order, customers: dict[Spoken, Match]
) -> dict[int, tuple[int, str, str, str, str]]:
    """The problems of lines whose customer cannot be used, by row."""
    wrong = {}
    for line, row in zip(order.lines, order.rows, strict=True):
        match = customers[_spoken(row)]
        if not isinstance(match, int):
            name = "customer_external_id" if row.customer_external_id else "customer_name"
            problem = match or Problem("customer_unknown")
            wrong[line.row] = chunk.problem(line.row, name, getattr(row, name), problem)
    return wrong


def _parts(order: _Order, customers: dict[Spoken, Match]) -> list[tuple[int, list[Line], list[OrderRow]]]:
    """The order's lines by customer and day."""
    parts: dict[tuple[Match, object], tuple[list[Line], list[OrderRow]]] = {}
    for line, row in zip(order.lines, order.rows, strict=True):
        lines, rows = parts.setdefault((customers[_spoken(row)], row.ordered_on), ([], []))
        lines.append(line)
        rows.append(row)
    return [(customer, lines, rows) for (customer, _day), (lines, rows) in parts.items() if isinstance(customer, int)]
