"""From the lines of a file to orders: what a line comes to, and what kind of order its lines make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from zhike.domain.imports.rules.amounts import LARGEST_MINOR, line_amount
from zhike.domain.imports.rules.fields import OrderRow
from zhike.domain.imports.rules.problems import Problem

ONE = Decimal(1)


class LineDraft(NamedTuple):
    """One line of an order stated as a whole. Amounts in minor units; a line without a product is only money."""

    product_code: str
    product_name: str
    category: str
    quantity: Decimal
    amount_minor: int
    cost_minor: int | None


class OrderDraft(NamedTuple):
    """An order as somebody states it, lines and all. `channel` None leaves the channel as it is."""

    customer_id: int
    number: str
    ordered_on: date
    is_return: bool
    amount_minor: int
    cost_minor: int | None
    channel: str | None
    lines: tuple[LineDraft, ...]


def read_line(row: OrderRow) -> LineDraft:
    """What a row of a file comes to.

    The amount is the given one, else quantity × unit price less the discount, rounded half up. The cost is the given
    one, else amount − profit. On a return, and where the quantity is negative, a positive amount is money going back.
    """
    quantity = row.quantity if row.quantity is not None else ONE
    amount = row.amount_minor
    if amount is None:
        assert row.unit_price is not None  # the reader of rows lets none pass that has neither
        amount = line_amount(quantity, row.unit_price, row.discount)
    cost = row.cost_minor
    if cost is None and row.profit_minor is not None:
        cost = amount - row.profit_minor
    if (row.kind == "return" or quantity < 0) and amount > 0:
        amount, cost = -amount, None if cost is None else -cost
    if row.kind == "return" and quantity > 0:
        quantity = -quantity
    name = row.product_name or row.product_code or ""
    return LineDraft(row.product_code or name[:80], name, row.category or "", quantity, amount, cost)


def assemble(customer_id: int, rows: Sequence[OrderRow]) -> OrderDraft | Problem:
    """The order that these rows, all of one number and day, state."""
    if any(row.line_number is not None for row in rows):
        rows = sorted(rows, key=lambda row: row.line_number or 0)
    lines = [read_line(row) for row in rows]
    amount = sum(line.amount_minor for line in lines)
    if abs(amount) >= LARGEST_MINOR:
        return Problem("amount_too_large")
    costs = [line.cost_minor for line in lines]
    first = rows[0]
    return OrderDraft(
        customer_id,
        first.number,
        first.ordered_on,
        is_return(lines),
        amount,
        sum(cost for cost in costs if cost is not None) if None not in costs else None,
        next((row.channel for row in rows if row.channel), None),
        tuple(line for line in lines if line.product_code),
    )


def is_return(lines: Sequence[LineDraft]) -> bool:
    """Whether more comes back than goes out: less than nothing in money, or only goods coming back for nothing."""
    amount = sum(line.amount_minor for line in lines)
    return amount < 0 or (amount == 0 and all(line.quantity < 0 for line in lines))
