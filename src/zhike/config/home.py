"""Where this installation keeps its data (ZHIKE_HOME) and, beside that and never inside, its keys (ZHIKE_KEYS)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """The folder of database, uploads and the columnar copy; made on first use, readable by its owner alone."""
    named = os.environ.get("ZHIKE_HOME")
    folder = Path(named).expanduser() if named else Path(platformdirs.user_data_dir("zhike", appauthor=False))
    return _private(folder.absolute())


def keys_folder() -> Path:
    """The folder of keys: a sibling of the data folder, so that a copy of the data is not a copy of the keys."""
    named = os.environ.get("ZHIKE_KEYS")
    data = data_folder()
    return _private(Path(named).expanduser().absolute() if named else data.with_name(f"{data.name}-keys"))


def master_key() -> str:
    """The installation's secret; made once, never printed."""
    if given := os.environ.get("ZHIKE_MASTER_KEY"):
        return given
    file = keys_folder() / "master.key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
