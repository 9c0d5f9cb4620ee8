"""`kill -9` of the web server among writes over the API: what was acknowledged is there, and nothing twice."""

from __future__ import annotations

import http.client
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import psutil
import pytest

from tests.installation import Installation, ready
from tests.serving import Server, start

WRITERS, EACH, KILLS = 4, 12, 3
TOKEN = """
from datetime import timedelta
from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import create_api_token
from zhike.kernel import clock
owner, now = User.objects.get(), clock.now()
print(create_api_token(owner=owner, name="kill", expires_at=now + timedelta(days=1), actor=owner, now=now)[1])
"""


@dataclass
class Writer:
    """A program that repeats a write under its key until it is answered, as programs that lose an answer do."""

    server: Server
    token: str
    name: str
    is_under_way: Event
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: int = 0

    def write(self) -> Writer:
        for turn in range(EACH):
            external_id = f"{self.name}-{turn}"
            while external_id not in self.acknowledged:
                try:
                    self.acknowledged[external_id] = self._post(external_id)
                except (OSError, http.client.HTTPException):
                    self.unanswered += 1
                    self.server.get("/accounts/login/")
            if turn == 1:
                self.is_under_way.set()
        return self

    def _post(self, external_id: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": external_id,
        }
        connection.request(
            "POST", "/api/v1/customers/", json.dumps({"name": external_id, "external_id": external_id}), headers
        )
        answer = connection.getresponse()
        document = json.loads(answer.read())
        assert answer.status == 201, document
        return str(document["number"])


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = ready(tmp_path / "installation")
    words = ("--playbook", "b2b-abc", "--company", "Kill", "--admin", "admin@example.com")
    made.run("init", *words, stdin="a-long-password-for-tests\n")
    return made


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    running = start(installation.folder, "--no-jobs", surroundings=installation.environment)
    running.get("/accounts/login/")
    yield running
    running.stop()


def kill_the_web(server: Server) -> None:
    """The web server and its workers at once; the supervisor starts it again."""
    (web,) = psutil.Process(server.process.pid).children()
    os.killpg(web.pid, signal.SIGKILL)


def test_what_was_acknowledged_is_there_and_nothing_twice(installation: Installation, server: Server) -> None:
    token = installation.run("manage", "shell", "--no-imports", "-c", TOKEN).strip()
    started = [Event() for _writer in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as programs:
        writing = [
            programs.submit(Writer(server, token, f"W{place}", is_under_way).write)
            for place, is_under_way in enumerate(started)
        ]
        for is_under_way in started[:KILLS]:
            assert is_under_way.wait(timeout=120)
            kill_the_web(server)
            server.get("/accounts/login/")
        writers = [each.result() for each in writing]
    acknowledged = {key: number for writer in writers for key, number in writer.acknowledged.items()}
    assert sum(writer.unanswered for writer in writers) > 0
    assert len(acknowledged) == WRITERS * EACH
    assert dict(installation.ask("SELECT external_id, number FROM customers_customer")) == acknowledged
    sequence = sorted(int(number[7:]) for number in acknowledged.values())
    assert sequence == list(range(1, WRITERS * EACH + 1))
    opened = installation.ask("SELECT count(*) FROM kernel_activity WHERE kind = 'customer' AND verb = 'created'")
    assert opened == [(WRITERS * EACH,)]
