"""Customers by the thousand, from the rows of a file: matched, made or changed, with their trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zhike.domain.accounts.models import Company
from zhike.domain.customers.models import Customer, Tag
from zhike.domain.customers.rules.industries import read_industry, similar_industries
from zhike.domain.customers.rules.plausible import implausible
from zhike.domain.customers.services.archive import customer_search_text
from zhike.domain.customers.services.keepers import Keepers
from zhike.domain.customers.services.matching import Spoken, match_customers
from zhike.domain.customers.services.values import written
from zhike.domain.imports.rules.changes import Change, Upserted
from zhike.domain.imports.rules.fields import CustomerRow
from zhike.domain.imports.rules.problems import Problem
from zhike.kernel import numbering, trail
from zhike.kernel.bulk import update_rows
from zhike.kernel.clock import local_date
from zhike.kernel.scope import Actor, Level

_PLAIN_FIELDS = (
    "external_id", "name", "kind", "region", "address", "credit_code", "source", "lifecycle", "strategic",
    "payment_method", "employees", "yearly_revenue_minor", "founded_on", "cooperation_started_on", "main_business",
    "profit_margin", "note",
)  # fmt: skip


@transaction.atomic
def upsert_customers(rows: Sequence[CustomerRow], *, actor: Actor, now: datetime) -> Upserted:
    """Make the customers that aren't there, and change what the rows state of the others; empty cells change nothing.

    The rows must speak of different customers. Whom a row means is said by `match_customers`.
    """
    done = Upserted()
    matches = match_customers(
        (Spoken(row.external_id, row.name) for row in rows), actor=actor, kind="customer", action="edit"
    )
    keepers = Keepers(
        (row.owner for row in rows if row.owner), (row.department for row in rows if row.department), actor=actor
    )
    may_create = actor.level("customer", "create") > Level.NONE
    new: list[tuple[Customer, CustomerRow]] = []
    found: dict[int, tuple[CustomerRow, dict[str, Any]]] = {}
    for index, row in enumerate(rows):
        match = matches[Spoken(row.external_id, row.name)]
        values = _values(row, keepers, today=local_date(now))
        if isinstance(match, Problem):
            done.refused[index] = ("external_id" if row.external_id else "name", match)
        elif isinstance(values, tuple):
            done.refused[index] = values
        elif match is None and not may_create:
            done.refused[index] = ("name", Problem("customer_not_yours_to_create"))
        elif match is None:
            new.append((_new_customer(values, keepers, now), row))
        else:
            found[match] = (row, values)
    done.notices = {
        index: ("industry", _unknown_industry(row.industry))
        for index, row in enumerate(rows)
        if index not in done.refused and row.industry is not None and read_industry(row.industry) is None
    }
    _create(new, done, actor=actor, now=now)
    _change(found, done, actor=actor, now=now)
    return done


def _unknown_industry(text: str) -> Problem:
    """That the row was taken in without its industry, and which ones sound like it."""
    similar = similar_industries(text)
    if not similar:
        return Problem("industry_unknown")
    return Problem("industry_like", {"industries": "、".join(f"{each.code} {each.zh}" for each in similar)})


def _values(row: CustomerRow, keepers: Keepers, *, today: date) -> dict[str, Any] | tuple[str, Problem]:
    """What the row states, by field, people and departments by id; or the field that cannot be used, and why."""
    values = {name: value for name in _PLAIN_FIELDS if (value := getattr(row, name)) is not None}
    for name, value in values.items():
        if problem := implausible(name, value, today=today):
            return name, problem
    if row.industry is not None:
        code = read_industry(row.industry)
        if code is not None:
            values["industry"] = code
    if row.owner is not None:
        owner = keepers.owner(row.owner)
        if isinstance(owner, Problem):
            return "owner", owner
        values |= {"owner": owner.pk, "department": owner.department_id}
    if row.department is not None:
        department = keepers.department(row.department)
        if isinstance(department, Problem):
            return "department", department
        values["department"] = department
    return values


def _new_customer(values: dict[str, Any], keepers: Keepers, now: datetime) -> Customer:
    if keepers.default and "owner" not in values:
        values = {"owner": keepers.default.pk, "department": keepers.default.department_id} | values
    return _set(Customer(created_at=now, changed_at=now), values)


def _set(customer: Customer, values: dict[str, Any]) -> Customer:
    for name, value in values.items():
        setattr(customer, Customer._meta.get_field(name).attname, value)  # type: ignore[union-attr]
    return customer


def _create(new: Sequence[tuple[Customer, CustomerRow]], done: Upserted, *, actor: Actor, now: datetime) -> None:
    if not new:
        return
    prefix = Company.objects.values_list("number_prefix", flat=True).first() or "C"
    numbers = numbering.take(prefix, local_date(now), len(new))
    customers = [customer for customer, _row in new]
    for customer, number in zip(customers, numbers, strict=True):
        customer.number = number
        customer.search_text = customer_search_text(customer)
    Customer.objects.bulk_create(customers, batch_size=500)
    _put_tags({customer.pk: row.tags for customer, row in new if row.tags})
    trail.record_many(
        [(each.pk, each.pk, {"name": [None, written(each, {"name": ""})["name"]]}) for each in customers],
        verb="imported",
        kind="customer",
        actor=actor,
        now=now,
    )
    done.created += len(customers)
    done.changes += [Change("customer", each.pk) for each in customers]


def _change(
    found: dict[int, tuple[CustomerRow, dict[str, Any]]], done: Upserted, *, actor: Actor, now: datetime
) -> None:
    rows = Customer.objects.unscoped("the rows have been matched within the actor's reach")
    customers = rows.filter(pk__in=found).select_for_update().in_bulk()
    tags = _tags_of([pk for pk, (row, _values) in found.items() if row.tags])
    changed: list[Customer] = []
    differing: list[trail.Changes] = []
    for pk, (row, values) in found.items():
        customer = customers[pk]
        differences = trail.differences(written(customer, values), values)
        stated = {name: values[name] for name in differences}
        if row.tags and set(row.tags) != set(tags[pk]):
            differences["tags"] = [sorted(tags[pk]), sorted(row.tags)]
        if differences:
            _set(customer, stated)
            customer.changed_at = now
            customer.search_text = customer_search_text(customer)
            changed.append(customer)
            differing.append(differences)
    names = {name for differences in differing for name in differences} - {"tags"}
    update_rows(Customer, [*sorted(names), "changed_at", "search_text"], changed)
    _put_tags({each.pk: row.tags for each in changed if (row := found[each.pk][0]).tags})
    trail.record_many(
        [(each.pk, each.pk, differences) for each, differences in zip(changed, differing, strict=True)],
        verb="imported",
        kind="customer",
        actor=actor,
        now=now,
    )
    done.updated += len(changed)
    done.unchanged += len(found) - len(changed)
    done.changes += [
        Change.of("customer", each.pk, differences) for each, differences in zip(changed, differing, strict=True)
    ]


def _tags_of(customer_ids: Sequence[int]) -> dict[int, list[str]]:
    tags: dict[int, list[str]] = defaultdict(list)
    links = Customer.tags.through.objects.filter(customer_id__in=customer_ids)
    for pk, name in links.values_list("customer_id", "tag__name"):
        tags[pk].append(name)
    return tags


def _put_tags(wanted: dict[int, tuple[str, ...]]) -> None:
    """Give each customer exactly these tags, making those that are new."""
    if not wanted:
        return
    names = {name for tags in wanted.values() for name in tags}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    ids = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    links = Customer.tags.through
    links.objects.filter(customer_id__in=wanted).delete()
    links.objects.bulk_create(
        [links(customer_id=pk, tag_id=ids[name]) for pk, tags in wanted.items() for name in tags], batch_size=400
    )
