"""Columns for what is sealed. Where SQLite has to copy a table, the last of its changes brings all of them into force."""

from django.db import migrations

import zhike.kernel.vault.fields
from zhike.kernel.vault.migrating import AlterToSealed


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_data_keys"), ("imports", "0001_initial")]

    operations = [
        AlterToSealed(
            model_name="batch",
            name="outline",
            field=zhike.kernel.vault.fields.SealedJSONField(default=dict, identity=("id",), purpose="imports"),
        ),
        migrations.AddField(
            model_name="batch",
            name="file_key",
            field=zhike.kernel.vault.fields.SealedCharField(
                blank=True, identity=("id",), max_length=64, purpose="imports"
            ),
        ),
        AlterToSealed(
            model_name="recordchange",
            name="after",
            field=zhike.kernel.vault.fields.SealedJSONField(
                identity=("batch_id", "kind", "object_id"), null=True, purpose="imports"
            ),
        ),
        migrations.AlterField(
            model_name="recordchange",
            name="before",
            field=zhike.kernel.vault.fields.SealedJSONField(
                identity=("batch_id", "kind", "object_id"), null=True, purpose="imports"
            ),
        ),
        AlterToSealed(
            model_name="rowproblem",
            name="parameters",
            field=zhike.kernel.vault.fields.SealedJSONField(
                default=dict, identity=("batch_id", "row", "heading", "code"), purpose="imports"
            ),
        ),
        migrations.AlterField(
            model_name="rowproblem",
            name="value",
            field=zhike.kernel.vault.fields.SealedCharField(
                blank=True, identity=("batch_id", "row", "heading", "code"), max_length=200, purpose="imports"
            ),
        ),
    ]
