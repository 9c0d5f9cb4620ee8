"""Where this installation keeps its data (ZHIKE_HOME) and, beside that and never inside, its keys (ZHIKE_KEYS)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs


class UnusableFolder(Exception):
    """A folder that this installation needs cannot be made or read; its text is a sentence for people."""


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
        if not file.exists():
            _write_key(file)
        key = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text"
        raise UnusableFolder(f"{file} cannot be used: {reason}. Set ZHIKE_KEYS to a folder of your own.") from error
    if not key:
        raise UnusableFolder(f"{file} is empty: put the key back that belongs to this installation.")
    return key


def _write_key(file: Path) -> None:
    """Write the key as a whole or not at all: processes that start at once must not read half of it."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, file)
    except FileExistsError:  # another process was faster: its key it is
        pass
    finally:
        draft.unlink()


def _private(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnusableFolder(
            f"{folder} cannot be used: {error.strerror}. Set ZHIKE_HOME (and ZHIKE_KEYS) to a folder of your own."
        ) from error
    return folder
