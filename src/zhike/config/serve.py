"""`zhike serve`: one command that prepares the installation and runs pages and jobs until it is stopped.

A small supervisor without Django in it: it lets a child process prepare the database, then keeps the web server and the
worker alive, and stops both when it is told to stop.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from zhike.config.home import UnusableFolder, data_folder

_PYTHON = [sys.executable, "-m"]
_RESTARTS_A_MINUTE = 5


def serve(words: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit code."""
    options = _options(words)
    with _only_instance() as is_only:
        if not is_only:
            sys.stderr.write(
                f"zhike: another `zhike serve` already uses {data_folder()}; stop it, or set ZHIKE_HOME to another "
                "folder.\n"
            )
            return 1
        try:
            options.port = _free_port(options.host, options.port)
        except OSError as error:
            sys.stderr.write(f"zhike: {_why_not(options.host, options.port, error)}\n")
            return 1
        prepare = [*_command("prepare"), "--address", f"http://{_in_address(options.host)}:{options.port}"]
        done = subprocess.run([*prepare, *(["--demo"] if options.demo else [])], check=False)  # noqa: S603
        if done.returncode:
            return done.returncode
        return _Supervisor(_programs(options)).run()


def _options(words: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="zhike serve", description="Serve pages and run jobs until stopped.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=_port, default=8000, help="0 takes any that is free (default: 8000)")
    parser.add_argument("--workers", type=_workers, default=2, help="web worker processes")
    parser.add_argument("--demo", action="store_true", help="load the demo company if nothing is there yet")
    parser.add_argument("--no-jobs", action="store_true", help="pages only; run `zhike worker` elsewhere")
    return parser.parse_args(words)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a call in one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: wrongly called: {message}. “{self.prog} --help” says how.\n")


def _port(text: str) -> int:
    return _whole_number(text, least=0, most=65535)


def _workers(text: str) -> int:
    return _whole_number(text, least=1, most=64)


def _whole_number(text: str, *, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)


def _programs(options: argparse.Namespace) -> list[list[str]]:
    web = [
        *_PYTHON, "granian", "--interface", "wsgi", "zhike.config.wsgi:application",
        "--host", options.host, "--port", str(options.port), "--workers", str(options.workers),
        # Connections are cheap, and those that say nothing for five seconds are ended: slow ones keep nobody out.
        "--blocking-threads", "2", "--backpressure", "512", "--http1-header-read-timeout", "5000",
        "--workers-kill-timeout", "10",
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    return [web] if options.no_jobs else [web, _command("worker")]


def _command(name: str) -> list[str]:
    return [*_PYTHON, "zhike.config.command_line", name]


@contextlib.contextmanager
def _only_instance() -> Iterator[bool]:
    """Hold the folder's lock; the system gives it back however this process ends."""
    file = data_folder() / "serve.lock"
    try:
        opened = file.open("w")
    except OSError as error:
        raise UnusableFolder(f"{file} cannot be written: {error.strerror}. Mend that, or set ZHIKE_HOME.") from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        lock.write(str(os.getpid()))
        lock.flush()
        yield True


def _free_port(host: str, port: int) -> int:
    """The port, or any that is free in the place of 0. Raises OSError where this program may not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def _why_not(host: str, port: int, error: OSError) -> str:
    """Why nothing can listen there, and what to do."""
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"{host} is no address of this machine; choose another with --host."
    if error.errno == errno.EACCES:
        return f"you may not listen on port {port}; choose one from 1024 on with --port."
    return f"{_in_address(host)}:{port} is taken by another program; choose another with --port."


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _end_with_parent() -> None:
    """Let Linux stop this program when its supervisor dies, even by kill −9, which leaves nobody to do it."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


class _Supervisor:
    """Keeps a few programs running; gives up when one keeps dying."""

    def __init__(self, programs: list[list[str]]) -> None:
        self._programs = programs
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._deaths: list[float] = []
        self._is_stopping = False

    def run(self) -> int:
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, self._stop)
        for index in range(len(self._programs)):
            self._start(index)
        exit_code = 0
        while not self._is_stopping and exit_code == 0:
            time.sleep(0.2)
            exit_code = self._revive()
        self._end_all()
        return exit_code

    def _start(self, index: int) -> None:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "zhike.config.settings", "MALLOC_ARENA_MAX": "2"}
        # A session of their own: Ctrl-C reaches the supervisor alone, which then stops the programs in order.
        self._running[index] = subprocess.Popen(  # noqa: S603
            self._programs[index],
            env=environment,
            start_new_session=True,
            cwd=Path.home(),
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has one thread
        )

    def _revive(self) -> int:
        """Start again what has ended; the exit code to give up with, else 0."""
        for index, program in list(self._running.items()):
            if program.poll() is None:
                continue
            now = time.monotonic()
            self._deaths = [death for death in self._deaths if now - death < 60] + [now]
            if len(self._deaths) > _RESTARTS_A_MINUTE:
                sys.stderr.write("zhike: a part of the server keeps ending; see the messages above.\n")
                return 1
            self._start(index)
        return 0

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _end_all(self) -> None:
        for program in self._running.values():
            program.terminate()
        deadline = time.monotonic() + 15
        for program in self._running.values():
            try:
                program.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                program.wait()


def main() -> None:
    """Serve; a folder that will not do is one sentence on stderr and exit code 1."""
    try:
        sys.exit(serve(sys.argv[1:]))
    except KeyboardInterrupt:  # before anything was begun that has to be ended
        sys.exit(130)
    except UnusableFolder as error:
        sys.stderr.write(f"zhike: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
