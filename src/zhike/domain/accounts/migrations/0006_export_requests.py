"""Exports are asked for, and above a number of rows approved by a second person; who may approve what is assigned."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import zhike.kernel.vault.fields

SHIPPED = {"sales_director": 3, "service_manager": 4, "administrator": 4}
DEPARTMENT = 2


def give_approval(apps, schema_editor):
    role_model, cell_model = apps.get_model("accounts", "Role"), apps.get_model("accounts", "Permission")
    for role in role_model.objects.all():
        held = {f"{cell.kind}.{cell.action}": cell.level for cell in cell_model.objects.filter(role=role)}
        level = SHIPPED.get(role.key, held.get("customer.assign", 0))
        if held.get("customer.view") and level >= DEPARTMENT and "customer.approve" not in held:
            cell_model.objects.create(role=role, kind="customer", action="approve", level=level)


def person(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **options
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_token_scopes_and_separate_administrators")]

    operations = [
        migrations.CreateModel(
            name="ExportRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("kind", models.CharField(max_length=40)),
                (
                    "filters",
                    zhike.kernel.vault.fields.SealedJSONField(default=dict, identity=("uuid",), purpose="exports"),
                ),
                ("rows", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("is_approved", models.BooleanField(default=False)),
                ("taken_at", models.DateTimeField(null=True)),
                ("requested_by", person()),
                ("decided_by", person(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(decided_at__isnull=True), fields=["requested_at"], name="accounts_export_waiting"
                    )
                ]
            },
        ),
        migrations.RunPython(give_approval, migrations.RunPython.noop),
    ]
