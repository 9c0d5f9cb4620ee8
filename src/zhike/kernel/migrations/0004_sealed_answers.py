"""The answers kept for programs are sealed."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import zhike.kernel.vault.fields
from zhike.kernel.vault.migrating import AlterToSealed, seal_rows


def seal(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    seal_rows(editor.connection, apps.get_model("kernel", "AnsweredRequest"))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("vault", "0001_data_keys"), ("kernel", "0003_trail_chain")]

    operations = [
        AlterToSealed(
            model_name="answeredrequest",
            name="body",
            field=zhike.kernel.vault.fields.SealedTextField(identity=("actor_id", "key"), purpose="answers"),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
    ]
