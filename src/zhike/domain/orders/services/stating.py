"""Orders that a person or a program states or cancels, each change with its row on the trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.domain.imports.rules.changes import Upserted
from zhike.domain.orders.models import Order
from zhike.domain.orders.rules import OrderDraft
from zhike.domain.orders.services.months import mark_months
from zhike.domain.orders.services.upsert import upsert_orders
from zhike.kernel import trail
from zhike.kernel.errors import Denied
from zhike.kernel.scope import Actor


@transaction.atomic
def state_orders(drafts: Sequence[OrderDraft], *, actor: Actor, now: datetime) -> Upserted:
    """Make or replace whole orders, as `upsert_orders` does, and put every one that changed on the trail."""
    done = upsert_orders(drafts, actor=actor, now=now)
    changes = {change.object_id: change for change in done.changes if change.kind == "order"}
    rows = _written(changes)
    made: list[tuple[int, int | None, trail.Changes]] = []
    changed: list[tuple[int, int | None, trail.Changes]] = []
    for pk, customer_id, number in rows.order_by("pk").values_list("pk", "customer_id", "number"):
        before, after = changes[pk].before, changes[pk].after
        if before is None or after is None:
            made.append((pk, customer_id, {"number": [None, number]}))
        else:
            changed.append((pk, customer_id, {name: [before[name], value] for name, value in after.items()}))
    trail.record_many(made, verb="created", kind="order", actor=actor, now=now)
    trail.record_many(changed, verb="changed", kind="order", actor=actor, now=now)
    return done


@transaction.atomic
def import_orders(drafts: Sequence[OrderDraft], *, actor: Actor, now: datetime) -> Upserted:
    """Make or replace the orders of a file; those that changed leave a line each, those made stand on the batch's own.

    Lines of an order are counted: what stood on them is with the batch.
    """
    done = upsert_orders(drafts, actor=actor, now=now)
    changes = {each.object_id: each for each in done.changes if each.kind == "order" and each.before is not None}
    rows = _written(changes)
    changed: list[tuple[int, int | None, trail.Changes]] = []
    for pk, customer_id in rows.order_by("pk").values_list("pk", "customer_id") if changes else ():
        before, after = changes[pk].before or {}, changes[pk].after or {}
        pairs: trail.Changes = {name: [before[name], value] for name, value in after.items()}
        if "lines" in pairs:
            pairs["lines"] = [len(lines) for lines in pairs["lines"]]
        changed.append((pk, customer_id, pairs))
    trail.record_many(changed, verb="imported", kind="order", actor=actor, now=now)
    return done


def _written(ids: Iterable[int]) -> QuerySet[Order]:
    return Order.objects.unscoped("the orders that were just written").filter(pk__in=list(ids))


@transaction.atomic
def cancel_order(*, order: Order, actor: Actor, now: datetime) -> bool:
    """Let an order count no longer; it stays to be read. Says whether it counted before.

    Raises Denied where the actor may not delete it.
    """
    rows = Order.objects.for_user(actor, "delete").select_for_update(of=("self",))
    found = rows.filter(pk=order.pk).first()
    if found is None:
        raise Denied(_("You may see this order, but not cancel it. Ask your administrator if you need to."))
    if found.cancelled_at is not None:
        return False
    found.cancelled_at = found.changed_at = now
    found.save(update_fields=["cancelled_at", "changed_at"])
    mark_months([found.ordered_on])
    trail.record(
        verb="cancelled",
        kind="order",
        object_id=found.pk,
        customer_id=found.customer_id,
        actor=actor,
        now=now,
        changes={"cancelled_at": [None, now]},
        note=found.number,
    )
    return True
