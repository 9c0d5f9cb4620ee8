"""Batches: one file taken in, its progress, what could not be read, and what it changed."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.kernel.scope import Actor, Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, Mask, classified
from zhike.kernel.vault.fields import SealedCharField, SealedJSONField

_CELL = ("batch_id", "row", "heading", "code")
_RECORD = ("batch_id", "kind", "object_id")


class Kind(models.TextChoices):
    """What a file holds."""

    CUSTOMERS = "customers", _("Customers")
    CONTACTS = "contacts", _("Contacts")
    ORDERS = "orders", _("Orders")
    INTERACTIONS = "interactions", _("Interactions")


class BatchQuerySet(ScopedQuerySet["Batch"]):
    """Words for sets of batches."""

    def waiting(self) -> Self:
        """Those that a worker has to begin, to carry on with, or to take back, the oldest first."""
        return self.filter(status__in=Batch.AT_WORK).order_by("pk")


class Batch(models.Model):
    """One file on its way in. Progress and effects are written in the same transactions, so a killed import carries on.

    `position` counts the staged rows that have been dealt with, `rows_read` those that have been staged; `rows` is how
    many the file holds, known for certain once it has been read. `failed` counts rows; created, updated and unchanged
    count records. `shared_numbers` are order numbers that stood for several orders,
    `evaluated` the customers graded anew at once (null: they wait for the night).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Not started")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        CHECKED = "checked", _("Checked")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    AT_WORK: ClassVar[tuple[str, ...]] = (Status.QUEUED, Status.RUNNING, Status.UNDOING)

    COUNTS: ClassVar[tuple[str, ...]] = ("position", "created", "updated", "unchanged", "failed", "shared_numbers")

    scope: ClassVar[Scope] = Scope(kind="import", owner="made_by", department="made_by__department")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "kind status file_name digest sheet mapping is_dry_run creates_missing rows rows_read "
            "position created updated unchanged failed shared_numbers evaluated failure made_by "
            "made_at token started_at finished_at undone_at undone_by"
        ),
        personal={"outline": Mask.HIDDEN},
        sealed="file_key",
    )

    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(max_length=120, blank=True)
    mapping = models.JSONField(default=dict)
    is_dry_run = models.BooleanField(default=False)
    creates_missing = models.BooleanField(default=False)
    rows = models.PositiveBigIntegerField(default=0)
    rows_read = models.PositiveBigIntegerField(default=0)
    position = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    outline = SealedJSONField(default=dict, purpose="imports", identity=("id",))
    file_key = SealedCharField(max_length=64, blank=True, purpose="imports", identity=("id",))
    shared_numbers = models.PositiveBigIntegerField(default=0)
    evaluated = models.PositiveIntegerField(null=True)
    failure = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    token = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[BatchQuerySet] = BatchQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Batch]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "id"], name="imports_batch_status"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["made_by", "token"], condition=~Q(token=""), name="imports_batch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.kind})"

    def is_of(self, actor: Actor) -> bool:
        """Whether the actor made it, and is not somebody else who looks at the pages as that person."""
        return actor.pk == self.made_by_id and getattr(actor, "seen_by", None) is None

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do here."""
        return self.status in self.AT_WORK

    @property
    def has_counts(self) -> bool:
        """Whether the counts say what has been written."""
        return not self.is_dry_run and self.status not in (self.Status.DRAFT, self.Status.QUEUED)


class RowProblem(models.Model):
    """One cell that could not be read: where it stands, what it says, and what was expected."""

    sensitivity: ClassVar[Classes] = classified(
        internal="batch row heading code",
        personal={"value": Mask.HIDDEN, "parameters": Mask.HIDDEN},
    )

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="problems", db_index=False)
    row = models.PositiveIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    value = SealedCharField(max_length=200, blank=True, purpose="imports", identity=_CELL)
    code = models.CharField(max_length=60)
    parameters = SealedJSONField(default=dict, purpose="imports", identity=_CELL)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["batch", "row"], name="imports_row_problem_batch"),
        ]

    def __str__(self) -> str:
        return f"row {self.row}, {self.heading}: {self.code}"


class RecordChange(models.Model):
    """One record that a batch created (`before` is null) or changed, and what taking it back came to.

    `before` and `after` hold the fields that changed. A created record bears `at` as its time of last change until
    somebody touches it.
    """

    class Undo(models.TextChoices):
        NOT_TRIED = "", _("Not tried")
        DONE = "done", _("Taken back")
        CHANGED_SINCE = "changed", _("Changed since, so it stays")
        OUT_OF_REACH = "reach", _("Not yours to change, so it stays")
        NEEDED = "needed", _("Other records hang on it, so it stays")

    sensitivity: ClassVar[Classes] = classified(
        internal="batch kind object_id at undo",
        personal={"before": Mask.HIDDEN, "after": Mask.HIDDEN},
    )

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="record_changes", db_index=False)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    before = SealedJSONField(null=True, purpose="imports", identity=_RECORD)
    after = SealedJSONField(null=True, purpose="imports", identity=_RECORD)
    at = models.DateTimeField()
    undo = models.CharField(max_length=10, choices=Undo, default=Undo.NOT_TRIED, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "kind", "object_id"], name="imports_record_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} by batch {self.batch_id}"
