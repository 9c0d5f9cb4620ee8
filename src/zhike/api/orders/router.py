"""Orders: list, one, state one or many, cancel."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhike.api.lists import Paging, page
from zhike.api.masks import MaskedRow, shown_page
from zhike.api.orders.schemas import (
    MOST_ORDERS,
    Malformed,
    NewOrder,
    OrderFile,
    OrderIn,
    OrderPage,
    OrdersIn,
    OrdersOut,
    RefusalOut,
)
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Day, Id, Moment
from zhike.api.writes import IdempotencyKey, answer_once
from zhike.domain.orders.models import Order
from zhike.domain.orders.queries import order_file, present_orders
from zhike.flows import ordering
from zhike.kernel import clock
from zhike.kernel.scope import sight_of

router = Router(tags=["orders"])


class OrderQuery(Schema):
    """Narrows the list."""

    customer_id: Id | None = None
    number: str = Field("", max_length=80)
    ordered_from: Day | None = None
    ordered_to: Day | None = None
    is_return: bool | None = None
    changed_since: Moment | None = None


@router.get("/", response={200: OrderPage, **PROBLEMS}, summary="List orders")
def list_orders(request: CallerRequest, narrowing: Query[OrderQuery], paging: Paging) -> dict[str, Any]:
    """Orders and returns of the customers that the token's person may see, by id; cancelled ones among them."""
    wanted = {
        "customer_id": narrowing.customer_id,
        "number": narrowing.number or None,
        "ordered_on__gte": narrowing.ordered_from,
        "ordered_on__lte": narrowing.ordered_to,
        "is_return": narrowing.is_return,
        "changed_at__gte": narrowing.changed_since,
    }
    rows = present_orders(request.auth).filter(**{name: value for name, value in wanted.items() if value is not None})
    return shown_page(request, page(rows, paging, lambda kept: kept.select_related("customer")))


@router.post("/", response={200: OrderFile, 201: OrderFile, **PROBLEMS}, summary="State an order")
def state_order(request: CallerRequest, payload: NewOrder, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Makes the order (201), or brings the one that is there in line with it (200)."""

    def perform() -> tuple[int, Schema]:
        order, is_new = ordering.state_order(
            _order(payload), creates_missing=payload.create_missing, actor=request.auth, now=clock.now()
        )
        return 201 if is_new else 200, OrderFile.from_orm(_shown(request, order))

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("order", "create"),
        find=lambda first: order_file(request.auth, first["id"]),
    )


@router.post("/bulk/", response={200: OrdersOut, **PROBLEMS}, summary=f"State up to {MOST_ORDERS} orders")
def state_orders(request: CallerRequest, payload: OrdersIn, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Makes or replaces whole orders in one transaction; what is wrong with one of them refuses that one alone."""

    def perform() -> tuple[int, Schema]:
        given: list[OrderIn | Malformed] = list(payload.orders)
        readable = {place: order for place, order in enumerate(given) if isinstance(order, OrderIn)}
        done = ordering.state_orders(
            [_order(order) for order in readable.values()],
            creates_missing=payload.create_missing,
            actor=request.auth,
            now=clock.now(),
        )
        places = list(readable)
        refused = [RefusalOut(index=places[each.index], field=each.field, detail=each.detail) for each in done.refused]
        for place, order in enumerate(given):
            if isinstance(order, Malformed):
                refused.append(RefusalOut(index=place, field=order.field, detail=order.detail))
        refused.sort(key=lambda refusal: refusal.index)
        counts = {"created": done.created, "updated": done.updated, "unchanged": done.unchanged}
        return 200, OrdersOut(**counts, refused=refused)

    return answer_once(request, idempotency_key, perform, right=("order", "create"), find=lambda _first: None)


@router.get("/{int:order_id}/", response={200: OrderFile, **PROBLEMS}, summary="Read an order")
def read_order(request: CallerRequest, order_id: int) -> MaskedRow:
    """One order with its lines."""
    return _shown(request, order_file(request.auth, order_id))


@router.delete("/{int:order_id}/", response={204: None, **PROBLEMS}, summary="Cancel an order")
def cancel_order(request: CallerRequest, order_id: int) -> Status[None]:
    """Lets the order count no longer; it stays to be read, with `cancelled_at`."""
    ordering.cancel(order=order_file(request.auth, order_id), actor=request.auth, now=clock.now())
    return Status(204, None)


class _MaskedOrder(MaskedRow):
    """An order whose lines are shown as it is itself."""

    __slots__ = ()

    @property
    def lines(self) -> list[MaskedRow]:
        return [MaskedRow(line, self.sight) for line in self.row.lines.all()]


def _shown(request: CallerRequest, order: Order) -> _MaskedOrder:
    return _MaskedOrder(order, sight_of(request.auth, order.customer))


def _order(stated: OrderIn) -> ordering.StatedOrder:
    return ordering.StatedOrder(
        number=stated.number,
        ordered_on=stated.ordered_on,
        customer_id=stated.customer_id,
        customer_number=stated.customer or "",
        customer_name=stated.customer_name or "",
        is_return=stated.is_return,
        amount_minor=stated.amount_minor,
        cost_minor=stated.cost_minor,
        channel=stated.channel,
        lines=[ordering.StatedLine(**line.model_dump()) for line in stated.lines],
    )
