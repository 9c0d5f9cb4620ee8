"""The keys that the database is sealed with, each wrapped by the master key, which is not here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from zhike.kernel.sensitivity import Classes, classified


class DataKey(models.Model):
    """One key of one purpose. The one that is not superseded seals; a retired one has nothing left to open."""

    sensitivity: ClassVar[Classes] = classified(
        internal="id purpose created_at superseded_at retired_at", sealed="wrapped"
    )

    id = models.CharField(max_length=8, primary_key=True)
    purpose = models.CharField(max_length=40)
    wrapped = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(superseded_at__isnull=True), name="vault_datakey_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
