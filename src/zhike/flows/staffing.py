"""People move, hand over what they keep, and go: each one action in one transaction, with effect at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Department, Role, SystemActor, User
from zhike.domain.accounts.services import change_person, end_grants
from zhike.domain.care.services import replan
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import pass_on_everything
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import end_sharing_with, follow_to_department
from zhike.domain.identity.services import shut_out
from zhike.flows.archive import hand_over
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What a person answers for now: customers, and open promises to anybody."""

    customers: int
    promises: int

    def __bool__(self) -> bool:
        return bool(self.customers or self.promises)


def burden(person: User) -> Burden:
    """What somebody would leave behind. Two queries."""
    kept = Customer.objects.unscoped("what a person keeps is asked before the person goes").present()
    owed = Commitment.objects.unscoped("what a person owes is asked before the person goes").open()
    return Burden(customers=kept.filter(owner=person).count(), promises=owed.filter(owner=person).count())


@transaction.atomic
def move_person(
    *,
    person: User,
    name: str,
    department: Department | None,
    roles: Iterable[Role],
    actor: Actor,
    now: datetime,
    customers_follow: bool = True,
) -> int:
    """Change a person as `change_person` does; the customers go along into another department unless told otherwise.

    Returns how many customers followed. Raises Refused as `change_person` does.
    """
    former = person.department_id
    change_person(person=person, name=name, department=department, roles=roles, actor=actor, now=now)
    if department is None or department.pk == former or not customers_follow:
        return 0
    moved = follow_to_department(owner=person, former=former, department=department, actor=actor, now=now)
    replan(customer_ids=moved, as_of=local_date(now), now=now)
    return len(moved)


@transaction.atomic
def hand_over_everything(*, person: User, heir: User, actor: Actor, now: datetime) -> Burden:
    """All customers of a person go to a colleague, with everything that the person still owes to anybody.

    One hand-over is undone like any other: customers and promises go back. Raises Denied, with nothing done, where the
    actor may not hand over one of the customers; Refused where the heir has left or is the person.
    """
    if heir.pk == person.pk:
        raise Refused(_("Choose somebody else to take over."), field="heir")
    if not heir.is_active:
        raise Refused(_("%(person)s no longer works here: choose somebody else.") % {"person": heir}, field="heir")
    if not actor.level("customer", "assign"):
        raise Denied(_("You may not hand over customers. Ask somebody who may, then come back."))
    kept = Customer.objects.unscoped("a person hands over all or nothing").present().filter(owner=person)
    moved = hand_over(customer_ids=kept.values_list("pk", flat=True), owner=heir, actor=actor, now=now)
    owed = pass_on_everything(person=person, heir=heir, actor=actor, now=now)
    return Burden(customers=len(moved), promises=owed)


@transaction.atomic
def let_go(*, person: User, heir: User | None, actor: Actor, now: datetime) -> Burden:
    """A person leaves: everything is handed over, shared customers and rights for a time end, sessions end.

    Whoever looks after access may do this without a right to a single customer: the system hands over, on their
    behalf. Raises Denied to others, Refused where something would be left behind and there is no heir, and as
    `shut_out` and `hand_over_everything` do; then nothing is done.
    """
    if not actor.level("security", "edit"):
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    left = burden(person)
    if left and heir is None:
        sentence = _(
            "%(person)s still keeps %(customers)s customers and owes %(promises)s promises: choose who takes them."
        )
        words = {"person": person.name, "customers": left.customers, "promises": left.promises}
        raise Refused(sentence % words, field="heir")
    shut_out(person=person, actor=actor, now=now)
    if left and heir is not None:
        left = hand_over_everything(person=person, heir=heir, actor=SystemActor(on_behalf_of=actor), now=now)
    end_sharing_with(person=person, actor=actor, now=now)
    end_grants(person=person, actor=actor, now=now)
    return left
