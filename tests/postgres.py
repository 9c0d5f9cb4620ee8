"""`python -m tests.postgres -- COMMAND …`: run a command with DATABASE_URL naming a PostgreSQL that lives as long.

The server is a real one, from the machine's own packages, in a temporary folder, on a free port of this machine alone.
It refuses to run as root; started by root it runs as the user that Debian's package makes for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=256MB")


def programs() -> Path | None:
    """The folder of the newest PostgreSQL on this machine, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def server(settings: tuple[str, ...] = SETTINGS) -> Iterator[str]:
    """A running server; yields its address as DATABASE_URL wants it."""
    folder = programs()
    if folder is None:
        sys.exit("PostgreSQL is not installed here; install your system's postgresql package.")
    account = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="zhike-postgres-"))
    if account:
        shutil.chown(home, account)
    port = _free_port()
    options = " ".join(f"-c {setting}" for setting in settings)
    start = f"-h 127.0.0.1 -p {port} -k {home} {options}"

    def run(*words: str | Path) -> None:
        subprocess.run([str(word) for word in words], check=True, user=account, cwd=home, stdout=subprocess.DEVNULL)

    run(folder / "initdb", "-D", home / "data", "-U", "zhike", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    run(folder / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", start, "start")
    try:
        yield f"postgresql://zhike@127.0.0.1:{port}/postgres"
    finally:
        run(folder / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    command = sys.argv[sys.argv.index("--") + 1 :]
    with server() as address:
        sys.exit(subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=False).returncode)
