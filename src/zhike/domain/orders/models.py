"""Orders with lines, products, and the counts that tell the columnar copy which months to read again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.kernel.scope import Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, classified


class Product(models.Model):
    """Something that is sold. Products without a code of their own go by their name."""

    sensitivity: ClassVar[Classes] = classified(public="code name category")

    code = models.CharField(_("product code"), max_length=80, unique=True)
    name = models.CharField(_("product"), max_length=200)
    category = models.CharField(_("category"), max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """One purchase or one return. Amounts are net, in minor units; a return's are negative.

    Shops and years may have used a number twice: a customer and a day make it one order.
    """

    scope: ClassVar[Scope] = Scope(kind="order", root="customer", root_kind="customer")
    sensitivity: ClassVar[Classes] = classified(
        internal="customer number ordered_on is_return channel cancelled_at created_at changed_at",
        finance="amount_minor cost_minor",
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("order number"), max_length=80)
    ordered_on = models.DateField(_("date"))
    is_return = models.BooleanField(_("return"), default=False)
    amount_minor = models.BigIntegerField(_("amount"))
    cost_minor = models.BigIntegerField(_("cost"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects: ClassVar[ScopedQuerySet[Order]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Order]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-ordered_on"], name="orders_order_customer"),
            models.Index(fields=["ordered_on"], name="orders_order_day"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(is_return=False) | Q(amount_minor__lte=0), name="orders_order_returns_are_negative"
            ),
            models.UniqueConstraint(fields=["number", "customer", "ordered_on"], name="orders_order_once"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product on an order."""

    sensitivity: ClassVar[Classes] = classified(
        internal="order position product quantity",
        finance="amount_minor cost_minor",
    )

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    amount_minor = models.BigIntegerField(_("amount"))
    cost_minor = models.BigIntegerField(_("cost"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_order_line_position"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"


class ChangedMonth(models.Model):
    """The state of the orders of a month: a number that no other state of theirs has.

    The columnar copy reads the month again where it finds another number than it has seen: drawn by chance and not
    counted up, so that a database restored from a backup never says the same of other orders.
    """

    sensitivity: ClassVar[Classes] = classified(internal="month revision")

    month = models.CharField(max_length=7, primary_key=True)
    revision = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.month} r{self.revision}"
