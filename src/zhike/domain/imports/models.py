"""Batches: one file taken in, its progress, what could not be read, and what it changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a file holds."""

    CUSTOMERS = "customers", _("Customers")
    CONTACTS = "contacts", _("Contacts")
    ORDERS = "orders", _("Orders")
    INTERACTIONS = "interactions", _("Interactions")


class Batch(models.Model):
    """One file on its way in. Progress is written with the effects, so a killed import carries on."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Not started")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    sheet = models.CharField(max_length=120, blank=True)
    mapping = models.JSONField(default=dict)
    is_dry_run = models.BooleanField(default=False)
    creates_missing = models.BooleanField(default=False)
    position = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.kind})"


class RowProblem(models.Model):
    """One cell that could not be read: where it stands, what it says, and what was expected."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"row {self.row}, {self.heading}: {self.code}"


class RecordChange(models.Model):
    """One record that a batch created (`before` is null) or changed (`before`: the old values): what undo reads."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="record_changes")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "kind", "object_id"], name="imports_record_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} by batch {self.batch_id}"
