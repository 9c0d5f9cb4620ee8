"""Promises say whether their owner may see the customer on their account; those made to oneself so far do not."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def close_own_words(apps, schema_editor):
    promise_model, line_model = apps.get_model("commitments", "Commitment"), apps.get_model("kernel", "Activity")
    own_words = line_model.objects.filter(
        kind="commitment", verb="promised", object_id=OuterRef("pk"), actor_id=OuterRef("owner_id")
    )
    free = promise_model._base_manager.filter(standard__isnull=True, cycle="")
    free.filter(Exists(own_words)).update(opens_customer=False)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial"), ("kernel", "0004_sealed_answers")]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="opens_customer",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunPython(close_own_words, migrations.RunPython.noop),
    ]
