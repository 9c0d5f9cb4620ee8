"""Rights that never decided anything go from the table."""

from django.db import migrations

FORMER = {
    "contact": ("export",),
    "order": ("export",),
    "interaction": ("export",),
    "commitment": ("export", "approve"),
    "tier": ("export",),
    "playbook": ("edit",),
}


def drop_former_cells(apps, schema_editor):
    for kind, actions in FORMER.items():
        apps.get_model("accounts", "Permission").objects.filter(kind=kind, action__in=actions).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_export_requests")]

    operations = [migrations.RunPython(drop_former_cells, migrations.RunPython.noop)]
