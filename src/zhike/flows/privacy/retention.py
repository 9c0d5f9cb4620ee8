"""Periods of keeping: what is past its time is found, shown before anything happens, and cleared in the night.

Every step may be repeated, each piece is one transaction: a run that dies is carried on by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from zhike.domain.accounts.services import forget_expired
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.imports.queries import batches_past
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.services import forget_words, spoken_before
from zhike.domain.orders.models import Order
from zhike.domain.privacy.models import Erasure
from zhike.domain.privacy.queries import RuleNow, retention_rules
from zhike.domain.privacy.services import note_run
from zhike.flows.intake.arrival import forget_torn
from zhike.flows.intake.folders import folder, remove_folder
from zhike.flows.privacy.erasing import erase, refuse_if_kept
from zhike.flows.privacy.uploads import imports_naming
from zhike.kernel import answers, leases, requests
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Conflict, Refused

LEASE: Final = "retention"
LASTING: Final = timedelta(hours=2)
AT_ONCE: Final = 200
_WHY: Final = "a period of keeping holds for everybody"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many records a rule would touch now, and the first of them by name where it is about people."""

    count: int
    people: tuple[Contact | Customer, ...] = ()


def preview(rule: RuleNow, *, now: datetime, size: int = 20) -> Preview:
    """What the rule would do if it ran now; nothing is written."""
    since = rule.kept_since(now)
    if rule.key in _PEOPLE:
        found = _PEOPLE[rule.key](since)
        return Preview(
            count=sum(rows.count() for rows in found),
            people=tuple(islice((person for rows in found for person in rows.order_by("pk")[:size]), size)),
        )
    if rule.key == "interactions":
        return Preview(count=spoken_before(since).count())
    return Preview(count=0)


def follow(*, now: datetime) -> dict[str, int]:
    """Follow every rule that is switched on; how many records each has touched. Raises Conflict while another runs.

    Uploads that were torn off half-way go in any case: they hold no record, and nobody can go on with them.
    """
    holder = leases.this_process()
    if not leases.acquire(LEASE, holder=holder, now=now, lasting=LASTING):
        raise Conflict(_("What is past its time is being cleared already; wait until that has finished."))
    try:
        forget_torn(now=now)
        touched = {}
        for rule in retention_rules():
            if rule.is_on:
                touched[rule.key] = _clear(rule, now)
                note_run(key=rule.key, count=touched[rule.key], now=now)
        return touched
    finally:
        leases.release(LEASE, holder=holder)


def _clear(rule: RuleNow, now: datetime) -> int:
    since = rule.kept_since(now)
    if rule.key in _PEOPLE:
        return sum(_erase_all(rows, rule.key, now) for rows in _PEOPLE[rule.key](since))
    return _LEFTOVERS[rule.key](since)


def _erase_all(rows: QuerySet[Any], rule: str, now: datetime) -> int:
    erased, last = 0, 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = some[-1].pk
        for person in some:
            try:
                refuse_if_kept(person)
            except Refused:
                continue
            erase(person=person, imports=imports_naming(person), actor=None, now=now, rule=rule)
            erased += 1
    return erased


def _contacts(since: datetime) -> tuple[QuerySet[Any], ...]:
    """Contacts of companies, and customers who are persons, with whom nothing has happened."""
    contacts = _silent(Contact, "customer", since).filter(customer__kind=Customer.Kind.COMPANY)
    return contacts, _silent(Customer, "pk", since).filter(kind=Customer.Kind.PERSON)


def _leads(since: datetime) -> tuple[QuerySet[Any], ...]:
    """Those of them who never bought."""
    lead = Customer.Lifecycle.LEAD
    contacts, persons = _contacts(since)
    return (
        contacts.filter(~Exists(_orders("customer")), customer__lifecycle=lead),
        persons.filter(~Exists(_orders("pk")), lifecycle=lead),
    )


def _silent(model: type[Any], customer: str, since: datetime) -> QuerySet[Any]:
    said = Interaction.objects.unscoped(_WHY).filter(customer_id=OuterRef(customer), occurred_at__gte=since)
    bought = _orders(customer).filter(ordered_on__gte=local_date(since))
    erased = Erasure.objects.filter(**(
        {"contact_id": OuterRef("pk")} if model is Contact else {"customer_id": OuterRef("pk"), "contact__isnull": True}
    ))  # fmt: skip
    rows: QuerySet[Model] = model.objects.unscoped(_WHY).filter(changed_at__lt=since)
    return rows.filter(~Exists(said), ~Exists(bought), ~Exists(erased))


def _orders(customer: str) -> QuerySet[Order]:
    return Order.objects.unscoped(_WHY).filter(customer_id=OuterRef(customer), cancelled_at__isnull=True)


def _interactions(since: datetime) -> int:
    return sum(forget_words(some) for some in _while_any(lambda: spoken_before(since)))


def _while_any(rows: Callable[[], QuerySet[Interaction]]) -> Iterator[list[Interaction]]:
    while some := list(rows()[:AT_ONCE]):
        yield some


def _uploads(since: datetime) -> int:
    kept = [batch for batch in batches_past(since) if folder(batch).exists()]
    for batch in kept:
        remove_folder(batch)
    return len(kept)


_PEOPLE: Final[Mapping[str, Callable[[datetime], tuple[QuerySet[Any], ...]]]] = {"contacts": _contacts, "leads": _leads}
_LEFTOVERS: Final[Mapping[str, Callable[[datetime], int]]] = {
    "interactions": _interactions,
    "uploads": _uploads,
    "job_results": requests.forget_before,
    "answers": answers.forget_before,
    "sign_in": forget_expired,
}
