"""What people have asked, the most urgent first; and the holds that keep things from being erased."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Permission, User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.models import LegalHold, PersonRequest, PersonRequestQuerySet, RequestStep
from zhike.kernel.errors import Denied, NotFound
from zhike.kernel.scope import Actor, ScopedQuerySet


def matching_requests(actor: Actor, *, state: str = "", kind: str = "") -> PersonRequestQuerySet:
    """Requests in the actor's sight, the open ones first by deadline; `state` may also be open or closed."""
    rows = PersonRequest.objects.for_user(actor).select_related("customer", "contact", "owner")
    if state in ("open", "closed"):
        rows = rows.filter(closed_at__isnull=state == "open")
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by(F("closed_at").desc(nulls_first=True), "due_at", "pk")


def find_request(actor: Actor, number: str, action: str = "view") -> PersonRequest:
    """One request by its number, to do `action` to it. Raises NotFound if unseen, Denied if seen but out of reach."""
    rows = PersonRequest.objects.for_user(actor).filter(number=number)
    found = rows.select_related("customer", "contact", "owner", "erasure_asked_by", "erasure_approved_by").first()
    if found is None:
        raise NotFound(_("There is no such request."))
    if action != "view" and not PersonRequest.objects.for_user(actor, action).filter(pk=found.pk).exists():
        raise Denied(_("You may see this request, but not work on it. Ask whoever answers it or your administrator."))
    return found


def request_steps(request: PersonRequest) -> QuerySet[RequestStep]:
    """The steps so far, the first one first."""
    return RequestStep.objects.filter(request=request).select_related("by").order_by("pk")


def holds_of(actor: Actor, customer_id: int) -> ScopedQuerySet[LegalHold]:
    """The holds that stand on a customer or anybody there."""
    rows = LegalHold.objects.for_user(actor).filter(customer_id=customer_id, lifted_at__isnull=True)
    return rows.select_related("contact", "placed_by").order_by("pk")


def hold_on(person: Contact | Customer) -> LegalHold | None:
    """The hold that keeps this person from being erased: one on the person, or on the whole customer."""
    rows = LegalHold.objects.unscoped("a hold binds whoever would erase").filter(lifted_at__isnull=True)
    if isinstance(person, Customer):
        return rows.filter(customer_id=person.pk).first()
    return rows.filter(Q(contact_id=person.pk) | Q(customer_id=person.customer_id, contact__isnull=True)).first()


def desk_people() -> QuerySet[User]:
    """Active people who may work on requests, by name: one of them answers each."""
    cells = Permission.objects.filter(kind="privacy", action="edit", level__gt=0)
    return User.objects.filter(is_active=True, roles__in=cells.values("role")).distinct().order_by("name", "pk")
