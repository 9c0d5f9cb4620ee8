"""Bases are given and withdrawn: each a new entry, none ever changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services.locking import locked, locked_contact
from zhike.domain.privacy.models import Consent, Way
from zhike.domain.privacy.rules.consent import carries
from zhike.kernel import trail
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def give_consent(
    *,
    person: Contact | Customer,
    purpose: str,
    basis: str,
    channel: str,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    expires_at: datetime | None = None,
    evidence: str = "",
    evidence_reference: str = "",
) -> Consent:
    """From `at` on (now, unless it was earlier) the purpose rests on that basis, until `expires_at` if given.

    A consent needs its evidence: what was said or signed, or where it is kept. Raises Refused, NotFound, Denied.
    """
    began = at or now
    _check_choices(purpose, basis, channel)
    if not carries(basis, purpose):
        sentence = _("“%(purpose)s” cannot rest on “%(basis)s”: ask the person for consent.")
        words = {"purpose": Consent.Purpose(purpose).label, "basis": Consent.Basis(basis).label}
        raise Refused(sentence % words, field="basis")
    if began > now:
        raise Refused(_("This lies in the future: enter when it was given."), field="at")
    if expires_at is not None and expires_at <= began:
        raise Refused(_("It would end before it begins: choose a later day."), field="expires_at")
    if basis == Consent.Basis.CONSENT and not (evidence.strip() or evidence_reference.strip()):
        raise Refused(_("Enter what the person said or signed, or where the paper or file is kept."), field="evidence")
    made = _entry(person, actor, purpose=purpose, basis=basis, channel=channel, now=now, at=began)
    made.is_given, made.expires_at = True, expires_at
    made.evidence, made.evidence_reference = evidence.strip(), evidence_reference.strip()
    return _keep(made, "given", actor=actor, now=now)


@transaction.atomic
def withdraw_consent(
    *, person: Contact | Customer, purpose: str, channel: str, actor: Actor, now: datetime, evidence: str = ""
) -> Consent:
    """The person does not want this any more, whatever it rested on; at once and without a reason.

    Raises Refused, NotFound, Denied.
    """
    _check_choices(purpose, Consent.Basis.CONSENT, channel)
    made = _entry(person, actor, purpose=purpose, basis=Consent.Basis.CONSENT, channel=channel, now=now, at=now)
    made.is_given, made.evidence = False, evidence.strip()
    return _keep(made, "withdrawn", actor=actor, now=now)


def _check_choices(purpose: str, basis: str, channel: str) -> None:
    for value, known, field in (
        (purpose, Consent.Purpose, "purpose"),
        (basis, Consent.Basis, "basis"),
        (channel, Way, "channel"),
    ):
        if value not in known.values:
            sentence = _("“%(value)s” is not known here; choose one of %(known)s.")
            raise Refused(sentence % {"value": value, "known": ", ".join(known.values)}, field=field)


def _entry(
    person: Contact | Customer, actor: Actor, *, purpose: str, basis: str, channel: str, now: datetime, at: datetime
) -> Consent:
    contact: Contact | None = None
    if isinstance(person, Contact):
        contact = locked_contact(person.pk, actor, "edit")
        customer_id = contact.customer_id
    else:
        customer = locked(person.pk, actor, "edit")
        if customer.kind != Customer.Kind.PERSON:
            raise Refused(_("A company gives no consent: choose one of its contacts."), field="contact")
        customer_id = customer.pk
    return Consent(
        customer_id=customer_id,
        contact=contact,
        purpose=purpose,
        basis=basis,
        channel=channel,
        at=at,
        taken_by_id=actor.pk,
        recorded_at=now,
    )


def _keep(made: Consent, verb: str, *, actor: Actor, now: datetime) -> Consent:
    made.save(force_insert=True)
    trail.record(
        verb=verb,
        kind="consent",
        object_id=made.pk,
        customer_id=made.customer_id,
        actor=actor,
        now=now,
        changes={"purpose": [None, made.purpose], "basis": [None, made.basis], "contact": [None, made.contact_id]},
    )
    return made
