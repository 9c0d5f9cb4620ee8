"""Give the roles of an existing installation the cells that are new: share, reveal, finance, audit, privacy.

The roles that were shipped get what a new installation gives them. Any other may reveal what it may edit, share what it
may assign, and see the amounts of the orders that it may see.
"""

from django.db import migrations

SHIPPED = {
    "sales_rep": {"customer.share": 1, "customer.reveal": 1, "contact.reveal": 1, "finance.view": 1},
    "account_manager": {"customer.share": 1, "customer.reveal": 1, "contact.reveal": 1, "finance.view": 1},
    "sales_director": {"customer.share": 3, "customer.reveal": 3, "contact.reveal": 3, "finance.view": 3},
    "service_agent": {"customer.reveal": 4, "contact.reveal": 4},
    "service_manager": {
        "customer.share": 4,
        "customer.reveal": 4,
        "contact.reveal": 4,
        "finance.view": 4,
        "privacy.view": 4,
        "privacy.create": 4,
        "privacy.edit": 4,
    },
    "technician": {},
    "marketing": {},
    "finance": {"finance.view": 4},
    "data_clerk": {"customer.reveal": 4, "contact.reveal": 4, "finance.view": 4},
    "analyst": {"finance.view": 4},
    "quality_supervisor": {},
    "administrator": {
        "customer.share": 4,
        "customer.reveal": 4,
        "contact.reveal": 4,
        "finance.view": 4,
        "audit.view": 4,
        "privacy.view": 4,
        "privacy.create": 4,
        "privacy.edit": 4,
        "privacy.approve": 4,
    },
    "auditor": {"audit.view": 4},
}
FOLLOWS = {
    "customer.share": "customer.assign",
    "customer.reveal": "customer.edit",
    "contact.reveal": "contact.edit",
    "finance.view": "order.view",
}


def give_new_cells(apps, schema_editor):
    role_model, cell_model = apps.get_model("accounts", "Role"), apps.get_model("accounts", "Permission")
    for role in role_model.objects.all():
        held = {f"{cell.kind}.{cell.action}": cell.level for cell in cell_model.objects.filter(role=role)}
        if not held:
            continue
        follows = {new: held[old] for new, old in FOLLOWS.items() if held.get(old)}
        for name, level in SHIPPED.get(role.key, follows).items():
            kind, action = name.split(".")
            if name not in held:
                cell_model.objects.create(role=role, kind=kind, action=action, level=level)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_grants")]

    operations = [migrations.RunPython(give_new_cells, migrations.RunPython.noop)]
