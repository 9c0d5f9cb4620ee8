"""What came in means at once: few customers are graded and planned anew, many wait for the night."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.db import DatabaseError

from zhike.domain.care.services import replan
from zhike.domain.customers.models import Customer
from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.services import reevaluate
from zhike.kernel.clock import local_date
from zhike.kernel.retrying import retried

MOST_AT_ONCE = 200

_log = logging.getLogger(__name__)


def reevaluate_few(batch: Batch, *, now: datetime) -> int | None:
    """Grade and plan the customers whose file or orders the batch wrote, if they are few.

    Says how many, None where the night does it: they are many, or the database would not let them be graded now. What
    was imported stands all the same.
    """
    if batch.is_dry_run:
        return None
    customers = _written(batch)
    if len(customers) > MOST_AT_ONCE:
        return None
    today = local_date(now)
    try:
        for customer_id in customers:
            retried(partial(reevaluate, customer_id=customer_id, as_of=today))
        if customers:
            retried(partial(replan, customer_ids=customers, as_of=today, now=now))
    except DatabaseError:
        _log.exception("the customers of import %s wait for the night", batch.pk)
        return None
    return len(customers)


def ownerless_of(batch: Batch) -> int:
    """How many of the customers that the batch made belong to nobody."""
    made = batch.record_changes.filter(kind="customer", before__isnull=True).values("object_id")
    rows = Customer.objects.unscoped("what the batch made, whoever may see it").present()
    return rows.filter(pk__in=made, owner__isnull=True).count()


def _written(batch: Batch) -> list[int]:
    """The customers concerned, at most one more than are settled at once."""
    written = batch.record_changes.filter(kind="order").values("object_id")
    orders = Order.objects.unscoped("what the batch wrote, whoever may see it").filter(pk__in=written)
    buyers = orders.order_by().values_list("customer_id", flat=True).distinct()[: MOST_AT_ONCE + 1]
    files = batch.record_changes.filter(kind="customer").values_list("object_id", flat=True)[: MOST_AT_ONCE + 1]
    return sorted({*buyers, *files})
