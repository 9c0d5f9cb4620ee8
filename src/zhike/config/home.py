"""Where this installation keeps its data (ZHIKE_HOME) and, beside that and never inside, its keys (ZHIKE_KEYS)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs

_TRACES = ("zhike.sqlite3", "static", "imports", "warehouse")
"""What a data folder in use holds: the database, or what every start lays beside one that is elsewhere."""


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
    keys = Path(named).expanduser().absolute() if named else data.with_name(f"{data.name}-keys")
    if keys.resolve().is_relative_to(data.resolve()):
        raise UnusableFolder(
            f"{keys} is in {data}: a copy of the data would hold the keys. Set ZHIKE_KEYS to a folder outside, and "
            "move the keys there."
        )
    return _private(keys)


def master_keys() -> list[str]:
    """The installation's master key, and while that is being changed the next one; made once, never printed."""
    if given := os.environ.get("ZHIKE_MASTER_KEY"):
        return [key for key in (given, os.environ.get("ZHIKE_MASTER_KEY_NEXT", "")) if key]
    file = master_key_file()
    _make_key(file)
    coming = next_key_file()
    return [_read_key(file), *([_read_key(coming)] if coming.exists() else [])]


def witness_folder() -> Path | None:
    """Where the head of the trail is kept out of reach of the data: the folder of keys, where that can be written."""
    try:
        folder = keys_folder()
    except UnusableFolder:
        return None
    return folder if os.access(folder, os.W_OK) else None


def master_key_file() -> Path:
    """Where the master key lies unless the environment gives it."""
    return keys_folder() / "master.key"


def next_key_file() -> Path:
    """Where the next master key lies while the keys of the database are being moved to it."""
    return keys_folder() / "master.key.next"


def begin_key_change() -> str:
    """The next master key: made now, or the one of a change that was interrupted, or what the environment gives."""
    if os.environ.get("ZHIKE_MASTER_KEY"):
        coming = os.environ.get("ZHIKE_MASTER_KEY_NEXT", "")
        if not coming:
            raise UnusableFolder("The master key comes from the environment: give the next in ZHIKE_MASTER_KEY_NEXT.")
        return coming
    write_key(next_key_file())
    return _read_key(next_key_file())


def end_key_change() -> str:
    """Put the next master key in the place of the present one; says what remains to be done."""
    if os.environ.get("ZHIKE_MASTER_KEY"):
        return "Set ZHIKE_MASTER_KEY to it now, drop ZHIKE_MASTER_KEY_NEXT, and start Zhike again."
    next_key_file().replace(master_key_file())
    return f"It lies in {master_key_file()}: back it up apart from the data, and start Zhike again."


def write_key(file: Path) -> None:
    """Write a new key as a whole or not at all, and never over another one."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(secrets.token_urlsafe(48))
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:  # another process was faster: its key it is
        pass
    finally:
        draft.unlink()


def _make_key(file: Path) -> None:
    """Make the key of a new installation; one that has data already has lost its key, and a new one would not fit."""
    try:
        traces = [name for name in _TRACES if (data_folder() / name).exists()]
        if file.exists():  # looked for last: another process that starts now makes the key before anything else
            return
        if traces:
            raise UnusableFolder(
                f"{file} is missing, but {data_folder() / traces[0]} is there: put the key back that belongs to this "
                "data (or set ZHIKE_KEYS to the folder where it lies, or ZHIKE_MASTER_KEY)."
            )
        write_key(file)
    except OSError as error:
        raise UnusableFolder(
            f"{file} cannot be used: {error.strerror}. Set ZHIKE_KEYS to a folder of your own."
        ) from error


def _read_key(file: Path) -> str:
    try:
        key = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text"
        raise UnusableFolder(f"{file} cannot be used: {reason}. Set ZHIKE_KEYS to a folder of your own.") from error
    if not key:
        raise UnusableFolder(f"{file} is empty: put the key back that belongs to this installation.")
    if os.name != "nt" and file.stat().st_mode & 0o077:
        raise UnusableFolder(f"{file} is open to others on this machine: run chmod 600 {file}")
    return key


def _private(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnusableFolder(
            f"{folder} cannot be used: {error.strerror}. Set ZHIKE_HOME (and ZHIKE_KEYS) to a folder of your own."
        ) from error
    return folder
