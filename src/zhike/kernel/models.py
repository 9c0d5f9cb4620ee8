"""Rows that every package leans on: the trail, counters for numbers, leases for jobs, answered API writes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhike.kernel.sensitivity import Classes, Mask, classified


class Activity(models.Model):
    """One line of the trail: who did what to which record, and what changed. Append-only."""

    sensitivity: ClassVar[Classes] = classified(
        internal="at actor verb kind object_id customer_id note",
        personal={"changes": Mask.HIDDEN},
    )

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer_id", "-at"], name="kernel_activity_customer"),
            models.Index(fields=["kind", "object_id", "-at"], name="kernel_activity_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.kind} {self.object_id}"


class Sequence(models.Model):
    """The last number given out under a name; locked by the transaction that takes the next one."""

    sensitivity: ClassVar[Classes] = classified(internal="name value")

    name = models.CharField(max_length=60, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class Lease(models.Model):
    """Who does a job that must not run twice at once, and until when the others leave it alone."""

    sensitivity: ClassVar[Classes] = classified(internal="name holder until")

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=60)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder} until {self.until:%H:%M:%S}"


class AnsweredRequest(models.Model):
    """An API write that was carried out under an idempotency key, and the answer it got."""

    sensitivity: ClassVar[Classes] = classified(
        internal="actor key fingerprint status at",
        personal={"body": Mask.HIDDEN},
    )

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["actor", "key"], name="kernel_answered_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"


class JobRequest(models.Model):
    """Long work that somebody asked for from a page: who asked, how far it is, and what came of it.

    A row is open until `finished_at`; a worker holds it by `holder` and `lease_until`, and loses it when it dies.
    """

    sensitivity: ClassVar[Classes] = classified(
        internal="name arguments requested_at requested_by holder lease_until started_at finished_at result failure",
    )

    name = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    holder = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["requested_at"], condition=models.Q(finished_at__isnull=True), name="kernel_job_request_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
