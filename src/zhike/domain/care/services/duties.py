"""Who owes what to whom, as a temporary table that statements over whole tiers can join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from zhike.domain.commitments.models import ServiceStandard
from zhike.domain.commitments.queries import organisation
from zhike.domain.customers.models import Customer

_CREATE = """
CREATE TEMPORARY TABLE care_duty (
    role text, owner_id bigint, department_id bigint, share integer, shares integer, person_id bigint,
    PRIMARY KEY (role, owner_id, department_id, share))
"""


@contextmanager
def duties(customer_ids: Sequence[int] | None) -> Iterator[Any]:
    """A cursor that sees `care_duty`: for each role and each owner and department of the customers, the people.

    Customers without an owner or a department stand under 0. Where several people share a duty, a customer belongs to
    the one whose `share` is its id modulo `shares`. To be used inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        cursor.executemany("INSERT INTO care_duty VALUES (%s, %s, %s, %s, %s, %s)", list(_rows(customer_ids)))
        yield cursor
        cursor.execute("DROP TABLE care_duty")


def _rows(customer_ids: Sequence[int] | None) -> Iterator[tuple[str, int, int, int, int, int]]:
    people = organisation()
    roles = ServiceStandard.objects.order_by().values_list("owner_role", flat=True).distinct()
    customers = Customer.objects.unscoped("care plans are kept for every customer").filter(deleted_at__isnull=True)
    if customer_ids is not None:
        customers = customers.filter(pk__in=customer_ids)
    belongings = set(customers.order_by().values_list("owner_id", "department_id").distinct())
    for role in roles:
        for owner, department in belongings:
            found = people.candidates(role, owner=owner, department=department)
            for share, person in enumerate(found):
                yield role, owner or 0, department or 0, share, len(found), person
