"""What an order looks like to a program."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from ninja import Schema
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from zhike.api.bodies import Given
from zhike.api.masks import MaskedSchema
from zhike.api.values import Day, Id, Identifier, Line, Minor
from zhike.domain.orders.models import OrderLine

MOST_ORDERS = 1000
MOST_LINES = 1000
_ONLY_READ = frozenset({"id", "cancelled_at", "created_at", "changed_at", "masked"})


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


class LineIn(Given):
    """One product on an order that is stated."""

    product_code: Identifier = Field(
        "", max_length=80, description="Its name stands in for a code where there is none."
    )
    product_name: Line = Field("", max_length=200)
    category: Line = Field("", max_length=80)
    quantity: Annotated[Decimal, Field(gt=-(10**11), lt=10**11, decimal_places=3)] = Decimal(1)
    amount_minor: Minor
    cost_minor: Minor | None = None


class OrderIn(Given):
    """A whole order, each time it is stated.

    The customer is named by `customer_id`, else by `customer` (external number or our own, such as C202405001), else by
    the exact `customer_name`. An order is its number, customer and day: the same number for another customer or on
    another day is another order. On a return, positive amounts are money going back.
    """

    number: Identifier = Field(min_length=1, max_length=80)
    ordered_on: Day
    customer_id: Id | None = None
    customer: Annotated[Identifier, Field(max_length=80)] | None = None
    customer_name: Annotated[Line, Field(max_length=200)] | None = None
    is_return: bool = False
    amount_minor: Minor | None = Field(None, description="Only needed where there are no lines.")
    cost_minor: Minor | None = Field(None, description="Counts only where there are no lines.")
    channel: Line | None = Field(None, max_length=40, description="Left as it is where it is left out.")
    lines: list[LineIn] = Field([], max_length=MOST_LINES)

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_read(cls, data: Any) -> Any:
        """An order that was read may be stated as it is: what nobody can change about it says nothing."""
        return (
            {name: value for name, value in data.items() if name not in _ONLY_READ} if isinstance(data, dict) else data
        )


class NewOrder(OrderIn):
    """A whole order, and whether its customer may be made."""

    create_missing: bool = Field(False, description="Open a file for a customer that does not exist yet.")


class Malformed(NamedTuple):
    """What cannot be read as an order: the field that is wrong, and why."""

    field: str
    detail: str


def _judged_alone(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """The order, or what is wrong with it: one that cannot be read keeps none of the others out."""
    try:
        return read(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return Malformed(".".join(map(str, first["loc"])), first["msg"])


class OrdersIn(Given):
    """Some whole orders."""

    orders: list[Annotated[OrderIn, WrapValidator(_judged_alone)]] = Field(min_length=1, max_length=MOST_ORDERS)
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
