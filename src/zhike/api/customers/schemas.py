"""What a customer looks like to a program."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import ModelSchema, Schema
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.masks import MaskedSchema
from zhike.api.values import Minor, Moment
from zhike.domain.customers.models import Customer


class CustomerOut(MaskedSchema, ModelSchema):
    """One customer. Amounts are whole minor units (分); the address is masked, `reveal` shows it."""

    owner: str | None = Field(None, description="E-mail address of the owner.")
    department: str | None = None
    tags: list[str] = []
    extra: dict[str, Any] | None
    note: str | None

    class Meta:
        model = Customer
        fields = (
            "id", "number", "external_id", "kind", "name", "industry", "employees", "yearly_revenue_minor",
            "founded_on", "main_business", "region", "address", "credit_code", "source", "lifecycle", "strategic",
            "payment_method", "cooperation_started_on", "profit_margin", "created_at", "changed_at",
        )  # fmt: skip

    @staticmethod
    def resolve_owner(customer: Customer) -> str | None:
        return customer.owner.email if customer.owner else None

    @staticmethod
    def resolve_department(customer: Customer) -> str | None:
        return customer.department.name if customer.department else None

    @staticmethod
    def resolve_tags(customer: Customer) -> list[str]:
        return sorted(tag.name for tag in customer.tags.all())


class CustomerFields(Given):
    """What may be written; what is left out stays as it is."""

    external_id: str = Field("", max_length=80)
    kind: Customer.Kind = Customer.Kind.COMPANY
    industry: str = Field("", max_length=80, description="GB/T 4754 code such as C35, or its name.")
    employees: int | None = Field(None, ge=0, le=2**31 - 1)
    yearly_revenue_minor: Minor | None = None
    founded_on: date | None = None
    main_business: str = Field("", max_length=200)
    region: str = Field("", max_length=80)
    address: str = Field("", max_length=200)
    credit_code: str = Field("", max_length=18)
    source: Customer.Source | None = None
    lifecycle: Customer.Lifecycle = Customer.Lifecycle.NEW
    strategic: Customer.Strategic = Customer.Strategic.NO
    payment_method: str = Field("", max_length=80)
    cooperation_started_on: date | None = None
    profit_margin: Annotated[Decimal, Field(ge=-9999, le=9999, decimal_places=2)] | None = None
    owner: str | None = Field(None, max_length=254, description="E-mail address; null for nobody.")
    extra: dict[str, Any] = {}
    note: str = Field("", max_length=20_000)


class CustomerIn(CustomerFields):
    """A new customer: a name is enough."""

    name: str = Field(min_length=1, max_length=200)


class CustomerPatch(CustomerFields):
    """Changes to a customer."""

    name: str = Field("", max_length=200)
    seen_at: Moment | None = Field(
        None, description="The `changed_at` that the change is based on: 409 if somebody has changed it since."
    )


class CustomerPage(Schema):
    """A page of customers."""

    items: list[CustomerOut]
    next: str | None
