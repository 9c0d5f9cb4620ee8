"""Bases for contacting people, what people ask of us, holds, erasures, and how long things are kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.domain.privacy.rules.consent import Entry
from zhike.kernel.scope import Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, Mask, classified
from zhike.kernel.vault.fields import SealedCharField, SealedModel, SealedTextField, row_uuid


class Way(models.TextChoices):
    """How somebody told us: what he or she agrees to, or asks for."""

    PAPER = "paper", _("On paper")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    WEBSITE = "website", _("Website")
    IN_PERSON = "in_person", _("In person")


class Consent(SealedModel):
    """One entry of the history of a person and a purpose: a basis given, or withdrawn. Append-only.

    Without `contact` the entry is about the customer itself, which then is a person.
    """

    class Purpose(models.TextChoices):
        SERVICE = "service", _("Service and after-sales")
        SURVEY = "survey", _("Satisfaction surveys")
        MARKETING_EMAIL = "marketing_email", _("Marketing by e-mail")
        MARKETING_MESSAGE = "marketing_message", _("Marketing by SMS or WeChat")
        MARKETING_CALL = "marketing_call", _("Marketing by phone")
        RECORDING = "recording", _("Recording of calls")
        PROFILING = "profiling", _("Profiling and automatic decisions")

    class Basis(models.TextChoices):
        CONSENT = "consent", _("Consent")
        CONTRACT = "contract", _("Contract")
        LEGAL_DUTY = "legal_duty", _("Legal duty")
        PUBLISHED = "published", _("Published by the person")

    scope: ClassVar[Scope] = Scope(kind="contact", root="customer", root_kind="customer")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "uuid customer contact purpose basis is_given at expires_at channel evidence_reference taken_by recorded_at"
        ),
        personal={"evidence": Mask.NOTE},
    )

    uuid = row_uuid()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    contact = models.ForeignKey("customers.Contact", models.PROTECT, null=True, related_name="+", db_index=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    is_given = models.BooleanField()
    at = models.DateTimeField(_("from"))
    expires_at = models.DateTimeField(_("until"), null=True)
    channel = models.CharField(_("how"), max_length=20, choices=Way)
    evidence = SealedTextField(_("evidence"), blank=True, purpose="privacy")
    evidence_reference = models.CharField(_("where the evidence is kept"), max_length=120, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    objects: ClassVar[ScopedQuerySet[Consent]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Consent]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["contact", "purpose", "-at", "-id"], name="privacy_consent_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.basis} {'given' if self.is_given else 'withdrawn'} {self.at:%Y-%m-%d}"

    def entry(self) -> Entry:
        """The entry on plain values."""
        return Entry(self.purpose, self.basis, self.is_given, self.at, self.expires_at)


class PersonRequestQuerySet(ScopedQuerySet["PersonRequest"]):
    """Words for sets of requests."""

    def open(self) -> Self:
        """Neither answered nor refused."""
        return self.filter(closed_at__isnull=True)

    def overdue(self, as_of: datetime) -> Self:
        """Open past their deadline."""
        return self.open().filter(due_at__lt=as_of)


class PersonRequest(SealedModel):
    """What a person asks of us about his or her own information, and how far the answer is.

    Without `contact` the person is the customer itself. An erasure is asked for by one of us and approved by another.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("Look into")
        COPY = "copy", _("A copy")
        CORRECT = "correct", _("Correct")
        ERASE = "erase", _("Erase")
        MOVE = "move", _("Move to another company")
        WITHDRAW = "withdraw", _("Withdraw consent")
        OBJECT = "object", _("Explain or object")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CHECKED = "checked", _("Identity checked")
        IN_WORK = "in_work", _("In work")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Declined")

    class Proof(models.TextChoices):
        NOT_CHECKED = "", _("Not checked")
        KNOWN_CONTACT = "known_contact", _("Called back on the number on file")
        DOCUMENT = "document", _("Document shown")
        SIGNED_IN = "signed_in", _("Signed in to a known account")
        AUTHORISED = "authorised", _("Authorised by letter")

    scope: ClassVar[Scope] = Scope(kind="privacy", root="customer", root_kind="customer", own="owner")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "uuid number kind state customer contact channel received_at due_at owner proof closed_at closed_by "
            "erasure_asked_by erasure_asked_at erasure_approved_by"
        ),
        personal={"asked_by": Mask.PERSON, "wish": Mask.NOTE, "answer": Mask.NOTE},
    )

    uuid = row_uuid()
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("what is asked"), max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    contact = models.ForeignKey("customers.Contact", models.PROTECT, null=True, related_name="+")
    asked_by = SealedCharField(_("who asks"), max_length=120, purpose="privacy")
    channel = models.CharField(_("how"), max_length=20, choices=Way)
    wish = SealedTextField(_("in the person's words"), blank=True, purpose="privacy")
    received_at = models.DateTimeField(_("received"))
    due_at = models.DateTimeField(_("due"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proof = models.CharField(max_length=20, choices=Proof, blank=True, default=Proof.NOT_CHECKED)
    answer = SealedTextField(blank=True, purpose="privacy")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    erasure_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    erasure_asked_at = models.DateTimeField(null=True)
    erasure_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects: ClassVar[PersonRequestQuerySet] = PersonRequestQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[PersonRequest]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(erasure_approved_by__isnull=True) | ~Q(erasure_approved_by=models.F("erasure_asked_by")),
                name="privacy_request_erased_by_two",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=["received", "checked", "in_work"])
                | Q(closed_at__isnull=False, state__in=["answered", "refused"]),
                name="privacy_request_closed_with_answer",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="privacy_request_open"),
        ]

    def __str__(self) -> str:
        return self.number


class RequestStep(SealedModel):
    """One step of a request: who did what, when. Append-only."""

    class Verb(models.TextChoices):
        RECEIVED = "received", _("Received")
        CHECKED = "checked", _("Identity checked")
        IN_WORK = "in_work", _("Taken into work")
        EXPORTED = "exported", _("Information given out")
        ERASURE_ASKED = "erasure_asked", _("Erasure asked for")
        ERASED = "erased", _("Erased")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Declined")

    sensitivity: ClassVar[Classes] = classified(internal="uuid request verb at by", personal={"note": Mask.NOTE})

    uuid = row_uuid()
    request = models.ForeignKey(PersonRequest, models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20, choices=Verb)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    note = SealedTextField(blank=True, purpose="privacy")

    def __str__(self) -> str:
        return f"{self.request_id} {self.verb}"


class LegalHold(models.Model):
    """That nothing about a customer, or one person there, may be erased while a dispute or an inspection lasts."""

    scope: ClassVar[Scope] = Scope(kind="privacy", root="customer", root_kind="customer")
    sensitivity: ClassVar[Classes] = classified(
        internal="customer contact reason placed_by placed_at lifted_by lifted_at"
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    contact = models.ForeignKey("customers.Contact", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=300)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedQuerySet[LegalHold]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[LegalHold]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.reason}"


class Erasure(models.Model):
    """That a person was made anonymous, why, and when the last copies left the files of the database."""

    sensitivity: ClassVar[Classes] = classified(internal="customer contact request rule at counts swept_at")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    contact = models.ForeignKey("customers.Contact", models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(PersonRequest, models.PROTECT, null=True, related_name="erasures")
    rule = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    swept_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.contact_id} at {self.at:%Y-%m-%d}"


class RetentionRule(models.Model):
    """How long one kind of data is kept, and whether anything is done about it; the kinds stand in the rules."""

    sensitivity: ClassVar[Classes] = classified(
        internal="key amount is_on changed_at changed_by last_run_at last_count"
    )

    key = models.CharField(max_length=20, unique=True)
    amount = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    last_run_at = models.DateTimeField(null=True)
    last_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.amount}"
