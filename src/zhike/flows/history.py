"""Going back: an old value of a customer, a contact or a needs profile is put in again, as a change like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_type_hints

from django.db import models, transaction
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import reopen
from zhike.domain.customers import services
from zhike.domain.customers.models import Contact, Customer, NeedsProfile
from zhike.domain.customers.services import ContactFields, CustomerFields, NeedsFields
from zhike.flows import archive
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor, way
from zhike.kernel.trail import are_whole, whole_changes

_ELSEWHERE: Final = frozenset({"owner", "department", "referred_by", "reports_to", "is_primary"})
"""What is about other records too, and is changed where these are in view."""
RESTORABLE: Final[Mapping[str, frozenset[str]]] = {
    "customer": frozenset(get_type_hints(CustomerFields)) - _ELSEWHERE,
    "contact": frozenset(get_type_hints(ContactFields)) - _ELSEWHERE,
    "needs_profile": frozenset(get_type_hints(NeedsFields)) - _ELSEWHERE,
}
"""The fields of each kind whose old values can be put in again."""
_RIGHT_OF: Final = {"customer": "customer", "contact": "contact", "needs_profile": "customer"}


@dataclass(frozen=True, kw_only=True)
class Former:
    """An old value and what stands there now. `has_moved_on`: the field was changed again after that line."""

    line: Activity
    row: Customer | Contact | NeedsProfile
    customer: Customer
    field: str
    present: Any
    former: Any
    has_moved_on: bool


def former_value(actor: Actor, *, line_number: int, field: str) -> Former:
    """The value that a field had before a change. Raises NotFound, Denied, and Refused where it cannot be put in again.

    The line must be of a record that the actor sees; to put a value in again is to edit the record.
    """
    line = Activity.objects.filter(pk=line_number, kind__in=RESTORABLE).first()
    if line is None or field not in RESTORABLE[line.kind] or field not in line.changes:
        raise NotFound(_("There is no old value to put in again."))
    row = _row(actor, line)
    customer = row if isinstance(row, Customer) else row.customer
    if way(actor, _RIGHT_OF[line.kind], "edit", customer) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    if not are_whole(line):
        raise Refused(_("The old value was erased and cannot be put in again."))
    former, then = whole_changes([line])[line.pk][field]
    known = row._meta.get_field(field)
    assert isinstance(known, models.Field)
    present, former, then = getattr(row, field), _read(known, former), _read(known, then)
    if present == former:
        raise Refused(_("It is so already: there is nothing to put in again."))
    return Former(
        line=line,
        row=row,
        customer=customer,
        field=field,
        present=present,
        former=former,
        has_moved_on=present != then,
    )


@transaction.atomic
def restore_value(
    *, line_number: int, field: str, seen_at: datetime | None, actor: Actor, now: datetime
) -> Customer | Contact | NeedsProfile:
    """Put an old value in again. `seen_at` is the `changed_at` that the person had before the eyes.

    Raises what `former_value` raises, Conflict where somebody has changed the record since, and Refused where the value
    does not fit any more.
    """
    found = former_value(actor, line_number=line_number, field=field)
    fields: Any = {field: _extra(found) if field == "extra" else found.former}
    match found.row:
        case Customer():
            return archive.change_file(customer=found.row, actor=actor, now=now, seen_at=seen_at, **fields)
        case Contact():
            return services.change_contact(contact=found.row, actor=actor, now=now, seen_at=seen_at, **fields)
    return services.save_needs_profile(customer=found.customer, actor=actor, now=now, **fields)


@transaction.atomic
def bring_back(*, line_number: int, actor: Actor, now: datetime) -> Customer:
    """Bring back what was deleted with that line; what the deletion waived is owed again. Raises NotFound, Denied."""
    line = Activity.objects.filter(pk=line_number, verb="deleted", kind__in=("customer", "contact")).first()
    if line is None:
        raise NotFound(_("There is nothing here to bring back."))
    if line.kind == "contact":
        return services.restore_contact(contact=Contact(pk=line.object_id), actor=actor, now=now).customer
    customer = services.restore_customer(customer=Customer(pk=line.object_id), actor=actor, now=now)
    waived = Commitment.objects.unscoped("what the deletion waived is owed again, by whoever owed it")
    for commitment in waived.filter(customer=customer, outcome="waived", closed_at=line.at):
        reopen(commitment=commitment, actor=actor, now=now)
    archive.settle([customer], now=now)
    return customer


def _row(actor: Actor, line: Activity) -> Customer | Contact | NeedsProfile:
    customers = Customer.objects.for_user(actor).present()
    found: Customer | Contact | NeedsProfile | None
    if line.kind == "customer":
        found = customers.filter(pk=line.object_id).first()
    elif line.kind == "contact":
        contacts = Contact.objects.for_user(actor).filter(deleted_at__isnull=True, customer__deleted_at__isnull=True)
        found = contacts.filter(pk=line.object_id).select_related("customer").first()
    else:
        profiles = NeedsProfile.objects.unscoped("the customer it belongs to is one that the actor sees")
        own = profiles.filter(pk=line.object_id, customer__in=customers.values("pk"))
        found = own.select_related("customer").first()
    if found is None:
        raise NotFound(_("There is no old value to put in again."))
    return found


def _read(field: models.Field[Any, Any], value: Any) -> Any:
    """A value of the trail as the record holds it."""
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.to_python(value)


def _extra(found: Former) -> dict[str, object]:
    """The own fields as they were, and nothing in those that came later."""
    former: Mapping[str, object] = found.former or {}
    return {key: former.get(key) for key in {*former, *(found.present or {})}}
