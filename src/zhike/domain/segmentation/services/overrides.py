"""Tiers set by hand: with a reason, until a day, and back to the rules afterwards."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services.locking import locked
from zhike.domain.segmentation.models import Override
from zhike.domain.segmentation.queries.schemes import spec_of, version_in_force
from zhike.domain.segmentation.services.one_customer import reevaluate
from zhike.kernel import trail
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.scope import way


@transaction.atomic
def override_tier(
    *, customer_id: int, scheme_key: str, tier: str, reason: str, expires_on: date, actor: User, now: datetime
) -> Override:
    """Give the customer a tier that outranks the rules until `expires_on`; it takes the place of an earlier override.

    Raises NotFound for a customer or scheme out of reach, Refused for an unknown tier, a past day or no reason.
    """
    customer = _customer(customer_id, actor)
    version = version_in_force(scheme_key)
    known = {each.key for each in spec_of(version).tier_list()}
    if tier not in known:
        raise Refused(_("The scheme has no tier “%(tier)s”; choose one of its tiers.") % {"tier": tier}, field="tier")
    if not reason.strip():
        raise Refused(_("Say why this customer gets another tier than the rules give."), field="reason")
    if expires_on <= local_date(now):
        raise Refused(_("The last day must lie in the future; choose a later one."), field="expires_on")
    ended = Override.objects.filter(customer=customer, scheme_id=version.scheme_id, ended_at__isnull=True)
    ended.update(ended_at=now)
    override = Override.objects.create(
        customer=customer,
        scheme_id=version.scheme_id,
        tier=tier,
        reason=reason.strip(),
        expires_on=expires_on,
        made_at=now,
        made_by=actor,
    )
    reevaluate(customer_id=customer.pk, as_of=local_date(now))
    trail.record(
        verb="overridden",
        kind="tier",
        object_id=override.pk,
        customer_id=customer.pk,
        actor=actor,
        now=now,
        changes={"scheme": scheme_key, "tier": tier, "expires_on": expires_on, "reason": [None, override.reason]},
    )
    return override


@transaction.atomic
def end_override(*, customer_id: int, scheme_key: str, actor: User, now: datetime) -> None:
    """Let the rules decide again. Raises NotFound where no override is in force."""
    customer = _customer(customer_id, actor)
    version = version_in_force(scheme_key)
    override = Override.objects.filter(customer=customer, scheme_id=version.scheme_id, ended_at__isnull=True).first()
    if override is None:
        raise NotFound(_("No tier is set by hand here."))
    override.ended_at = now
    override.save(update_fields=["ended_at"])
    reevaluate(customer_id=customer.pk, as_of=local_date(now))
    trail.record(
        verb="override_ended",
        kind="tier",
        object_id=override.pk,
        customer_id=customer.pk,
        actor=actor,
        now=now,
        changes={"scheme": scheme_key, "tier": override.tier},
    )


@transaction.atomic
def lapse_overrides(*, as_of: date, now: datetime) -> int:
    """Close the overrides whose day has come; the evaluation that follows gives the tiers back. Returns how many."""
    lapsed = Override.objects.filter(ended_at__isnull=True, expires_on__lte=as_of)
    return lapsed.update(ended_at=now)


def _customer(customer_id: int, actor: User) -> Customer:
    customer = locked(customer_id, actor, "edit")
    if way(actor, "tier", "edit", customer) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    return customer
