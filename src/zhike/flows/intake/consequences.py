"""What orders that came in mean at once: the few customers of a small file are graded anew, many wait for the night."""

from __future__ import annotations

from datetime import datetime

from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.services.one_customer import reevaluate
from zhike.kernel.clock import local_date

MOST_AT_ONCE = 200


def reevaluate_few(batch: Batch, *, now: datetime) -> int | None:
    """Grade the customers whose orders the batch wrote, if they are few; says how many, None where they are many."""
    written = batch.record_changes.filter(kind="order").values("object_id")
    orders = Order.objects.unscoped("what the batch wrote, whoever may see it").filter(pk__in=written)
    customers = list(orders.order_by().values_list("customer_id", flat=True).distinct()[: MOST_AT_ONCE + 1])
    if batch.is_dry_run or len(customers) > MOST_AT_ONCE:
        return None
    for customer_id in customers:
        reevaluate(customer_id=customer_id, as_of=local_date(now))
    return len(customers)
