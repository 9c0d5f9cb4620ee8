from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0003_seal_rows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recordchange",
            name="undo",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not tried"),
                    ("done", "Taken back"),
                    ("changed", "Changed since, so it stays"),
                    ("reach", "Not yours to change, so it stays"),
                    ("needed", "Other records hang on it, so it stays"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
