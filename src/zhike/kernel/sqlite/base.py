"""Django's SQLite backend, whose transactions begin in the order in which they were asked for.

SQLite lets one transaction write at a time, and those that wait ask again and again, at intervals of up to a tenth of a
second: whoever asks at the right moment wins. Eight busy writers so keep one of them waiting for ten seconds and more.
Here only one of them asks; the others stand in line behind a lock of the operating system, which serves them in turn
and outlives nobody.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that stands in line before it begins to write; the file it makes is its owner's alone."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.is_in_memory_db():
            # Never opened where it is there: closing it would let go of SQLite's locks.
            with suppress(OSError):
                os.close(os.open(self.settings_dict["NAME"], os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        name: Any = self.settings_dict["NAME"]
        if self.is_in_memory_db():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
            return
        # Opened anew each time: a lock belongs to one opening of the file, and this one closes with it.
        line = os.open(Path(f"{os.fspath(name)}-line"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(line, fcntl.LOCK_EX)
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        finally:
            os.close(line)
