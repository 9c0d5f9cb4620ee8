"""Eight programs write to the API at once: `zhike serve` with two workers, the client on the same machine.

`python -m benchmarks.writes [--customers N] [--only sqlite|postgresql]` sets a company up by a playbook, starts the
server, and lets eight writers open customer files, N in all, while a ninth program reads the list again and again, and,
on SQLite, backups are taken (`VACUUM INTO`). Prints how many files were opened a second, and how long
half, 95 % and the slowest of the requests took. Fails where a request was refused or the goal is missed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import installation, serving

CUSTOMERS, WRITERS = 800, 8
GOAL_PER_SECOND, GOAL_SLOWEST = 20, 5.0
EMAIL = "admin@example.com"
MADE_BY = """
from datetime import timedelta
from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import create_api_token
from zhike.kernel import clock
owner, now = User.objects.get(), clock.now()
print(create_api_token(owner=owner, name="writes", expires_at=now + timedelta(days=1), actor=owner, now=now)[1])
"""


@dataclass(frozen=True)
class Program:
    """A program with a token and one connection that stays open."""

    port: int
    token: str

    def work(self, requests: list[tuple[str, str, str | None]]) -> list[tuple[float, int]]:
        """Send them one after another; the seconds and the status of each answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answers = []
        for method, path, body in requests:
            started = time.perf_counter()
            connection.request(method, f"/api/v1{path}", body, headers)
            answer = connection.getresponse()
            answer.read()
            answers.append((time.perf_counter() - started, answer.status))
        return answers


def main() -> None:
    """Measure on both databases, print both lines, and fail where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writes")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    missed = False
    for name in ("sqlite", "postgresql"):
        if options.only in (None, name):
            with installation(name) as environment:
                missed |= _measure(name, environment, options.customers)
    sys.exit(1 if missed else 0)


def _measure(database: str, environment: dict[str, str], customers: int) -> bool:
    """Print one line; whether a goal was missed."""
    zhike = [sys.executable, "-m", "zhike.config.command_line"]
    founding = [*zhike, "init", "--playbook", "b2b-abc", "--company", "Writes", "--admin", EMAIL]
    subprocess.run(founding, env=environment, check=True, input="a-long-password-for-measuring\n", text=True, stdout=2)
    shell = [*zhike, "manage", "shell", "--no-imports", "-c", MADE_BY]
    token = subprocess.run(shell, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    is_over = threading.Event()
    with serving([*zhike, "serve", "--no-jobs"], environment) as port, ThreadPoolExecutor(WRITERS + 2) as programs:
        program = Program(port, token)
        program.work([("GET", "/customers/", None)])
        reader = programs.submit(_read_all, program, is_over)
        backup = programs.submit(_back_up, Path(environment["ZHIKE_HOME"]), database, is_over)
        started = time.perf_counter()
        answers = [
            answer
            for answered in programs.map(program.work, [_files(writer, customers) for writer in range(WRITERS)])
            for answer in answered
        ]
        seconds = time.perf_counter() - started
        is_over.set()
        readings, backups = reader.result(), backup.result()
    refused = sum(status != 201 for _seconds, status in answers)
    times = sorted(each for each, _status in answers)
    rate = len(times) / seconds
    half, most = statistics.median(times) * 1000, times[int(len(times) * 0.95)] * 1000
    is_met = refused == 0 and rate >= GOAL_PER_SECOND and times[-1] <= GOAL_SLOWEST
    print(
        f"{database}: {len(times)} files opened by {WRITERS} in {seconds:.1f} s, {rate:.0f}/s; half {half:.0f} ms, "
        f"95 % {most:.0f} ms, slowest {times[-1] * 1000:.0f} ms; {refused} refused; list read {readings} times, "
        f"{backups} backups; ≥ {GOAL_PER_SECOND}/s, slowest ≤ {GOAL_SLOWEST:.0f} s: {'met' if is_met else 'MISSED'}"
    )
    return not is_met


def _files(writer: int, customers: int) -> list[tuple[str, str, str | None]]:
    return [
        (
            "POST",
            "/customers/",
            json.dumps({"name": f"并发{writer}-{turn}有限公司", "external_id": f"W{writer}-{turn}"}),
        )
        for turn in range(customers // WRITERS)
    ]


def _read_all(program: Program, is_over: threading.Event) -> int:
    readings = 0
    while not is_over.is_set():
        ((_seconds, status),) = program.work([("GET", "/customers/?limit=200", None)])
        if status != 200:
            sys.exit(f"the reader was answered {status}")
        readings += 1
    return readings


def _back_up(home: Path, database: str, is_over: threading.Event) -> int:
    """Copies of the database, one after another, each while the writers write; PostgreSQL has its own means."""
    backups = 0
    while database == "sqlite" and not is_over.wait(1):
        copy = home / f"backup-{backups}.sqlite3"
        source = sqlite3.connect(home / "zhike.sqlite3", timeout=30)
        source.execute("VACUUM INTO ?", (os.fspath(copy),))
        source.close()
        copy.unlink()
        backups += 1
    return backups


if __name__ == "__main__":
    main()
