"""Who looked at what: noted in a file at once, at the price of a system call, and written to the trail by the worker.

A page must not wait for the database's writers to say who has read it. The file outlives the process that wrote it,
also one that is killed; a line may reach the trail twice when the worker is killed between writing and forgetting it,
and never not at all.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from django.conf import settings

from zhike.kernel.scope import Actor
from zhike.kernel.sensitivity import Mask, mask
from zhike.kernel.trail.chain import MAC_LENGTH
from zhike.kernel.trail.values import plain
from zhike.kernel.trail.writing import Line, doer_id, seen_as, write
from zhike.kernel.vault import fixed_key
from zhike.kernel.vault.index import kind_sought

_log = logging.getLogger(__name__)
_TAKEN: Final = ".taken"
MOST_OF_A_NOTE: Final = 500
MOST_OF_A_NUMBER: Final = 40
Complete: TypeAlias = Callable[[list[Line]], Iterable[Line]]
"""Looks up what the notes did not say: ids of numbers, customers of their records."""


def record_access(
    *,
    kind: str,
    actor: Actor,
    now: datetime,
    object_id: int = 0,
    number: str = "",
    customer_id: int | None = None,
    rows: int | None = None,
    note: str = "",
    times: int = 1,
) -> None:
    """Note that somebody was shown a record, or a list (object id 0) of so many `rows` narrowed by `note`.

    `times` counts looks of which most leave no line, such as searches while somebody types.

    A record may be named by its `number` alone; its id is looked up when the notes are collected.
    """
    counts = {"rows": rows, "times": times if times > 1 else None}
    changes = {name: [None, count] for name, count in counts.items() if count is not None} | seen_as(actor)
    noted = [plain(number)[:MOST_OF_A_NUMBER], plain(note)[:MOST_OF_A_NOTE]]
    fields = [now.isoformat(), doer_id(actor), kind, object_id, customer_id, changes, *noted]
    text = json.dumps(fields, separators=(",", ":")).encode()
    _append(_mac(text) + b" " + text + b"\n")


def sought(text: str) -> str:
    """What was searched for, as a line shows it: it may be somebody's number, address or name."""
    return mask(Mask(kind_sought(text) or Mask.PERSON), text)


def has_accesses() -> bool:
    """Whether anything waits to be collected."""
    return any(file.suffix in {".views", _TAKEN} for file in _folder().iterdir())


def collect_accesses(complete: Complete = iter) -> int:
    """Write what was noted to the trail, completed; returns how many lines. One process at a time."""
    folder = _folder()
    for file in [*folder.glob("*.views")]:
        _take(file)
    count = 0
    for file in sorted(folder.glob(f"*{_TAKEN}")):
        lines = list(_read(file))
        write(complete(lines))
        count += len(lines)
        file.unlink()
    return count


def _append(line: bytes) -> None:
    file = _folder() / f"{socket.gethostname()}-{os.getpid()}.views"
    while True:
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_still(file, handle):
                os.write(handle, line)
                return
        finally:
            os.close(handle)


def _is_still(file: Path, handle: int) -> bool:
    """Whether the file of this name is the one that was opened, and has not been taken in between."""
    try:
        return os.stat(file).st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _take(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size, number = os.fstat(handle).st_size, os.fstat(handle).st_ino
        file.rename(file.with_name(f"{file.stem}-{number}-{size}{_TAKEN}"))
    finally:
        os.close(handle)


def _read(file: Path) -> Iterator[Line]:
    for noted in file.read_bytes().splitlines():
        proof, _space, text = noted.partition(b" ")
        if not hmac.compare_digest(proof, _mac(text)):
            _log.error("a line of %s was not noted by Zhike, or not to its end, and was left out", file.name)
            continue
        yield _line(json.loads(text))


def _mac(text: bytes) -> bytes:
    """What a note is known by: whoever writes into the folder does not have the key."""
    return hmac.digest(fixed_key("trail"), b"look\n" + text, "sha256")[:MAC_LENGTH].hex().encode()


def _line(fields: list[Any]) -> Line:
    at, actor_id, kind, object_id, customer_id, changes, number, note = fields
    return Line(
        at=datetime.fromisoformat(at),
        actor_id=actor_id,
        verb="viewed",  # notes are of looks alone
        kind=kind,
        object_id=object_id,
        customer_id=customer_id,
        changes=changes,
        note=note,
        number=number,
    )


def _folder() -> Path:
    folder: Path = settings.ZHIKE_TRAIL
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder
