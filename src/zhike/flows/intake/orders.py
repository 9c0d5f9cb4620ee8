"""Orders out of staged lines: each whole or not at all, for customers that are known or made on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhike.domain.customers.services.matching import Match, Spoken
from zhike.domain.imports.rules.fields import OrderRow
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.imports.services.effects import ProblemValues
from zhike.domain.orders.rules import OrderDraft, assemble
from zhike.domain.orders.services import import_orders
from zhike.flows.intake.applying import Applied, Chunk
from zhike.flows.intake.buyers import find_buyers
from zhike.gateways.stage import Line

INCOMPLETE = Problem("order_incomplete")


@dataclass(frozen=True, slots=True)
class _Order:
    """The lines that bear one order number, as they were read, and the customer each speaks of."""

    lines: list[Line]
    rows: list[OrderRow]
    spoken: list[Spoken]


def take_orders(chunk: Chunk) -> Applied:
    """Take the orders of a chunk in. One number that speaks of several customers or days is several orders."""
    applied = Applied()
    orders = _readable(chunk, applied)
    row_of = {spoken: row for order in orders for spoken, row in zip(order.spoken, order.rows, strict=True)}
    customers, changes = find_buyers(
        row_of, creates_missing=chunk.batch.creates_missing, actor=chunk.actor, now=chunk.now
    )
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
    applied.upserted = import_orders(drafts, actor=chunk.actor, now=chunk.now)
    applied.upserted.changes += changes
    for index, (name, problem) in applied.upserted.refused.items():
        applied.failed += len(lines_of[index])
        number = drafts[index].number
        applied.problems += [chunk.problem(line.row, name, number, problem) for line in lines_of[index]]
    return applied


def _readable(chunk: Chunk, applied: Applied) -> list[_Order]:
    """The orders all of whose lines could be read; the others are refused."""
    orders: list[_Order] = []
    refused: list[Line] = []
    for group in chunk.groups:
        if any(line.values is None for line in group.lines):
            refused += group.lines
        else:
            rows = [chunk.unpack(line) for line in group.lines]
            orders.append(
                _Order(group.lines, rows, [Spoken(row.customer_external_id, row.customer_name) for row in rows])
            )
    own = chunk.own_problems(refused)
    _refuse(chunk, applied, refused, own_rows={problem[0] for problem in own})
    applied.problems += own
    return orders


def _refuse(chunk: Chunk, applied: Applied, lines: list[Line], *, own_rows: set[int]) -> None:
    """None of the lines is taken; those without a problem of their own say that another has one."""
    applied.failed += len(lines)
    applied.problems += [chunk.problem(line.row, "", "", INCOMPLETE) for line in lines if line.row not in own_rows]


def _wrong_customers(chunk: Chunk, order: _Order, customers: dict[Spoken, Match]) -> dict[int, ProblemValues]:
    """The problems of lines whose customer cannot be used, by row."""
    unusable = {spoken for spoken in set(order.spoken) if not isinstance(customers[spoken], int)}
    wrong: dict[int, ProblemValues] = {}
    for line, spoken in zip(order.lines, order.spoken, strict=True):
        if spoken in unusable:
            name = "customer_external_id" if spoken.number else "customer_name"
            match = customers[spoken]
            problem = match if isinstance(match, Problem) else Problem("customer_unknown")
            wrong[line.row] = chunk.problem(line.row, name, spoken.number or spoken.name, problem)
    return wrong


def _parts(order: _Order, customers: dict[Spoken, Match]) -> list[tuple[int, list[Line], list[OrderRow]]]:
    """The order's lines by customer and day; all of its customers are known."""
    ids = {spoken: match for spoken in set(order.spoken) if isinstance(match := customers[spoken], int)}
    parts: dict[tuple[int, date], tuple[list[Line], list[OrderRow]]] = {}
    for line, row, spoken in zip(order.lines, order.rows, order.spoken, strict=True):
        lines, rows = parts.setdefault((ids[spoken], row.ordered_on), ([], []))
        lines.append(line)
        rows.append(row)
    return [(customer, lines, rows) for (customer, _day), (lines, rows) in parts.items()]
