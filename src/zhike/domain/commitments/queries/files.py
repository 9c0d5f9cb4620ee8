"""One commitment, for reading it or for working on it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Commitment
from zhike.kernel.errors import Denied, NotFound
from zhike.kernel.scope import Actor


def commitment_file(actor: Actor, commitment_id: int, action: str = "view") -> Commitment:
    """The commitment, to do `action` to it. Raises NotFound if unseen, Denied if seen but out of reach."""
    rows = Commitment.objects.for_user(actor).of_present_customers().filter(pk=commitment_id)
    found = rows.select_related("customer", "standard", "owner", "closed_by", "assigned_by").first()
    if found is None:
        raise NotFound(_("There is no such promise."))
    if action != "view" and not Commitment.objects.for_user(actor, action).filter(pk=commitment_id).exists():
        raise Denied(_("You may see this promise, but not do this. Ask whoever owes it or your administrator."))
    return found
