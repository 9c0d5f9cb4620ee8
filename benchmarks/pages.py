"""Pages on 100,000 customers and 100,000 contacts: `zhike serve` with two workers, the client on the same machine.

`python -m benchmarks.pages [--customers N] [--only sqlite|postgresql]` fills a database of its own in a temporary
folder, starts the server, logs in as a director who sees everybody, and prints for each kind of page the time that half
and 95 % of one person's requests take, and how many requests a second eight people get answered.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.postgres import server as postgresql
from tests.serving import free_port

CUSTOMERS = 100_000
ALONE, PEOPLE, EACH, WARM_UP = 200, 8, 40, 20
GOAL_MS, GOAL_PER_SECOND = 60, 60
EMAIL, PASSWORD = "director@example.com", "a-long-password-for-measuring"
POSTGRESQL = ("max_connections=60", "shared_buffers=256MB", "synchronous_commit=on")
WORDS = ("科技", "精密机械", "kj", "hxd", "shanghai", "华鑫", "苏州恒远", "1380", "C2021", "王伟", "智能装备", "深圳")
NARROWED = (
    "",
    "?sort=name",
    "?lifecycle=active",
    "?tier=abc:a",
    "?owner=me",
    "?overdue=1",
    "?industry=C",
    "?tag=" + quote("展会"),
)


@dataclass(frozen=True)
class Measured:
    """One kind of page: milliseconds of one person's requests, and answers a second for eight people."""

    name: str
    half: float
    most: float
    per_second: float


class Browser:
    """One person with one connection that stays open."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict(cookies or {})

    def get(self, path: str) -> str:
        """The page; anything but 200 ends the measurement."""
        status, body = self._ask("GET", path, None)
        if status != 200:
            sys.exit(f"{path} answered {status}")
        return body

    def log_in(self) -> None:
        """Through the form, as people do."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/accounts/login/"))
        assert token
        form = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        status, _body = self._ask("POST", "/accounts/login/", urlencode(form))
        if status != 302:
            sys.exit(f"logging in answered {status}")

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode()


def main() -> None:
    """Measure on both databases, print both tables, and fail where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    missed = False
    for name in ("sqlite", "postgresql"):
        if options.only in (None, name):
            with installation(name) as environment:
                missed |= _report(name, options.customers, _measure(environment, options.customers))
    sys.exit(1 if missed else 0)


@contextlib.contextmanager
def installation(name: str) -> Iterator[dict[str, str]]:
    """The environment of an empty installation on that database."""
    with tempfile.TemporaryDirectory(prefix="zhike-pages-") as folder:
        home = {"ZHIKE_HOME": f"{folder}/data", "ZHIKE_KEYS": f"{folder}/keys"}
        environment = {**os.environ, **home, "DJANGO_SETTINGS_MODULE": "zhike.config.settings"}
        environment.pop("DATABASE_URL", None)
        if name == "sqlite":
            yield environment
            return
        with postgresql(POSTGRESQL) as address:
            yield {**environment, "DATABASE_URL": address}


def _measure(environment: dict[str, str], customers: int) -> list[Measured]:
    started = time.perf_counter()
    zhike = [sys.executable, "-m", "zhike.config.command_line"]
    subprocess.run([*zhike, "manage", "migrate", "--verbosity", "0"], env=environment, check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.page_data", str(customers)], env=environment, check=True)
    print(f"filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    with serving([*zhike, "serve", "--no-jobs"], environment) as port:
        visitor = Browser(port)
        visitor.log_in()
        numbers = _numbers(visitor)
        kinds = {
            "list": [f"/customers/{narrowed}" for narrowed in NARROWED],
            "search": [f"/customers/?q={quote(word)}" for word in WORDS],
            "customer": [f"/customers/{number}/" for number in numbers],
            "timeline": [f"/customers/{number}/timeline/" for number in numbers],
        }
        return [_kind(name, paths, port, visitor.cookies) for name, paths in kinds.items()]


@contextlib.contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    log = Path(environment["ZHIKE_HOME"]) / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            for _attempt in range(300):
                with contextlib.suppress(ConnectionError):
                    Browser(port).get("/accounts/login/")
                    break
                time.sleep(0.2)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _numbers(visitor: Browser) -> list[str]:
    """Customers from all over the list."""
    pages = [visitor.get(f"/customers/{narrowed}") for narrowed in NARROWED]
    return sorted({number for page in pages for number in re.findall(r'data-row="/customers/(\w+)/"', page)})


def _kind(name: str, paths: Sequence[str], port: int, cookies: dict[str, str]) -> Measured:
    chance = random.Random(name)
    visitor = Browser(port, cookies)
    for path in chance.choices(paths, k=WARM_UP):
        visitor.get(path)
    alone = sorted(_milliseconds(visitor, path) for path in chance.choices(paths, k=ALONE))
    journeys = [chance.choices(paths, k=EACH) for _person in range(PEOPLE)]
    started = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as people:
        list(people.map(lambda journey: _walk(Browser(port, cookies), journey), journeys))
    per_second = PEOPLE * EACH / (time.perf_counter() - started)
    return Measured(name, statistics.median(alone), alone[int(len(alone) * 0.95)], per_second)


def _milliseconds(visitor: Browser, path: str) -> float:
    started = time.perf_counter()
    visitor.get(path)
    return (time.perf_counter() - started) * 1000


def _walk(visitor: Browser, journey: Sequence[str]) -> None:
    for path in journey:
        visitor.get(path)


def _report(database: str, customers: int, measured: list[Measured]) -> bool:
    """Print one table; whether a goal was missed."""
    print(f"\n{database}, {customers:,} customers and as many contacts, two workers")
    print(f"{'page':<10} {'half':>9} {'95 %':>9} {'8 people':>12}   ≤ {GOAL_MS} ms, ≥ {GOAL_PER_SECOND}/s")
    for row in measured:
        is_met = row.most <= GOAL_MS and row.per_second >= GOAL_PER_SECOND
        figures = f"{row.half:>6.1f} ms {row.most:>6.1f} ms {row.per_second:>10.1f}/s"
        print(f"{row.name:<10} {figures}   {'met' if is_met else 'MISSED'}")
    return any(row.most > GOAL_MS or row.per_second < GOAL_PER_SECOND for row in measured)


if __name__ == "__main__":
    main()
