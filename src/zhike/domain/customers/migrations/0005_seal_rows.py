"""Contacts, persons and addresses that stood in the clear are sealed, and found by tokens from now on."""

from collections.abc import Mapping
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhike.kernel.search_people import blind_text
from zhike.kernel.search_text import index_text
from zhike.kernel.vault.index import indexed
from zhike.kernel.vault.migrating import seal_rows


def of_customer(row: dict[str, Any]) -> Mapping[str, Any]:
    if row["kind"] != "person":
        return {}
    found_by = f"{index_text([row['number'], row['external_id']])} {blind_text([row['name']])}"
    return {"name_index": indexed("name", row["name"]), "search_text": found_by}


def of_contact(row: dict[str, Any]) -> Mapping[str, Any]:
    return {
        "phone_index": indexed("phone", row["phone"]),
        "email_index": indexed("email", row["email"]),
        "search_text": blind_text([row["name"]]),
    }


def seal(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    customer, contact = (apps.get_model("customers", name) for name in ("Customer", "Contact"))
    seal_rows(editor.connection, customer, reads=("number", "external_id"), further=of_customer)
    seal_rows(editor.connection, contact, further=of_contact)


class Migration(migrations.Migration):
    atomic = False  # a full table takes minutes: what is sealed stays sealed when this is killed

    dependencies = [("customers", "0004_sealed_columns")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
