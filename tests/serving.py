"""Runs `zhike serve` as a user would, in a home of its own, for tests that want the real thing."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

OURS = ("ZHIKE_", "DJANGO_", "DATABASE_URL")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running `zhike serve` and what it has printed."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    has_spoken: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def printed(self, pattern: str) -> str:
        """The first part of its output that matches; fails with all of it otherwise."""
        found = re.search(pattern, "".join(self.lines))
        assert found, "".join(self.lines)
        return found.group(0)

    def get(self, path: str) -> int:
        """The status of a page; asks until the server listens."""
        for _attempt in range(600):
            try:
                with urllib.request.urlopen(self.address + path, timeout=30) as answer:  # noqa: S310
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code
            except (OSError, http.client.HTTPException):
                if self._has_ended_within(seconds=0.1):
                    break
        raise AssertionError("the server does not listen:\n" + "".join(self.lines))

    def _has_ended_within(self, *, seconds: float) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=seconds)
        return self.process.returncode is not None

    def stop(self, with_signal: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.process.wait(timeout=60)


def environment(home: Path) -> dict[str, str]:
    """The environment of a user whose data lies in `home`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return inherited | {"ZHIKE_HOME": str(home / "data"), "ZHIKE_KEYS": str(home / "keys"), "LANGUAGE": "en"}


def command(*words: str) -> list[str]:
    """The words that run `zhike` in this Python."""
    return [sys.executable, "-m", "zhike.config.command_line", *words]


def start(home: Path, *words: str, surroundings: dict[str, str] | None = None) -> Server:
    """Start it and come back when it has said what it serves. Whoever starts one stops it."""
    port = free_port()
    process = subprocess.Popen(
        command("serve", "--port", str(port), *words),
        env=(surroundings or environment(home)) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(home, port, process)

    def read() -> None:
        assert process.stdout
        for line in process.stdout:
            server.lines.append(line)
            if "serves http" in line:
                server.has_spoken.set()
        server.has_spoken.set()

    threading.Thread(target=read, daemon=True).start()
    server.has_spoken.wait(timeout=300)
    return server


@contextlib.contextmanager
def serving(home: Path, *words: str) -> Iterator[Server]:
    """A server for the time of a block."""
    server = start(home, *words)
    try:
        server.get("/accounts/login/")
        yield server
    finally:
        server.stop()
