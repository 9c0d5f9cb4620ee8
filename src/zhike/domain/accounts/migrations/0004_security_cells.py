"""Give those who look after settings the new right to look after access: roles, sign-in, who may come in."""

from django.db import migrations


def give_security(apps, schema_editor):
    cell_model = apps.get_model("accounts", "Permission")
    for cell in cell_model.objects.filter(kind="setting"):
        cell_model.objects.get_or_create(
            role_id=cell.role_id, kind="security", action=cell.action, defaults={"level": cell.level}
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_new_cells")]

    operations = [migrations.RunPython(give_security, migrations.RunPython.noop)]
