"""Whoever administers has a second factor: nobody goes without but in a demo."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations


def ask_administrators(apps: Any, schema_editor: Any) -> None:
    """Bring rules that asked nobody to the ordinary one."""
    policies = apps.get_model("identity", "Policy").objects
    policies.filter(second_factor="nobody", is_demo=False).update(second_factor="administrators")


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("identity", "0001_initial")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RunPython(ask_administrators, migrations.RunPython.noop)
    ]
