"""`zhike serve` as a user meets it: a real process, a real port, a home of its own."""

import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.serving import Server, command, environment, serving, start


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serve")) as running:
        yield running


def test_the_first_start_prints_an_address_that_opens_the_set_up(server: Server) -> None:
    address = server.printed(r"http://127\.0\.0\.1:\d+/setup/\S+")
    assert server.get(address.removeprefix(server.address)) == 200


def test_a_wrong_set_up_address_is_nothing(server: Server) -> None:
    assert server.get("/setup/guessed/") == 404


def test_the_key_lies_beside_the_data_and_is_the_owners_alone(server: Server) -> None:
    key = server.home / "keys" / "master.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not list((server.home / "data").rglob("*.key"))


def test_a_second_instance_on_the_same_home_says_so_and_leaves(server: Server) -> None:
    second = subprocess.run(
        command("serve", "--port", "0"), env=environment(server.home), capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert "already uses" in second.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the first start prepares and the next ones find prepared."""
    return tmp_path_factory.mktemp("stops")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_takes_its_children_with_it(home: Path, number: int) -> None:
    running = start(home)
    assert running.get("/accounts/login/") == 200
    children = _children(running.process.pid)
    assert len(children) >= 2
    assert running.stop(number) == 0
    assert not [child for child in children if _is_alive(child)]


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_supervisor_that_is_killed_takes_its_children_with_it(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        assert running.get("/accounts/login/") == 200
        children = [psutil.Process(child) for child in _children(running.process.pid)]
        running.process.kill()
        _gone, alive = psutil.wait_procs(children, timeout=30)
        assert not alive
