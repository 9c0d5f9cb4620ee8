"""Rows that every package leans on: the trail, counters for numbers, leases for jobs, answered API writes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from zhike.kernel.sensitivity import Classes, Mask, classified
from zhike.kernel.vault.fields import SealedJSONField, SealedTextField


class AppendOnly(models.QuerySet[Any]):
    """Rows that are written once: neither changed nor deleted through the ORM, as the database refuses it too."""

    def update(self, **values: Any) -> int:
        raise AppendOnlyError(self.model.__name__)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(self.model.__name__)

    def bulk_update(self, *arguments: Any, **options: Any) -> int:
        raise AppendOnlyError(self.model.__name__)


class AppendOnlyError(TypeError):
    """A programming error: a row of the trail was about to be changed or deleted."""


class Activity(models.Model):
    """One line of the trail: who did what to which record, and what changed. Append-only.

    `changes` shows personal values masked; whole, they stand encrypted in `ActivityValues`. `mac` vouches for the row:
    whoever changes, copies or makes one up in the database does not have the key.
    """

    sensitivity: ClassVar[Classes] = classified(
        internal="at actor verb kind object_id customer_id note mac",
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
    mac = models.BinaryField(max_length=16, default=bytes)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer_id", "-at"], name="kernel_activity_customer"),
            models.Index(fields=["kind", "object_id", "-at"], name="kernel_activity_object"),
            models.Index(fields=["-at", "-id"], name="kernel_activity_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.kind} {self.object_id}"

    def save(self, *arguments: Any, **options: Any) -> None:
        """Write the row for the first time; any later time is a mistake of the program."""
        if not self._state.adding:
            raise AppendOnlyError("Activity")
        super().save(*arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("Activity")


class ActivityValues(models.Model):
    """The personal values that one line of the trail changed, whole and encrypted, as `{field: [before, after]}`.

    They stand apart from the line, so that they can be re-encrypted under a new key, or erased, and the chain holds.
    """

    sensitivity: ClassVar[Classes] = classified(internal="activity", sealed="sealed")

    activity = models.OneToOneField(
        Activity, models.PROTECT, primary_key=True, related_name="kept_values", db_constraint=False
    )
    sealed = SealedJSONField(purpose="trail", identity=("activity_id",))

    def __str__(self) -> str:
        return f"values of {self.pk}"


class UnsealedActivity(models.Model):
    """The number of a row of the trail that no seal covers yet. Numbers are given out here, once and in order."""

    sensitivity: ClassVar[Classes] = classified()

    def __str__(self) -> str:
        return str(self.pk)


class Seal(models.Model):
    """A link of the chain: ties some rows of the trail to all seals before it.

    `ranges` are the numbers of the rows, as `1-700,702-1000`; `digest` is over their numbers and macs; `hash` is over
    all that, under the trail's key, and over `previous`, the hash of the seal before. Rows past their time go by whole
    seals: `trimmed_at` and `trim_proof` then stand for them, and the last seal without rows remains as a checkpoint.
    """

    sensitivity: ClassVar[Classes] = classified(
        internal="number at previous ranges count last_id newest_at digest hash trimmed_at trim_proof"
    )

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    ranges = models.TextField()
    count = models.PositiveIntegerField()
    last_id = models.BigIntegerField()
    newest_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    trimmed_at = models.DateTimeField(null=True)
    trim_proof = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_id"], name="kernel_seal_last"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.count} rows"


class RetentionPeriod(models.Model):
    """For how many days rows of some kind are kept, where the company has said so."""

    sensitivity: ClassVar[Classes] = classified(internal="name days")

    name = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.name}: {self.days} days"


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
    body = SealedTextField(purpose="answers", identity=("actor_id", "key"))
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
