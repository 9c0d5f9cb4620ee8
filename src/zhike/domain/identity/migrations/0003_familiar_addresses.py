"""Remember from where an account has signed in: what is tried elsewhere does not lock it out there."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("identity", "0002_second_factors_of_administrators")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField("attempt", "succeeded_at", models.DateTimeField(null=True))
    ]
