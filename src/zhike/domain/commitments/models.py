"""Service standards, days that differ from the official calendar, commitments, and their escalations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.kernel.scope import Actor, Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, Mask, classified

WORK_OPENS: Final = timedelta(days=7)
"""How long after it is closed a commitment still lets its owner see the customer."""

ENDED_BY_ITSELF: Final = {
    "replanned": _("The customer's tier or the standard has changed."),
    "lapsed": _("The next cycle has begun."),
    "deleted": _("The customer's file was deleted."),
}
"""Why a commitment ended that no person closed, by its `closing_kind`: told to each reader in his or her language."""


class Closure(models.Model):
    """A day on which the company departs from the official calendar: closed, or open although it would be off."""

    sensitivity: ClassVar[Classes] = classified(public="day name is_working")

    day = models.DateField(unique=True)
    name = models.CharField(max_length=80)
    is_working = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ServiceStandard(models.Model):
    """A promise that the company makes: what starts it, for whom, who owes it, by when, to whom it escalates."""

    class Trigger(models.TextChoices):
        EVENT = "event", _("Event")
        CADENCE = "cadence", _("Cadence")

    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "key version name content guide trigger event rule scheme tiers owner_role channel escalation "
            "playbook started_at retired_at"
        ),
    )

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    guide = models.JSONField(default=dict, blank=True)
    trigger = models.CharField(max_length=10, choices=Trigger)
    event = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=40)
    scheme = models.ForeignKey("segmentation.Scheme", models.PROTECT, null=True, related_name="+")
    tiers = models.JSONField(default=list)
    owner_role = models.CharField(max_length=40, default="owner")
    channel = models.CharField(max_length=20, blank=True)
    escalation = models.JSONField(default=list)
    playbook = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "version"], name="commitments_standard_version"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(retired_at__isnull=True), name="commitments_standard_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class CommitmentQuerySet(ScopedQuerySet["Commitment"]):
    """Words for sets of commitments."""

    def open(self) -> Self:
        """Neither kept nor missed nor waived."""
        return self.filter(closed_at__isnull=True)

    def overdue(self, as_of: datetime) -> Self:
        """Open past their deadline."""
        return self.open().filter(due_at__lt=as_of)

    def of_present_customers(self) -> Self:
        """Those to customers that have not been deleted."""
        return self.filter(customer__deleted_at__isnull=True)

    def planned(self) -> Self:
        """Items of care plans: those that a cadence made."""
        return self.exclude(cycle="")


class Commitment(models.Model):
    """One promise to one customer: what, who owes it, by when, and how it ended.

    `opens_customer`: its owner may see the customer on its account. One's own word does not open it, nor that of
    somebody who only has sight of the customer himself.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Kept")
        MISSED = "missed", _("Missed")
        WAIVED = "waived", _("Waived")

    # Plans insert by the hundred thousand: foreign keys get no index of their own where none is read by it alone.
    scope: ClassVar[Scope] = Scope(kind="commitment", root="customer", root_kind="customer", own="owner")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "customer standard content owner assigned_by due_at planned_on cycle source_kind source_id "
            "created_at snoozed_until escalated_to_step outcome closed_at closed_by closing_kind "
            "closing_id opens_customer"
        ),
        personal={"closing_note": Mask.NOTE},
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(ServiceStandard, models.PROTECT, null=True, related_name="commitments", db_index=False)
    content = models.CharField(_("content"), max_length=300, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(_("due"))
    planned_on = models.DateField(_("planned"), null=True)
    cycle = models.CharField(max_length=12, blank=True)
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    snoozed_until = models.DateTimeField(null=True)
    escalated_to_step = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    closing_note = models.CharField(max_length=300, blank=True)
    closing_kind = models.CharField(max_length=20, blank=True)
    closing_id = models.BigIntegerField(null=True)
    opens_customer = models.BooleanField(default=True, db_default=True)

    objects: ClassVar[CommitmentQuerySet] = CommitmentQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Commitment]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "standard", "cycle"],
                condition=~Q(cycle="") & ~Q(outcome="waived"),
                name="commitments_commitment_once_a_cycle",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="commitments_commitment_closed_with_outcome",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["owner", "due_at"], condition=Q(closed_at__isnull=True), name="commitments_open_by_owner"
            ),
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="commitments_open_by_due"),
            models.Index(fields=["customer", "-due_at"], name="commitments_by_customer"),
            models.Index(fields=["planned_on"], condition=~Q(cycle=""), name="commitments_by_planned_day"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.content or self.standard_id} by {self.due_at:%Y-%m-%d %H:%M}"

    @classmethod
    def roots_for(cls, actor: Actor, action: str) -> models.QuerySet[Any, Any]:
        """Ids of the customers whom the actor's work opens to view: those owed something, until a week after.

        What one has promised by oneself is no such work.
        """
        if action != "view" or actor.moment is None:
            return cls.everything.none().values("customer")
        lately = Q(closed_at__isnull=True) | Q(closed_at__gt=actor.moment - WORK_OPENS)
        return cls.everything.filter(lately, owner=actor.pk, opens_customer=True).values("customer")


class Escalation(models.Model):
    """That a commitment past its time was put before somebody further up."""

    sensitivity: ClassVar[Classes] = classified(internal="commitment step to at")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["commitment", "step"], name="commitments_escalation_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} step {self.step}"
