import django.db.models.deletion
from django.db import migrations, models

from zhike.kernel.vault.fields import SealedJSONField


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("previous", models.BinaryField(max_length=32)),
                ("ranges", models.TextField()),
                ("count", models.PositiveIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("newest_at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("trimmed_at", models.DateTimeField(null=True)),
                ("trim_proof", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["last_id"], name="kernel_seal_last"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionPeriod",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("days", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="UnsealedActivity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="ActivityValues",
            fields=[
                (
                    "activity",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="kept_values",
                        serialize=False,
                        to="kernel.activity",
                    ),
                ),
                ("sealed", SealedJSONField(identity=("activity_id",), purpose="trail")),
            ],
        ),
        migrations.AddField(model_name="activity", name="mac", field=models.BinaryField(default=bytes, max_length=16)),
        migrations.AddIndex(
            model_name="activity", index=models.Index(fields=["-at", "-id"], name="kernel_activity_at")
        ),
    ]
