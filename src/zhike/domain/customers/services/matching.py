"""Finding the customers that the rows of a file speak of: by external number, by our number, by their exact name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeAlias

from zhike.domain.customers.models import Customer, CustomerQuerySet
from zhike.domain.imports.rules.problems import Problem
from zhike.kernel.scope import Actor, Level
from zhike.kernel.vault.index import indexed


class Spoken(NamedTuple):
    """How a row names its customer; at least one of the two is there."""

    number: str | None
    name: str | None


class _Known(NamedTuple):
    """What tells customers apart."""

    pk: int
    external_id: str
    number: str
    is_deleted: bool


#: The customer's id, None where there is no such customer, or why it cannot be told or used.
Match: TypeAlias = int | Problem | None


def match_customers(spoken: Iterable[Spoken], *, actor: Actor, kind: str, action: str) -> dict[Spoken, Match]:
    """Who is meant by each, on behalf of somebody who wants to do `action` to a record of `kind` there.

    A number is an external one, else one of ours. A name counts where exactly one customer within reach bears it that
    has no other external number. A customer out of the actor's reach is a problem that says no more than that it
    cannot be used.
    """
    wanted = set(spoken)
    known = _candidates(wanted)
    found = {each: _meant(each, *known) for each in wanted}
    ids = {candidate.pk for candidates in found.values() for candidate in candidates}
    reached = _within_reach(ids, actor, kind, action)
    return {each: _match(candidates, reached, each) for each, candidates in found.items()}


def usable_customers(ids: set[int], *, actor: Actor, kind: str, action: str) -> set[int]:
    """Those of the customers that are there and on which the actor may do `action` to a record of `kind`."""
    rows = Customer.objects.for_user(actor, "view").present().filter(pk__in=ids)
    condition = replace(Customer.scope, kind=kind).condition(Customer, actor, action)
    return set((rows if condition is None else rows.filter(condition)).values_list("pk", flat=True))


def _candidates(wanted: set[Spoken]) -> tuple[dict[str, _Known], dict[str, _Known], dict[str, list[_Known]]]:
    """Customers by external number, by our number, and by name."""
    numbers = {each.number for each in wanted if each.number}
    names = {each.name for each in wanted if each.name}
    rows = Customer.objects.unscoped("rows name customers; those out of reach are sorted out afterwards")
    columns = ("pk", "external_id", "number", "deleted_at")

    def read(**condition: object) -> list[_Known]:
        return [_known(*values) for values in rows.filter(**condition).order_by("pk").values_list(*columns)]

    by_external_id = {each.external_id: each for each in read(external_id__in=numbers)} if numbers else {}
    by_number = {each.number: each for each in read(number__in=numbers)} if numbers else {}
    return by_external_id, by_number, _by_name(rows, names, columns) if names else {}


def _by_name(rows: CustomerQuerySet, names: set[str], columns: tuple[str, ...]) -> dict[str, list[_Known]]:
    """Companies by their name, persons by the blind index of theirs."""
    found: dict[str, list[_Known]] = defaultdict(list)
    companies = rows.filter(kind=Customer.Kind.COMPANY, sort_name__in=names).order_by("pk")
    for name, *values in companies.values_list("sort_name", *columns):
        found[name].append(_known(*values))
    indexes: dict[str, list[str]] = defaultdict(list)
    for name in names:
        indexes[indexed("name", name)].append(name)
    for index, *values in rows.filter(name_index__in=indexes).order_by("pk").values_list("name_index", *columns):
        for name in indexes[index]:
            found[name].append(_known(*values))
    return found


def _known(pk: int, external_id: str, number: str, deleted_at: datetime | None) -> _Known:
    return _Known(pk, external_id, number, deleted_at is not None)


def _meant(
    each: Spoken, by_external_id: dict[str, _Known], by_number: dict[str, _Known], by_name: dict[str, list[_Known]]
) -> list[_Known]:
    """The one that bears the number; else those that bear the name."""
    known = (by_external_id.get(each.number) or by_number.get(each.number)) if each.number else None
    if known:
        return [known]
    namesakes = by_name.get(each.name, ()) if each.name else ()
    return [known for known in namesakes if not known.is_deleted and not (each.number and known.external_id)]


def _match(candidates: list[_Known], reached: set[int], spoken: Spoken) -> Match:
    """The only one within reach; how many there are beyond it is nobody's business."""
    if not candidates:
        return None
    usable = [known for known in candidates if known.pk in reached]
    if not usable:
        return Problem("customer_out_of_reach")
    if len(usable) > 1:
        return Problem("customer_ambiguous", {"name": spoken.name or "", "count": len(usable)})
    if usable[0].is_deleted:
        return Problem("customer_deleted", {"name": spoken.name or usable[0].number})
    return usable[0].pk


def _within_reach(ids: set[int], actor: Actor, kind: str, action: str) -> set[int]:
    """Those of the customers on which the actor may do `action` to a record of `kind`."""
    if actor.level("customer", "view") == actor.level(kind, action) == Level.ALL:
        return ids
    rows = Customer.objects.for_user(actor, "view").filter(pk__in=ids)
    condition = replace(Customer.scope, kind=kind).condition(Customer, actor, action)
    return set((rows if condition is None else rows.filter(condition)).values_list("pk", flat=True))
