"""What imports keep of their rows is sealed: cells, values before and after, the files themselves."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhike.kernel.vault.files import is_sealed, new_file_key, write_sealed
from zhike.kernel.vault.migrating import seal_rows

CHUNK = 1 << 20


def seal(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Batch", "RowProblem", "RecordChange"):
        seal_rows(editor.connection, apps.get_model("imports", name))
    for batch in apps.get_model("imports", "Batch")._base_manager.order_by("pk"):
        if not batch.file_key:
            batch.file_key = new_file_key()
            with transaction.atomic():
                batch.save(update_fields=["file_key"])
        _seal_folder(Path(settings.ZHIKE_UPLOADS, str(batch.pk)), batch.file_key)


def _seal_folder(folder: Path, key: str) -> None:
    """Seal the file that came. What was read from it is thrown away: whoever still needs it reads the file again."""
    (folder / "stage.sqlite3").unlink(missing_ok=True)
    file, sealed = folder / "file", folder / "file.sealed"
    if not file.exists() or is_sealed(file):
        return
    sealed.unlink(missing_ok=True)
    with file.open("rb") as plain:
        write_sealed(sealed, iter(lambda: plain.read(CHUNK), b""), key)
    sealed.replace(file)


class Migration(migrations.Migration):
    atomic = False  # files cannot be rolled back, and long tables take their time

    dependencies = [("imports", "0002_sealed_columns")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
