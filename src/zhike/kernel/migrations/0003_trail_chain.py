"""Lines that stood before there was a chain get their mac and wait for their seal; then nothing can be changed."""

import json
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhike.kernel.bulk import insert_rows
from zhike.kernel.models import ActivityValues
from zhike.kernel.trail import chain
from zhike.kernel.trail.guard import GuardTrail
from zhike.kernel.trail.values import divided, plain

AT_ONCE = 2000


def vouch(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    lines = apps.get_model("kernel", "Activity").objects.order_by("pk")
    columns = [name for name in chain.CONTENT if name != "changes"]
    last = 0
    while rows := list(lines.filter(pk__gt=last).values(*columns, "changes")[:AT_ONCE]):
        last = rows[-1]["id"]
        _vouch_for(rows, editor)
    with editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_unsealedactivity (id) SELECT id FROM kernel_activity")
        if editor.connection.vendor == "postgresql" and last:
            cursor.execute("SELECT setval(pg_get_serial_sequence('kernel_unsealedactivity', 'id'), %s)", [last])


def _vouch_for(rows: list[dict[str, Any]], editor: BaseDatabaseSchemaEditor) -> None:
    macs, values = [], []
    for row in rows:
        shown, whole = divided(row["kind"], row["changes"])
        row |= {"changes": shown, "note": "" if row["kind"] == "contact" else plain(row["note"])}  # a name, in clear
        macs.append((json.dumps(shown), row["note"], chain.mac(chain.content_of(row)), row["id"]))
        if whole:
            values.append((row["id"], whole))
    with editor.connection.cursor() as cursor:
        cursor.executemany("UPDATE kernel_activity SET changes = %s, note = %s, mac = %s WHERE id = %s", macs)
    insert_rows(ActivityValues, ("activity", "sealed"), values)


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_data_keys"), ("kernel", "0002_trail_seals")]

    operations = [migrations.RunPython(vouch, migrations.RunPython.noop, elidable=True), GuardTrail()]
