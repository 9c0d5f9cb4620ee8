"""What an order looks like to a program."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from zhike.api.masks import MaskedSchema
from zhike.api.values import Day, Id, Identifier, Line, Minor
from zhike.domain.orders.models import OrderLine

MOST_ORDERS = 1000
MOST_LINES = 1000


class LineOut(Schema):
    """One product on an order."""

    product_code: str
    product_name: str
    category: str
    quantity: Decimal
    amount_minor: int | None
    cost_minor: int | None

    @staticmethod
    def resolve_product_code(line: OrderLine) -> str:
        return line.product.code

    @staticmethod
    def resolve_product_name(line: OrderLine) -> str:
        return line.product.name

    @staticmethod
    def resolve_category(line: OrderLine) -> str:
        return line.product.category


class OrderOut(MaskedSchema):
    """One purchase or one return. Amounts are net, in minor units (分); those of a return are negative.

    They are null for callers who may not see amounts of money.
    """

    id: int
    customer_id: int
    number: str
    ordered_on: date
    is_return: bool
    amount_minor: int | None
    cost_minor: int | None
    channel: str
    cancelled_at: datetime | None
    created_at: datetime
    changed_at: datetime


class OrderFile(OrderOut):
    """An order with its lines."""

    lines: list[LineOut]


class OrderPage(Schema):
    """A page of orders."""

    items: list[OrderOut]
    next: str | None


class LineIn(Schema):
    """One product on an order that is stated."""

    product_code: Identifier = Field(
        "", max_length=80, description="Its name stands in for a code where there is none."
    )
    product_name: Line = Field("", max_length=200)
    category: Line = Field("", max_length=80)
    quantity: Annotated[Decimal, Field(gt=-(10**11), lt=10**11, decimal_places=3)] = Decimal(1)
    amount_minor: Minor
    cost_minor: Minor | None = None


class OrderIn(Schema):
    """A whole order, each time it is stated.

    The customer is named by `customer_id`, else by `customer` (external number or our own, such as C202405001), else by
    the exact `customer_name`. An order is its number, customer and day: the same number for another customer or on
    another day is another order. On a return, positive amounts are money going back.
    """

    number: Identifier = Field(min_length=1, max_length=80)
    ordered_on: Day
    customer_id: Id | None = None
    customer: Identifier = Field("", max_length=80)
    customer_name: Line = Field("", max_length=200)
    is_return: bool = False
    amount_minor: Minor | None = Field(None, description="Only needed where there are no lines.")
    cost_minor: Minor | None = Field(None, description="Counts only where there are no lines.")
    channel: Line | None = Field(None, max_length=40, description="Left as it is where it is left out.")
    lines: list[LineIn] = Field([], max_length=MOST_LINES)


class NewOrder(OrderIn):
    """A whole order, and whether its customer may be made."""

    create_missing: bool = Field(False, description="Open a file for a customer that does not exist yet.")


class OrdersIn(Schema):
    """Some whole orders."""

    orders: list[OrderIn] = Field(min_length=1, max_length=MOST_ORDERS)
    create_missing: bool = Field(False, description="Open files for customers that do not exist yet.")


class RefusalOut(Schema):
    """Why one of the orders was not taken."""

    index: int = Field(description="Its place among those sent, from 0 on.")
    field: str
    detail: str


class OrdersOut(Schema):
    """What came of the orders. The ones refused are as they were; all others are written."""

    created: int
    updated: int
    unchanged: int
    refused: list[RefusalOut]
