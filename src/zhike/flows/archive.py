"""The archive's stories that reach beyond it: a file is opened, changed, handed over, put away, brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Department, User
from zhike.domain.care.services import replan
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import give_back, pass_on, reopen, start, waive
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import ContactFields, CustomerFields
from zhike.domain.segmentation.services import reevaluate
from zhike.kernel.clock import local_date
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor

FIRST_CONTACT = "first_contact"
"""The event that standards may answer when the file of a customer is opened who was not known before."""
NOT_KNOWN_BEFORE = (Customer.Lifecycle.LEAD, Customer.Lifecycle.NEW)


@transaction.atomic
def open_file(
    *,
    actor: Actor,
    now: datetime,
    token: str = "",
    contact: ContactFields | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """A new customer, with its first contact if given, its tiers, and what the standards promise a new customer.

    A repeated `token` gives back the first file. Raises Refused naming the field (a contact's as `contact_…`), Denied.
    """
    customer = services.create_customer(actor=actor, now=now, token=token, **fields)
    if customer.created_at != now:
        return customer
    if contact:
        services.add_contact(customer=customer, actor=actor, now=now, token=token, **contact)
    settle([customer], now=now)
    if customer.lifecycle in NOT_KNOWN_BEFORE:
        start(
            event=FIRST_CONTACT, customer=customer, source_kind="customer", source_id=customer.pk, now=now, actor=actor
        )
    return customer


@transaction.atomic
def change_file(
    *,
    customer: Customer,
    actor: Actor,
    now: datetime,
    seen_at: datetime | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """A file changes, and with it the customer's tiers, its care plan, and who owes what is open.

    Raises what `change_customer` raises: Refused naming the field, NotFound, Denied, Conflict.
    """
    former = _owners([customer.pk], actor, "edit")
    changed = services.change_customer(customer=customer, actor=actor, now=now, seen_at=seen_at, **fields)
    if changed.changed_at == now:
        settle([changed], now=now)
        _pass_on([changed], former, actor=actor, now=now)
    return changed


@transaction.atomic
def hand_over(
    *,
    customer_ids: Iterable[int],
    owner: User | None,
    actor: Actor,
    now: datetime,
    department: Department | None = None,
) -> list[Customer]:
    """Customers change hands, and what their former owner still owes them goes along. Raises Denied, Refused."""
    chosen = sorted(set(customer_ids))
    former = _owners(chosen, actor, "assign")
    moved = services.assign_customers(customer_ids=chosen, owner=owner, department=department, actor=actor, now=now)
    replan(customer_ids=[customer.pk for customer in moved], as_of=local_date(now), now=now)
    _pass_on(moved, former, actor=actor, now=now)
    return moved


@transaction.atomic
def put_away(*, customer: Customer, actor: Actor, now: datetime) -> Customer:
    """A file is deleted; nothing is owed to the customer any more. Raises NotFound, Denied."""
    deleted = services.delete_customer(customer=customer, actor=actor, now=now)
    open_ones = Commitment.objects.unscoped("a deleted customer is owed nothing, by nobody").open()
    for commitment in open_ones.filter(customer=deleted):
        waive(commitment=commitment, reason=_("The customer was deleted."), actor=actor, now=now)
    return deleted


@transaction.atomic
def take_back(*, activity_id: int, actor: Actor, now: datetime) -> list[Customer]:
    """Undo a change, a hand-over, tags or a deletion of the actor's own.

    Raises NotFound, Denied, Conflict, Refused.
    """
    customers = services.take_back(activity_id=activity_id, actor=actor, now=now)
    taken_back = Activity.objects.get(pk=activity_id)
    if taken_back.verb == "assigned":
        give_back(customer_ids=[customer.pk for customer in customers], moved_at=taken_back.at, actor=actor, now=now)
        replan(customer_ids=[customer.pk for customer in customers], as_of=local_date(now), now=now)
        return customers
    if (taken_back.kind, taken_back.verb) == ("customer", "deleted"):
        waived = Commitment.objects.unscoped("what the deletion waived is owed again, by whoever owed it")
        for commitment in waived.filter(customer__in=customers, outcome="waived", closed_at=taken_back.at):
            reopen(commitment=commitment, actor=actor, now=now)
    settle(customers, now=now)
    return customers


def settle(customers: list[Customer], *, now: datetime) -> None:
    """Tiers and care plans follow from what the files say now."""
    for customer in customers:
        reevaluate(customer_id=customer.pk, as_of=local_date(now))
    replan(customer_ids=[customer.pk for customer in customers], as_of=local_date(now), now=now)


def _owners(customer_ids: list[int], actor: Actor, action: str) -> dict[int, int | None]:
    """Who keeps them now, as far as the actor may do this to them."""
    rows = Customer.objects.for_user(actor, action).filter(pk__in=customer_ids)
    return dict(rows.values_list("pk", "owner_id"))


def _pass_on(moved: list[Customer], former: Mapping[int, int | None], *, actor: Actor, now: datetime) -> None:
    """Free and standard commitments follow from owner to owner, as the items of care plans do by planning."""
    owners = {customer.pk: (former.get(customer.pk), customer.owner_id) for customer in moved}
    heirs = {pk: (before, heir) for pk, (before, heir) in owners.items() if before and heir}
    pass_on(heirs=heirs, actor=actor, now=now)
