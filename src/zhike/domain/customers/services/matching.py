"""Finding the customers that the rows of a file speak of: by external number, by our number, by their exact name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from zhike.domain.customers.models import Customer
from zhike.domain.imports.rules.problems import Problem
from zhike.kernel.scope import Actor, Level


class Spoken(NamedTuple):
    """How a row names its customer; at least one of the two is there."""

    number: str | None
    name: str | None


class _Known(NamedTuple):
    """What tells customers apart."""

    pk: int
    external_id: str
    number: str
    name: str
    is_deleted: bool


#: The customer's id, None where there is no such customer, or why it cannot be told or used.
Match: TypeAlias = int | Problem | None


def match_customers(spoken: Iterable[Spoken], *, actor: Actor, kind: str, action: str) -> dict[Spoken, Match]:
    """Who is meant by each, on behalf of somebody who wants to do `action` to a record of `kind` there.

    A number is an external one, else one of ours. A name counts where exactly one customer bears it that has no other
    external number. A customer out of the actor's reach is a problem that says no more than that it cannot be used.
    """
    wanted = set(spoken)
    known = _candidates(wanted)
    found = {each: _match(each, *known) for each in wanted}
    ids = {match.pk for match in found.values() if isinstance(match, _Known)}
    reached = _within_reach(ids, actor, kind, action)
    return {each: _usable(match, reached) if isinstance(match, _Known) else match for each, match in found.items()}


def usable_customers(ids: set[int], *, actor: Actor, kind: str, action: str) -> set[int]:
    """Those of the customers that are there and on which the actor may do `action` to a record of `kind`."""
    rows = Customer.objects.for_user(actor, "view").present().filter(pk__in=ids)
    condition = replace(Customer.scope, kind=kind).condition(Customer, actor, action)
    return set((rows if condition is None else rows.filter(condition)).values_list("pk", flat=True))


def _candidates(wanted: set[Spoken]) -> tuple[dict[str, _Known], dict[str, _Known], dict[str, list[_Known]]]:
    """Customers by external number, by our number, and by name."""
    numbers = {each.number for each in wanted if each.number}
    names = {each.name for each in wanted if each.name}
    rows = Customer.objects.unscoped("rows name customers; those out of reach are sorted out afterwards").values_list(
        "pk", "external_id", "number", "name", "deleted_at"
    )

    def read(**condition: set[str]) -> list[_Known]:
        return [
            _Known(pk, external_id, number, name, deleted_at is not None)
            for pk, external_id, number, name, deleted_at in rows.filter(**condition).order_by("pk")
        ]

    by_external_id = {each.external_id: each for each in read(external_id__in=numbers)} if numbers else {}
    by_number = {each.number: each for each in read(number__in=numbers)} if numbers else {}
    by_name: dict[str, list[_Known]] = defaultdict(list)
    for each in read(name__in=names) if names else ():
        by_name[each.name].append(each)
    return by_external_id, by_number, by_name


def _match(
    each: Spoken, by_external_id: dict[str, _Known], by_number: dict[str, _Known], by_name: dict[str, list[_Known]]
) -> _Known | Problem | None:
    if each.number:
        known = by_external_id.get(each.number) or by_number.get(each.number)
        if known:
            return known
    if not each.name:
        return None
    namesakes = [
        known
        for known in by_name.get(each.name, ())
        if not known.is_deleted and not (each.number and known.external_id)
    ]
    if len(namesakes) > 1:
        return Problem("customer_ambiguous", {"name": each.name, "count": len(namesakes)})
    return namesakes[0] if namesakes else None


def _usable(known: _Known, reached: set[int]) -> Match:
    if known.pk not in reached:
        return Problem("customer_out_of_reach")
    return Problem("customer_deleted", {"name": known.name}) if known.is_deleted else known.pk


def _within_reach(ids: set[int], actor: Actor, kind: str, action: str) -> set[int]:
    """Those of the customers on which the actor may do `action` to a record of `kind`."""
    if actor.level("customer", "view") == actor.level(kind, action) == Level.ALL:
        return ids
    rows = Customer.objects.for_user(actor, "view").filter(pk__in=ids)
    condition = replace(Customer.scope, kind=kind).condition(Customer, actor, action)
    return set((rows if condition is None else rows.filter(condition)).values_list("pk", flat=True))
