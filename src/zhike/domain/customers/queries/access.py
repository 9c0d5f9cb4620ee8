"""Who may see a customer, and why: collaborators, and the rule that opens it to one reader in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Collaborator, Customer
from zhike.kernel.clock import local_date
from zhike.kernel.scope import Level, Way, way


def collaborators(actor: User, customer: Customer) -> list[Collaborator]:
    """With whom the customer is shared at the actor's moment, the first first."""
    rows = Collaborator.live(actor.moment).filter(customer=customer).select_related("person", "shared_by")
    return list(rows.order_by("shared_at", "pk"))


def why_seen(actor: User, customer: Customer) -> str:
    """The rule by which the actor sees this customer, in one sentence of the reader's language."""
    found = way(actor, "customer", "view", customer)
    words = {"department": customer.department.name if customer.department else ""}
    match found:
        case Way.OWNER:
            sentence = _("You see this customer because you are its owner.")
        case Way.DEPARTMENT:
            sentence = _("You see this customer because it belongs to your department, %(department)s.")
        case Way.BELOW:
            sentence = _("You see this customer because it belongs to %(department)s, a department under yours.")
        case Way.ALL:
            sentence = _("You see this customer because your role sees all customers.")
        case Way.SHARED:
            return _shared(actor, customer)
        case _:
            return _("You see this customer because you owe it a promise, or did within the last seven days.")
    granted = _grant(actor) if found is not Way.OWNER else ""
    return f"{sentence % words} {granted}".strip()


def _shared(actor: User, customer: Customer) -> str:
    row = next(each for each in collaborators(actor, customer) if each.person_id == actor.pk)
    words = {
        "by": row.shared_by.name if row.shared_by else _("The system"),
        "since": local_date(row.shared_at),
        "until": local_date(row.until) if row.until else "",
        "reason": row.reason,
    }
    if row.until:
        return (
            _("You see this customer because %(by)s shared it with you on %(since)s, until %(until)s: %(reason)s.")
            % words
        )
    return _("You see this customer because %(by)s shared it with you on %(since)s: %(reason)s.") % words


def _grant(actor: User) -> str:
    """Where the right comes from a grant and no role goes as far: by whom, and until when."""
    level = actor.level("customer", "view")
    by_role = actor.roles.filter(
        permissions__kind="customer", permissions__action="view", permissions__level__gte=level
    )
    if level == Level.NONE or by_role.exists():
        return ""
    row = actor.live_grants().filter(kind="customer", action="view", level=level).select_related("given_by").first()
    if row is None:
        return ""
    words = {
        "by": row.given_by.name if row.given_by else _("The system"),
        "until": local_date(row.until),
        "reason": row.reason,
    }
    return _("%(by)s gave you this right until %(until)s: %(reason)s.") % words
