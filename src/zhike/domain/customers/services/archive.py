"""One customer's file: opened, changed, handed over, deleted and brought back; and what the customer needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Company, Department, User
from zhike.domain.customers.models import Customer, NeedsProfile
from zhike.domain.customers.services.keepers import may_give
from zhike.domain.customers.services.locking import locked, refuse_if_changed
from zhike.domain.customers.services.values import CustomerFields, NeedsFields, put, written
from zhike.kernel import numbering, trail
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.scope import Actor, Level
from zhike.kernel.search_people import blind_text
from zhike.kernel.search_text import index_text


def create_customer(*, actor: Actor, now: datetime, token: str = "", **fields: Unpack[CustomerFields]) -> Customer:
    """Open a file. Without an owner among the fields it is the actor's own.

    A repeated `token` (a form sent twice) gives back the first file. Raises Refused naming the field, Denied, Conflict.
    """
    if actor.level("customer", "create") == Level.NONE:
        raise Denied(_("You may not open customer files. Ask your administrator if you need to."))
    if token and (first := _opened_with(token)):
        return first
    try:
        with transaction.atomic():
            return _create(actor, now, token, fields)
    except IntegrityError as error:
        if token and (first := _opened_with(token)):
            return first
        raise _taken(fields.get("external_id", ""), error) from error


def _opened_with(token: str) -> Customer | None:
    return Customer.objects.unscoped("the same form was sent twice by one person").filter(token=token).first()


def _taken(external_id: str, error: IntegrityError) -> Exception:
    """What to raise where a customer could not be stored: the sentence where the external number is taken."""
    rows = Customer.objects.unscoped("external numbers are unique among all customers")
    if external_id and rows.filter(external_id=external_id).exists():
        return Conflict(_("Another customer has this external number already."), field="external_id")
    return error


def _create(actor: Actor, now: datetime, token: str, fields: CustomerFields) -> Customer:
    blank = Customer(token=token, created_at=now, changed_at=now)
    customer = put(blank, {"name": "", **fields}, today=local_date(now))
    if "owner" not in fields and isinstance(actor, User):
        customer.owner = actor
    if customer.owner and not customer.department:
        customer.department = customer.owner.department
    if not may_give(actor, owner=customer.owner, department=customer.department):
        raise Denied(_("You may not open files for this owner or department. Leave both out: then it is yours."))
    prefix = Company.objects.values_list("number_prefix", flat=True).first() or "C"
    customer.number = numbering.take(prefix, local_date(now))[0]
    customer.search_text = customer_search_text(customer)
    customer.save(force_insert=True)
    trail.record(verb="created", kind="customer", object_id=customer.pk, customer_id=customer.pk, actor=actor, now=now)
    return customer


def customer_search_text(customer: Customer) -> str:
    """What a customer is found by: its name, that of a person blinded, and its numbers."""
    if customer.kind == Customer.Kind.PERSON:
        return f"{index_text([customer.number, customer.external_id])} {blind_text([customer.name])}"
    return index_text([customer.name, customer.number, customer.external_id])


@transaction.atomic
def change_customer(
    *,
    customer: Customer,
    actor: Actor,
    now: datetime,
    seen_at: datetime | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """Change what is given. Nothing is written, and no trail left, where nothing differs.

    `seen_at` is the `changed_at` that the person had before the eyes: Conflict if somebody has changed the file since.
    Raises Refused naming the field, NotFound, Denied, Conflict.
    """
    fresh = locked(customer.pk, actor, "edit")
    refuse_if_changed(fresh, seen_at)
    handed = [name for name in ("owner", "department") if name in fields]
    if any(fields[name] != getattr(fresh, name) for name in handed):
        locked(customer.pk, actor, "assign")
    before = written(fresh, fields)
    put(fresh, fields, today=local_date(now))
    if fresh.referred_by_id == fresh.pk:
        raise Refused(_("A customer cannot have been referred by itself."), field="referred_by")
    changes = trail.differences(before, written(fresh, fields))
    if not changes:
        return fresh
    fresh.changed_at = now
    fresh.search_text = customer_search_text(fresh)
    try:
        with transaction.atomic():
            fresh.save(update_fields=[*changes, "changed_at", "search_text"])
    except IntegrityError as error:
        raise _taken(fresh.external_id, error) from error
    trail.record(
        verb="changed",
        kind="customer",
        object_id=fresh.pk,
        customer_id=fresh.pk,
        actor=actor,
        now=now,
        changes=changes,
    )
    return fresh


@transaction.atomic
def assign_customers(
    *,
    customer_ids: Iterable[int],
    owner: User | None,
    actor: Actor,
    now: datetime,
    department: Department | None = None,
) -> list[Customer]:
    """Hand customers over to an owner (and to a department, else the owner's). Returns those that changed hands.

    Each leaves a row on its trail. Raises Denied, with nothing done, where the actor may not hand over one of them.
    """
    if owner and not owner.is_active:
        raise Refused(_("%(person)s no longer works here: choose somebody else.") % {"person": owner}, field="owner")
    chosen = sorted(set(customer_ids))
    rows = Customer.objects.for_user(actor, "assign").present().filter(pk__in=chosen).select_for_update(of=("self",))
    customers = list(rows.order_by("pk"))
    if len(customers) < len(chosen):
        raise Denied(_("You may not hand over some of these customers. Nothing was changed."))
    target = department or (owner.department if owner else None)
    moved: list[Customer] = []
    changes: list[trail.Changes] = []
    for customer in customers:
        before = written(customer, {"owner": None, "department": None})
        customer.owner, customer.department = owner, target or customer.department
        differing = trail.differences(before, written(customer, before))
        if differing:
            customer.changed_at = now
            moved.append(customer)
            changes.append(differing)
    writable = Customer.objects.unscoped("found above for the actor")
    writable.bulk_update(moved, ["owner", "department", "changed_at"], batch_size=200)
    record_each(moved, changes, verb="assigned", actor=actor, now=now)
    return moved


@transaction.atomic
def follow_to_department(
    *, owner: User, former: int | None, department: Department, actor: Actor, now: datetime
) -> list[int]:
    """The customers of somebody who moved, as far as they belonged to the former department; returns their ids."""
    rows = Customer.objects.unscoped("customers follow their owner, whoever moves the owner").present()
    customers = list(rows.filter(owner=owner, department=former).select_for_update(of=("self",)).order_by("pk"))
    changes: list[trail.Changes] = [{"department": [former, department.pk]} for _customer in customers]
    ids = [customer.pk for customer in customers]
    rows.filter(pk__in=ids).update(department=department, changed_at=now)
    record_each(customers, changes, verb="assigned", actor=actor, now=now)
    return ids


def record_each(
    customers: Sequence[Customer],
    changes: Sequence[trail.Changes],
    *,
    verb: str,
    actor: Actor,
    now: datetime,
) -> None:
    """One row on the trail of each customer; they belong together by actor, verb and instant."""
    trail.record_many(
        [(customer.pk, customer.pk, change) for customer, change in zip(customers, changes, strict=True)],
        verb=verb,
        kind="customer",
        actor=actor,
        now=now,
    )


@transaction.atomic
def delete_customer(*, customer: Customer, actor: Actor, now: datetime) -> Customer:
    """Put a file away; it can be brought back. Raises NotFound, Denied."""
    fresh = locked(customer.pk, actor, "delete")
    return _put_away(fresh, "deleted", now, actor=actor, now=now)


@transaction.atomic
def restore_customer(*, customer: Customer, actor: Actor, now: datetime) -> Customer:
    """Bring a deleted file back. Raises NotFound where there is no deleted one, Denied."""
    fresh = locked(customer.pk, actor, "delete", is_deleted=True)
    return _put_away(fresh, "restored", None, actor=actor, now=now)


def _put_away(fresh: Customer, verb: str, deleted_at: datetime | None, *, actor: Actor, now: datetime) -> Customer:
    before = fresh.deleted_at
    fresh.deleted_at, fresh.changed_at = deleted_at, now
    fresh.save(update_fields=["deleted_at", "changed_at"])
    trail.record(
        verb=verb,
        kind="customer",
        object_id=fresh.pk,
        customer_id=fresh.pk,
        actor=actor,
        now=now,
        changes={"deleted_at": [before, deleted_at]},
    )
    return fresh


@transaction.atomic
def save_needs_profile(
    *, customer: Customer, actor: Actor, now: datetime, **fields: Unpack[NeedsFields]
) -> NeedsProfile:
    """Write down what the customer needs; the first time opens the profile. Raises Refused, NotFound, Denied."""
    fresh = locked(customer.pk, actor, "edit")
    rows = NeedsProfile.objects.unscoped("the customer above has been found for the actor")
    profile = rows.filter(customer=fresh).first() or NeedsProfile(customer=fresh)
    before = written(profile, fields)
    put(profile, fields, today=local_date(now))
    low, high = profile.budget_from_minor, profile.budget_to_minor
    if low is not None and high is not None and low > high:
        raise Refused(_("The budget ends below where it begins: swap the two amounts."), field="budget_to_minor")
    changes = trail.differences(before, written(profile, fields))
    if changes:
        profile.changed_at = now
        profile.save()
        trail.record(
            verb="changed",
            kind="needs_profile",
            object_id=profile.pk,
            customer_id=fresh.pk,
            actor=actor,
            now=now,
            changes=changes,
        )
    return profile
