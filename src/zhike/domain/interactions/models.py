"""Interactions: when, through which channel, who with whom, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.kernel.scope import Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, Mask, classified


class Interaction(models.Model):
    """One contact with a customer, logged by somebody who took part or imported from elsewhere."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        VISIT = "visit", _("Visit")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("E-mail")
        MEETING = "meeting", _("Online meeting")
        OTHER = "other", _("Other")

    scope: ClassVar[Scope] = Scope(kind="interaction", root="customer", root_kind="customer", own="logged_by")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "customer occurred_at channel is_connected mentions_competitor mentions_leaving external_id "
            "logged_by token created_at contacts staff"
        ),
        personal={"summary": Mask.NOTE, "feedback": Mask.NOTE},
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField(_("time"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    contacts = models.ManyToManyField("customers.Contact", blank=True, related_name="+")
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    is_connected = models.BooleanField(_("connected"), default=True)
    summary = models.TextField(_("summary"), blank=True)
    feedback = models.TextField(_("customer's feedback"), blank=True)
    mentions_competitor = models.BooleanField(_("mentioned a competitor"), default=False)
    mentions_leaving = models.BooleanField(_("mentioned leaving"), default=False)
    external_id = models.CharField(max_length=80, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedQuerySet[Interaction]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Interaction]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="interactions_interaction_external_id"
            ),
            models.UniqueConstraint(
                fields=["logged_by", "token"], condition=~Q(token=""), name="interactions_interaction_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-occurred_at"], name="interactions_by_customer"),
            models.Index(fields=["occurred_at"], name="interactions_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.channel} {self.occurred_at:%Y-%m-%d}"
