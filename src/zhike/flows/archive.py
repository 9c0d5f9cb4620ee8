"""The archive's stories that reach beyond it: a file is opened, handed over, put away, brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Department, User
from zhike.domain.care.services import replan
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import reassign, start, waive
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import ContactFields, CustomerFields
from zhike.domain.segmentation.services import reevaluate
from zhike.kernel.clock import local_date
from zhike.kernel.scope import Actor

OPENED = "archive_opened"
"""The event that standards may answer when a file is opened."""


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
    reevaluate(customer_id=customer.pk, as_of=local_date(now))
    start(event=OPENED, customer=customer, source_kind="customer", source_id=customer.pk, now=now, actor=actor)
    replan(customer_ids=[customer.pk], as_of=local_date(now), now=now)
    return customer


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
    rows = Customer.objects.for_user(actor, "assign").filter(pk__in=chosen)
    former = dict(rows.values_list("pk", "owner_id"))
    moved = services.assign_customers(customer_ids=chosen, owner=owner, department=department, actor=actor, now=now)
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
    """Undo a change, a hand-over, tags or a deletion of the actor's own. Raises NotFound, Denied, Conflict."""
    customers = services.take_back(activity_id=activity_id, actor=actor, now=now)
    replan(customer_ids=[customer.pk for customer in customers], as_of=local_date(now), now=now)
    return customers


def _pass_on(moved: list[Customer], former: Mapping[int, int | None], *, actor: Actor, now: datetime) -> None:
    """Free and standard commitments follow from owner to owner; care plans are laid out anew."""
    replan(customer_ids=[customer.pk for customer in moved], as_of=local_date(now), now=now)
    heirs = {customer.pk: customer.owner for customer in moved if customer.owner}
    owed = Commitment.objects.unscoped("what a former owner owes follows the customer").open()
    for commitment in owed.filter(customer__in=heirs, cycle=""):
        heir = heirs[commitment.customer_id]
        if heir.pk != commitment.owner_id == former[commitment.customer_id]:
            reassign(commitment=commitment, owner=heir, actor=actor, now=now)
