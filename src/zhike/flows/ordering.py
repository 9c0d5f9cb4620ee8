"""Orders stated or cancelled, one or many: each written as a whole, and their customers evaluated at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.care.services import replan
from zhike.domain.customers.services.matching import Match, Spoken, usable_customers
from zhike.domain.imports.queries import sentence
from zhike.domain.imports.rules.fields import OrderRow
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.orders import services
from zhike.domain.orders.models import Order
from zhike.domain.orders.queries import customers_of, order_of
from zhike.domain.orders.rules import OrderDraft, assemble
from zhike.domain.segmentation.services import reevaluate
from zhike.flows.intake.buyers import find_buyers
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Refused
from zhike.kernel.retrying import retried
from zhike.kernel.scope import Actor

MOST_AT_ONCE = 200
"""Customers evaluated in the transaction that wrote their orders; where there are more, the night does it."""


@dataclass(frozen=True, kw_only=True)
class StatedLine:
    """One product on an order. Amounts in minor units."""

    product_code: str
    product_name: str
    category: str
    quantity: Decimal
    amount_minor: int
    cost_minor: int | None


@dataclass(frozen=True, kw_only=True)
class StatedOrder:
    """An order as somebody states it: all of it, each time.

    The customer is named by its id, or by its external or own number, or by its name. Without lines the order is one
    amount; with lines an amount, where given, is the sum of theirs.
    """

    number: str
    ordered_on: date
    customer_id: int | None = None
    customer_number: str = ""
    customer_name: str = ""
    is_return: bool = False
    amount_minor: int | None = None
    cost_minor: int | None = None
    channel: str | None = None
    lines: Sequence[StatedLine] = ()

    @property
    def customer(self) -> Spoken:
        return Spoken(self.customer_number or None, self.customer_name or None)


@dataclass(frozen=True)
class Refusal:
    """Why one of the stated orders was not taken: its place among them, the field, and a sentence."""

    index: int
    field: str
    detail: str


@dataclass
class Ordered:
    """How many orders were made, changed and left as they were, and those that were refused.

    `drafts` are the orders that were written or found the same, by their place among those stated.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    drafts: dict[int, OrderDraft] = field(default_factory=dict)

    def refuse(self, index: int, name: str, problem: Problem) -> None:
        self.refused.append(Refusal(index, name, sentence(problem.code, problem.parameters)))


def state_orders(stated: Sequence[StatedOrder], *, creates_missing: bool, actor: Actor, now: datetime) -> Ordered:
    """Make the orders that are not there, replace those that differ, evaluate their customers; one transaction.

    What is wrong with one order refuses that order alone.
    """
    return retried(partial(_state, stated, creates_missing=creates_missing, actor=actor, now=now))


@transaction.atomic
def state_order(stated: StatedOrder, *, creates_missing: bool, actor: Actor, now: datetime) -> tuple[Order, bool]:
    """The order with its lines, made or brought in line with what is stated, and whether it is new. Raises Refused."""
    done = state_orders([stated], creates_missing=creates_missing, actor=actor, now=now)
    for refusal in done.refused:
        raise Refused(refusal.detail, field=refusal.field)
    draft = done.drafts[0]
    order = order_of(actor, number=draft.number, customer_id=draft.customer_id, ordered_on=draft.ordered_on)
    return order, done.created == 1


@transaction.atomic
def cancel(*, order: Order, actor: Actor, now: datetime) -> None:
    """Let an order count no longer, and evaluate its customer. Raises Denied."""
    if services.cancel_order(order=order, actor=actor, now=now):
        _evaluate([order.customer_id], now=now)


@transaction.atomic
def _state(stated: Sequence[StatedOrder], *, creates_missing: bool, actor: Actor, now: datetime) -> Ordered:
    done = Ordered()
    customers = _customers(stated, creates_missing=creates_missing, actor=actor, now=now)
    for index, order in enumerate(stated):
        draft = _draft(order, customers[index])
        if isinstance(draft, OrderDraft):
            done.drafts[index] = draft
        else:
            done.refused.append(Refusal(index, *draft))
    _refuse_repeated(done)
    places = list(done.drafts)
    upserted = services.state_orders([done.drafts[place] for place in places], actor=actor, now=now)
    done.created, done.updated, done.unchanged = upserted.created, upserted.updated, upserted.unchanged
    for place, (name, problem) in upserted.refused.items():
        done.refuse(places[place], name, problem)
        del done.drafts[places[place]]
    done.refused.sort(key=lambda refusal: refusal.index)
    _evaluate(customers_of(change.object_id for change in upserted.changes if change.kind == "order"), now=now)
    return done


def _customers(stated: Sequence[StatedOrder], *, creates_missing: bool, actor: Actor, now: datetime) -> list[Match]:
    """Whose order each is: an id, None where there is no such customer, or why it cannot be used."""
    given = {order.customer_id for order in stated if order.customer_id is not None}
    usable = usable_customers(given, actor=actor, kind="order", action="create")
    rows = {order.customer: _row(order) for order in stated if order.customer_id is None and any(order.customer)}
    buyers, _changes = find_buyers(rows, creates_missing=creates_missing, actor=actor, now=now)
    return [
        buyers.get(order.customer)
        if order.customer_id is None
        else order.customer_id
        if order.customer_id in usable
        else None
        for order in stated
    ]


def _draft(order: StatedOrder, customer: Match) -> OrderDraft | tuple[str, str]:
    """The order as it can be written; or the field that is wrong, and why."""
    if not isinstance(customer, int):
        problem = customer or Problem("customer_unknown")
        name = "customer_id" if order.customer_id is not None else "customer"
        # Somebody else's customer and none at all look the same.
        code = "customer_unknown" if problem.code == "customer_out_of_reach" else problem.code
        return name, sentence(code, problem.parameters)
    if not order.lines and order.amount_minor is None:
        return "amount_minor", _("Give the order its lines, or an amount where there are none.")
    draft = assemble(customer, [_row(order, line) for line in order.lines] or [_row(order)])
    if isinstance(draft, Problem):
        return "amount_minor", sentence(draft.code, draft.parameters)
    if order.lines and order.amount_minor is not None and abs(order.amount_minor) != abs(draft.amount_minor):
        return "amount_minor", _("The amount is not the sum of the lines: correct one of them, or leave it out.")
    return draft


def _row(order: StatedOrder, line: StatedLine | None = None) -> OrderRow:
    """The order's line, or an order without lines, as a row of a file would state it."""
    values = {
        "number": order.number,
        "ordered_on": order.ordered_on,
        "customer_external_id": order.customer_number or None,
        "customer_name": order.customer_name or None,
        "kind": "return" if order.is_return else None,
        "channel": order.channel,
        "amount_minor": line.amount_minor if line else order.amount_minor,
        "cost_minor": line.cost_minor if line else order.cost_minor,
    }
    if line:
        values |= {
            "product_code": line.product_code or None,
            "product_name": line.product_name or None,
            "category": line.category or None,
            "quantity": line.quantity,
        }
    return OrderRow(**{name: values.get(name) for name in OrderRow._fields})  # type: ignore[arg-type]  # number, day are there


def _refuse_repeated(done: Ordered) -> None:
    """Of what is one order by number, customer and day, only the first is taken."""
    seen: set[tuple[str, int, date]] = set()
    for index, draft in list(done.drafts.items()):
        key = draft.number, draft.customer_id, draft.ordered_on
        if key in seen:
            text = _("This order stands in the request already: state each order once.")
            done.refused.append(Refusal(index, "number", text))
            del done.drafts[index]
        seen.add(key)


def _evaluate(customer_ids: Iterable[int], *, now: datetime) -> None:
    today = local_date(now)
    wanted = sorted(customer_ids)
    if len(wanted) > MOST_AT_ONCE:
        return
    moved = [pk for pk in wanted if reevaluate(customer_id=pk, as_of=today)]
    if moved:
        replan(as_of=today, now=now, customer_ids=moved)
