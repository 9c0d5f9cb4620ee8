"""Schemes of tiers in their versions, and each customer's tier as half-open periods with the figures behind it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.kernel.scope import Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, classified


class Scheme(models.Model):
    """A way of sorting customers into tiers, such as RFM or ABC. Its rules stand in the versions."""

    sensitivity: ClassVar[Classes] = classified(internal="key name is_primary position retired_at")

    key = models.SlugField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    is_primary = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.key


class SchemeVersion(models.Model):
    """The rules of a scheme from one approval to the next, and the breakpoints that the last evaluation found."""

    sensitivity: ClassVar[Classes] = classified(
        internal="scheme number definition started_at ended_at approved_by breakpoints evaluated_on",
    )

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    breakpoints = models.JSONField(default=dict)
    evaluated_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "number"], name="segmentation_version_number"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(ended_at__isnull=True), name="segmentation_version_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} v{self.number}"


class StandingQuerySet(ScopedQuerySet["Standing"]):
    """Words for sets of standings."""

    def current(self) -> Self:
        """The periods that have not ended."""
        return self.filter(ended_on__isnull=True)


class Standing(models.Model):
    """A customer's tier under a scheme over a half-open period [started_on, ended_on), with scores and figures.

    While the tier stays, scores and figures are brought up to date in place; when it changes, the period ends and the
    next one begins.
    """

    scope: ClassVar[Scope] = Scope(kind="tier", root="customer", root_kind="customer")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "customer scheme version tier previous_tier recency_score frequency_score monetary_score "
            "total_score figures evaluated_on started_on ended_on override"
        ),
    )

    # The indexes below answer every question; one more per key would cost the first night a quarter of its time.
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="standings", db_index=False)
    version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(max_length=40)
    previous_tier = models.CharField(max_length=40, blank=True)
    recency_score = models.PositiveSmallIntegerField(null=True)
    frequency_score = models.PositiveSmallIntegerField(null=True)
    monetary_score = models.PositiveSmallIntegerField(null=True)
    total_score = models.FloatField(null=True)
    figures = models.JSONField(default=dict)
    evaluated_on = models.DateField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    override = models.ForeignKey("Override", models.PROTECT, null=True, related_name="standings", db_index=False)

    objects: ClassVar[StandingQuerySet] = StandingQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Standing]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "scheme"], condition=Q(ended_on__isnull=True), name="segmentation_standing_current"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["scheme", "tier", "customer"],
                condition=Q(ended_on__isnull=True),
                name="segmentation_standing_tier",
            ),
            models.Index(fields=["customer", "scheme", "-started_on"], name="segmentation_standing_history"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.tier} since {self.started_on}"


class Override(models.Model):
    """A tier set by hand, with its reason and the day it lapses; it outranks the rules until then."""

    sensitivity: ClassVar[Classes] = classified(
        internal="customer scheme tier reason expires_on made_at made_by ended_at",
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="overrides")
    tier = models.CharField(max_length=40)
    reason = models.CharField(_("reason"), max_length=200)
    expires_on = models.DateField(_("expires"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "scheme"], condition=Q(ended_at__isnull=True), name="segmentation_override_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.tier} until {self.expires_on}"
