"""A person is erased: in the archive, in what was said and promised, in imports, in the trail, and at the desk itself.

Orders, figures, dates and outcomes stay, under nobody's name. What was deleted still lies in free pages of the
database's files until `sweeping` has rewritten them in the night.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.services import blot_reasons
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import blot_commitments
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import blot_archive, erase_contact, erase_customer, known_by
from zhike.domain.imports.services import (
    RecordIds,
    batches_that_touched,
    finished_batches,
    forget_cells,
    forget_records,
)
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.services import blot_interactions, forget_words
from zhike.domain.orders.models import Order
from zhike.domain.privacy import services
from zhike.domain.privacy.models import Erasure, PersonRequest
from zhike.domain.privacy.queries import erasure_of, hold_on
from zhike.domain.privacy.rules.requests import SOURCE
from zhike.domain.segmentation.services import blot_overrides
from zhike.flows.intake.folders import remove_folder
from zhike.flows.privacy.desk import keep_promise, person_of
from zhike.flows.privacy.uploads import imports_naming
from zhike.kernel import answers, requests, trail
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import Actor
from zhike.kernel.traces import Traces

_WHY = "the approved erasure of a person"


@transaction.atomic
def ask(*, request: PersonRequest, actor: Actor, now: datetime) -> PersonRequest:
    """The first of the two: ask somebody else to approve. Raises Refused, NotFound, Denied, Conflict."""
    refuse_if_kept(person_of(request))
    return services.ask_erasure(request=request, actor=actor, now=now)


def approve(*, request: PersonRequest, actor: Actor, now: datetime) -> Erasure:
    """The second of the two: the person is erased at once, and the request answered.

    Raises Refused where the person must be kept, NotFound, Denied, Conflict.
    """
    return _approve(request, imports_naming(person_of(request)), actor, now)


@transaction.atomic
def _approve(request: PersonRequest, imports: Collection[int], actor: Actor, now: datetime) -> Erasure:
    approved = services.approve_erasure(request=request, actor=actor, now=now)
    person = _fresh(person_of(approved))
    refuse_if_kept(person)
    services.answer_request(request=approved, answer=_("Everything was erased."), actor=actor, now=now)
    keep_promise(approved, actor=actor, now=now)
    return erase(person=person, imports=imports, request=approved, actor=actor, now=now)


def refuse_if_kept(person: Contact | Customer) -> None:
    """Raise Refused where a hold or an open promise keeps the person, Conflict where nothing is left to erase."""
    if erasure_of(person) is not None:
        raise Conflict(_("This person has been erased already."))
    if hold := hold_on(person):
        sentence = _("A hold keeps this person: %(reason)s. Refuse the request, or lift the hold first.")
        raise Refused(sentence % {"reason": hold.reason})
    if isinstance(person, Customer):
        owed = Commitment.objects.unscoped("what is owed to a person keeps the person, whoever owes it").open()
        count = owed.filter(customer=person).exclude(source_kind=SOURCE).count()
        if count:
            sentence = _("%(count)s promises to this customer are open: keep or waive them first.")
            raise Refused(sentence % {"count": count})


@transaction.atomic
def erase(
    *,
    person: Contact | Customer,
    imports: Collection[int],
    actor: Actor | None,
    now: datetime,
    request: PersonRequest | None = None,
    rule: str = "",
) -> Erasure:
    """Make a contact, or a customer who is a person with all contacts there, anonymous everywhere at once.

    The caller has made sure that this may be done; `imports` are those naming the person; `rule` names the period of
    keeping that is over, if one is.
    """
    traces = known_by(person)
    if isinstance(person, Contact):
        customer_id, contact_id = person.customer_id, person.pk
        counts = _forget_imports(customer_id, [contact_id], traces, imports, is_whole=False)
        erase_contact(contact=person, now=now)
        counts["trail"] = trail.forget(customer_id=customer_id, kind="contact", object_id=contact_id, traces=traces)
    else:
        customer_id, contact_id = person.pk, None
        contacts = list(Contact.objects.unscoped(_WHY).filter(customer_id=customer_id))
        counts = _forget_imports(customer_id, [contact.pk for contact in contacts], traces, imports, is_whole=True)
        for contact in contacts:
            erase_contact(contact=contact, now=now)
        erase_customer(customer=person, now=now)
        counts["trail"] = trail.forget(customer_id=customer_id, traces=traces)
        said = Interaction.objects.unscoped(_WHY).filter(customer_id=customer_id)
        counts["interactions"] = forget_words(said)
    counts |= _blot(customer_id, traces, counts)
    services.forget_person(customer_id=customer_id, contact_id=contact_id, traces=traces, actor=actor, now=now)
    return services.record_erasure(
        customer_id=customer_id,
        contact_id=contact_id,
        request=request,
        rule=rule,
        counts=counts,
        actor=actor,
        now=now,
    )


def _fresh(person: Contact | Customer) -> Contact | Customer:
    """The person as stored now, locked: nothing may be written between what is looked up and what is erased."""
    if isinstance(person, Contact):
        return Contact.objects.unscoped(_WHY).select_for_update().get(pk=person.pk)
    return Customer.objects.unscoped(_WHY).select_for_update().get(pk=person.pk)


def _forget_imports(
    customer_id: int, contacts: list[int], traces: Traces, naming: Collection[int], *, is_whole: bool
) -> dict[str, int]:
    """What imports keep: changes, refused cells, and the very files of batches that touched or name the person."""
    said = Interaction.objects.unscoped(_WHY).filter(customer_id=customer_id).order_by().values("pk")
    records: list[tuple[str, RecordIds]] = [("contact", contacts), ("interaction", said)]
    if is_whole:
        bought = Order.objects.unscoped(_WHY).filter(customer_id=customer_id).order_by().values("pk")
        records += [("customer", [customer_id]), ("order", bought)]
    batches = batches_that_touched(records) | {*naming}
    cells = sum(forget_records(kind=kind, ids=ids) for kind, ids in records if kind in ("contact", "customer"))
    cells += forget_cells(batches=batches, traces=traces)
    finished = finished_batches(batches)
    for batch in finished:
        transaction.on_commit(partial(remove_folder, batch))
    return {"import_cells": cells, "import_files": len(finished)}


def _blot(customer_id: int, traces: Traces, counts: dict[str, int]) -> dict[str, int]:
    return {
        "notes": blot_archive(customer_id=customer_id, traces=traces),
        "interactions": counts.get("interactions", 0) + blot_interactions(customer_id=customer_id, traces=traces),
        "commitments": blot_commitments(customer_id=customer_id, traces=traces),
        "overrides": blot_overrides(customer_id=customer_id, traces=traces),
        "reasons": blot_reasons(traces),
        "answers": answers.forget(traces),
        "job_results": requests.forget(traces),
    }
