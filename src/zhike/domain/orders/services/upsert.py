"""Whole orders by the thousand: each is made, replaced where it differs, or left as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from django.db import transaction

from zhike.domain.imports.rules.changes import Change, Upserted
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.orders.models import Order, OrderLine
from zhike.domain.orders.rules import OrderDraft
from zhike.domain.orders.services.months import mark_months
from zhike.domain.orders.services.products import product_ids
from zhike.kernel.bulk import insert_rows, reserve_ids
from zhike.kernel.scope import Actor, Level

#: product id, quantity, amount, cost
LineValues: TypeAlias = tuple[int, Decimal, int, int | None]

_HEADER = ("number", "customer", "ordered_on", "is_return", "amount_minor", "cost_minor", "channel")
_LINE = ("order", "position", "product", "quantity", "amount_minor", "cost_minor")


class Stored(NamedTuple):
    """An order as it stands in the database."""

    pk: int
    number: str
    customer: int
    ordered_on: date
    is_return: bool
    amount_minor: int
    cost_minor: int | None
    channel: str
    cancelled_at: datetime | None


@transaction.atomic
def upsert_orders(drafts: Sequence[OrderDraft], *, actor: Actor, now: datetime) -> Upserted:
    """Make the orders that aren't there, replace those that differ, and mark the months that changed.

    The customers must be within the actor's reach. A draft means the order of its number, customer and day, whatever
    else bears the number: so files may come in any order, and none takes anything from another's orders. A draft
    without any cost leaves the costs of lines that are otherwise the same. What has been cancelled stays so.
    """
    done = Upserted()
    products = product_ids((line for draft in drafts for line in draft.lines), done.changes)
    targets = _pair(drafts, actor)
    lines = _stored_lines([target.pk for target in targets.values() if isinstance(target, Stored)])
    new: list[tuple[OrderDraft, list[LineValues]]] = []
    days: list[date] = []
    may_create = actor.level("order", "create") > Level.NONE
    for index, draft in enumerate(drafts):
        target = targets.get(index)
        stated = [(products[line.product_code], *line[3:]) for line in draft.lines]
        if isinstance(target, Problem):
            done.refused[index] = ("number", target)
        elif target is not None:
            days += _replace(target, lines[target.pk], draft, stated, done, now)
        elif may_create:
            new.append((draft, stated))
        else:
            done.refused[index] = ("number", Problem("order_not_yours_to_create"))
    days += _create(new, done, now)
    mark_months(days)
    return done


def _pair(drafts: Sequence[OrderDraft], actor: Actor) -> dict[int, Stored | Problem]:
    """Which stored order each draft, by its index, means."""
    numbers = {draft.number for draft in drafts}
    rows = Order.objects.unscoped("numbers are compared with all orders; those out of reach are sorted out below")
    found = rows.filter(number__in=numbers).values_list("pk", *_HEADER, "cancelled_at")
    stored = {(each.number, each.customer, each.ordered_on): each for each in (Stored(*row) for row in found)}
    keys = [(draft.number, draft.customer_id, draft.ordered_on) for draft in drafts]
    reached = _within_reach([stored[key].pk for key in keys if key in stored], actor)
    return {
        index: _usable(stored[key]) if stored[key].pk in reached else Problem("order_out_of_reach")
        for index, key in enumerate(keys)
        if key in stored
    }


def _usable(stored: Stored) -> Stored | Problem:
    return stored if stored.cancelled_at is None else Problem("order_cancelled")


def _within_reach(ids: list[int], actor: Actor) -> set[int]:
    if not ids or actor.level("customer", "view") == actor.level("order", "edit") == Level.ALL:
        return set(ids)
    return set(Order.objects.for_user(actor, "edit").filter(pk__in=ids).values_list("pk", flat=True))


def _stored_lines(order_ids: list[int]) -> dict[int, list[LineValues]]:
    lines: dict[int, list[LineValues]] = {pk: [] for pk in order_ids}
    rows = OrderLine.objects.filter(order_id__in=order_ids).order_by("order_id", "position")
    for order_id, *values in rows.values_list("order_id", "product_id", *_LINE[3:]):
        lines[order_id].append(tuple(values))
    return lines


def _create(new: Sequence[tuple[OrderDraft, list[LineValues]]], done: Upserted, now: datetime) -> Iterable[date]:
    if not new:
        return []
    ids = reserve_ids(Order, len(new))
    insert_rows(
        Order,
        ("id", *_HEADER, "created_at", "changed_at"),
        ((pk, *_header(draft), now, now) for pk, (draft, _lines) in zip(ids, new, strict=True)),
    )
    _insert_lines((pk, lines) for pk, (_draft, lines) in zip(ids, new, strict=True))
    done.created += len(new)
    done.changes += [Change("order", pk) for pk in ids]
    return {draft.ordered_on for draft, _lines in new}


def _header(draft: OrderDraft) -> tuple[Any, ...]:
    customer_id, number, ordered_on, is_return, amount_minor, cost_minor, channel, _lines = draft
    return number, customer_id, ordered_on, is_return, amount_minor, cost_minor, channel or ""


def _insert_lines(orders: Iterable[tuple[int, list[LineValues]]]) -> None:
    insert_rows(
        OrderLine,
        _LINE,
        ((pk, position, *line) for pk, lines in orders for position, line in enumerate(lines, 1)),
    )


def _replace(
    stored: Stored,
    stored_lines: list[LineValues],
    draft: OrderDraft,
    stated_lines: list[LineValues],
    done: Upserted,
    now: datetime,
) -> Iterable[date]:
    """Write what differs; the day whose month that touches, if any."""
    states_costs = draft.cost_minor is not None or any(line[3] is not None for line in stated_lines)
    compared = slice(None) if states_costs else slice(3)
    has_other_lines = [line[compared] for line in stored_lines] != [line[compared] for line in stated_lines]
    stated: dict[str, Any] = {"is_return": draft.is_return, "amount_minor": draft.amount_minor}
    if states_costs or has_other_lines:
        stated["cost_minor"] = draft.cost_minor
    if draft.channel is not None:
        stated["channel"] = draft.channel
    differences = {
        name: [getattr(stored, name), value] for name, value in stated.items() if getattr(stored, name) != value
    }
    if not differences and not has_other_lines:
        done.unchanged += 1
        return []
    values = {name: after for name, (_before, after) in differences.items()}
    rows = Order.objects.unscoped("the order was found within the actor's reach")
    rows.filter(pk=stored.pk).update(**values, changed_at=now)
    if has_other_lines:
        OrderLine.objects.filter(order_id=stored.pk).delete()
        _insert_lines([(stored.pk, stated_lines)])
        differences["lines"] = [stored_lines, stated_lines]
    done.updated += 1
    done.changes.append(Change.of("order", stored.pk, differences))
    return [stored.ordered_on]
