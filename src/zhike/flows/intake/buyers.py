"""Who bought: the customers that the rows of orders speak of, known or made on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from zhike.domain.customers.services import upsert_customers
from zhike.domain.customers.services.matching import Match, Spoken, match_customers
from zhike.domain.imports.rules.changes import Change
from zhike.domain.imports.rules.fields import CustomerRow, OrderRow
from zhike.kernel.scope import Actor


def find_buyers(
    rows: Mapping[Spoken, OrderRow], *, creates_missing: bool, actor: Actor, now: datetime
) -> tuple[dict[Spoken, Match], list[Change]]:
    """Who is meant by each, given a row that speaks of them, and the changes where some had to be made."""
    buyers = match_customers(rows, actor=actor, kind="order", action="create")
    missing: dict[str | None, Spoken] = {}
    for spoken in rows:
        known = missing.get(spoken.number or spoken.name)
        if buyers[spoken] is None and (known is None or not known.name):
            missing[spoken.number or spoken.name] = spoken
    if not missing or not creates_missing:
        return buyers, []
    wanted = list(missing.values())
    made = upsert_customers([_customer_row(rows[spoken]) for spoken in wanted], actor=actor, now=now)
    refused: dict[Spoken, Match] = {wanted[index]: problem for index, (_name, problem) in made.refused.items()}
    again = [spoken for spoken, match in buyers.items() if match is None]
    buyers |= match_customers(again, actor=actor, kind="order", action="create") | refused
    return buyers, made.changes


def _customer_row(row: OrderRow) -> CustomerRow:
    """What an order line tells of its customer: a name, or the number where there is none, and where it is."""
    places = [
        place
        for place in (row.customer_region, row.customer_province, row.customer_city, row.customer_country)
        if place
    ]
    stated = {
        "external_id": row.customer_external_id,
        "name": row.customer_name or row.customer_external_id,
        "kind": row.customer_kind,
        "region": places[0] if places else None,
        "address": "".join(place for place in (row.customer_province, row.customer_city) if place) or None,
    }
    return CustomerRow(**{name: stated.get(name) for name in CustomerRow._fields})  # type: ignore[arg-type]  # a name is there
