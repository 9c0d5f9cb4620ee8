"""A batch is taken back: orders before their products and customers, chunk by chunk, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhike.domain.care.services import UNTOUCHED
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services.moving import pass_on
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import withdraw_contacts, withdraw_customers
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch, RecordChange
from zhike.domain.imports.rules.changes import Applied
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.services import withdraw_interactions, withdraw_next_steps
from zhike.domain.orders.models import Order
from zhike.domain.orders.services import withdraw_orders, withdraw_products
from zhike.domain.segmentation.models import Standing
from zhike.flows.intake.acting import anew
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor, sight_on

CHUNK_RECORDS = 500


def unheard(batch: Batch) -> None:
    """Progress that nobody watches."""


class Withdraw(Protocol):
    """A service that takes changes of its records back."""

    def __call__(self, applied: Sequence[Applied], /, *, actor: Actor, now: datetime) -> dict[int, str]: ...


_BY_A_PERSON = Activity.objects.filter(kind="commitment", object_id=OuterRef("pk"), actor__isnull=False)
#: What the night makes of a customer, and makes anew: it does not hold a customer whose import is taken back.
_DERIVED = (
    (Standing, "customer_id", Q(pk__isnull=False)),
    (Commitment, "customer_id", UNTOUCHED & ~Q(Exists(_BY_A_PERSON))),
)


def _withdraw_customers(applied: Sequence[Applied], /, *, actor: Actor, now: datetime) -> dict[int, str]:
    """Customers go or become what they were; those handed over take back along what is owed to them."""
    outcomes = withdraw_customers(applied, actor=actor, now=now, derived=_DERIVED)
    owners = {each.object_id: (each.after or {}, each.before) for each in applied if each.before}
    heirs = {
        pk: (after.get("owner"), before.get("owner"))
        for pk, (after, before) in owners.items()
        if outcomes[pk] != RecordChange.Undo.OUT_OF_REACH
    }
    rows = Customer.objects.unscoped("a batch is taken back as a whole").filter(pk__in=heirs, owner__is_active=True)
    kept_by = dict(rows.values_list("pk", "owner_id"))
    pass_on(
        heirs={pk: (heir, owner) for pk, (heir, owner) in heirs.items() if heir and owner and kept_by.get(pk) == owner},
        actor=None,
        now=now,
    )
    return outcomes


#: In this order nothing that goes is still needed by what the same batch made.
_SERVICES: dict[str, Withdraw] = {
    "order": withdraw_orders,
    "commitment": withdraw_next_steps,
    "interaction": withdraw_interactions,
    "product": withdraw_products,
    "contact": withdraw_contacts,
    "customer": _withdraw_customers,
}


def withdraw(
    batch: Batch, *, actor: Actor, clock: Callable[[], datetime], tell: Callable[[Batch], None] = unheard
) -> Batch:
    """Take back what has not been taken back yet, as far as the actor may change it when its turn comes.

    The batch must be waiting for it.
    """
    for kind, service in _SERVICES.items():
        while changes := _open_changes(batch, kind):
            with transaction.atomic():
                now = clock()
                _take_back(batch, changes, service, actor=anew(actor, now=now), now=now)
            tell(batch)
    return services.settle_undo(batch=batch, actor=actor, now=clock())


def _take_back(
    batch: Batch, changes: Sequence[RecordChange], service: Withdraw, *, actor: Actor, now: datetime
) -> None:
    """Take the changes back, note what came of each, and let other batches of the same records know."""
    applied = [Applied(each.object_id, each.before, each.after, each.at) for each in changes]
    outcomes = service(applied, actor=actor, now=now)
    for outcome in set(outcomes.values()):
        ids = [each.pk for each in changes if outcomes[each.object_id] == outcome]
        batch.record_changes.filter(pk__in=ids).update(undo=outcome)
    stayed = [each for each in changes if outcomes[each.object_id] == RecordChange.Undo.CHANGED_SINCE]
    restored = [each for each in changes if each.before and outcomes[each.object_id] == RecordChange.Undo.DONE]
    if stayed:
        services.hand_down(stayed, touches=_touches(stayed), now=now)
    if restored:
        services.hand_back(restored, touches=_touches(restored), now=now)


def _touches(changes: Sequence[RecordChange]) -> dict[int, list[datetime]]:
    """When the trail says that the records were changed, save by batches."""
    which = {"kind": changes[0].kind, "object_id__in": [each.object_id for each in changes]}
    by_batches = set(RecordChange.objects.filter(**which).values_list("object_id", "at"))
    found: dict[int, list[datetime]] = {}
    # What was undone became what it was before: only the change that was undone, a line of its own, touched the record.
    lines = Activity.objects.filter(**which).exclude(verb__in=("imported", "undone"))
    for object_id, at in lines.values_list("object_id", "at"):
        if (object_id, at) not in by_batches:
            found.setdefault(object_id, []).append(at)
    return found


def _open_changes(batch: Batch, kind: str) -> list[RecordChange]:
    """The next changes to take back, the last ones first."""
    rows = batch.record_changes.filter(kind=kind, undo=RecordChange.Undo.NOT_TRIED)
    return list(rows.order_by("-object_id")[:CHUNK_RECORDS])


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A record that stays although its import was taken back, and why."""

    kind: str
    name: str
    reason: str


_MODELS: dict[str, Any] = {
    "customer": Customer.objects,
    "contact": Contact.objects,
    "order": Order.objects,
    "interaction": Interaction.objects,
    "commitment": Commitment.objects,
}


#: What may hang on a customer, as its reason to stay says it.
_HANGING: dict[str, Any] = {
    gettext_noop("contacts"): Contact.objects,
    gettext_noop("orders"): Order.objects,
    gettext_noop("interactions"): Interaction.objects,
    gettext_noop("promises that somebody has worked on"): Commitment.objects,
}


def kept_count(batch: Batch) -> int:
    """How many records stayed when the batch was taken back."""
    return _kept(batch).count()


def kept_records(batch: Batch, actor: Actor, limit: int | None = 200) -> list[Kept]:
    """What stayed when the batch was taken back; by number where the actor may not see the record itself."""
    changes = list(_kept(batch).order_by("kind", "object_id")[:limit])
    names: dict[tuple[str, int], str] = {}
    for kind, records in _MODELS.items():
        ids = [change.object_id for change in changes if change.kind == kind]
        if ids:
            seen = records.for_user(actor, "view").filter(pk__in=ids)
            names |= {(kind, each.pk): _named(each, actor) for each in seen}
    hanging = _hanging([change.object_id for change in changes if _is_held_customer(change)])
    return [
        Kept(
            kind=change.kind,
            name=names.get((change.kind, change.object_id), str(change.object_id)),
            reason=hanging.get(change.object_id, "") if _is_held_customer(change) else change.get_undo_display(),
        )
        for change in changes
    ]


def _named(record: Any, actor: Actor) -> str:
    """The record in a word or two, as the actor is shown it."""
    return str(sight_on(actor, record).show(record) if isinstance(record, Contact) else record)


def _kept(batch: Batch) -> QuerySet[RecordChange]:
    return batch.record_changes.exclude(undo__in=(RecordChange.Undo.DONE, RecordChange.Undo.NOT_TRIED))


def _is_held_customer(change: RecordChange) -> bool:
    return (change.kind, change.undo) == ("customer", RecordChange.Undo.NEEDED)


def _hanging(customer_ids: Sequence[int]) -> dict[int, str]:
    """Why each of the customers stays: what hangs on it, in words."""
    found: dict[int, list[str]] = {pk: [] for pk in customer_ids}
    for words, records in _HANGING.items():
        rows = records.unscoped("a record that stays names what holds it").filter(customer__in=customer_ids)
        if records is Commitment.objects:
            rows = rows.exclude(_DERIVED[1][2])
        for pk in rows.order_by().values_list("customer_id", flat=True).distinct():
            found[pk].append(_(words))
    sentence = _("It has %(what)s that were not taken back, so it stays.")
    other = RecordChange.Undo.NEEDED.label
    return {pk: sentence % {"what": _(", ").join(words)} if words else str(other) for pk, words in found.items()}
