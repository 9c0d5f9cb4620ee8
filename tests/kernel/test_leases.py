"""One process at a time; another may take over when the first has died or its time is over."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.cast import NOW
from zhike.kernel import leases

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def acquire(holder: str, *, after: timedelta = timedelta()) -> bool:
    return leases.acquire("night", holder=holder, now=NOW + after, lasting=HOUR)


def test_only_one_holds_a_lease() -> None:
    assert acquire("elsewhere:1")
    assert not acquire("elsewhere:2")


def test_whoever_holds_it_may_prolong_it() -> None:
    assert acquire("elsewhere:1")
    assert acquire("elsewhere:1", after=HOUR / 2)
    assert not acquire("elsewhere:2", after=HOUR)


def test_a_lease_that_was_given_back_is_free() -> None:
    acquire("elsewhere:1")
    leases.release("night", holder="elsewhere:1")
    assert acquire("elsewhere:2")


def test_nobody_gives_back_the_lease_of_another() -> None:
    acquire("elsewhere:1")
    leases.release("night", holder="elsewhere:2")
    assert not acquire("elsewhere:2")


def test_a_lease_whose_time_is_over_is_free() -> None:
    acquire("elsewhere:1")
    assert acquire("elsewhere:2", after=HOUR)


def test_a_dead_process_of_this_machine_is_not_waited_for() -> None:
    died = subprocess.Popen([sys.executable, "-c", ""])
    died.wait()
    assert acquire(f"{socket.gethostname()}:{died.pid}")
    assert acquire("elsewhere:2")


def test_a_living_process_of_this_machine_is_waited_for() -> None:
    assert acquire(f"{socket.gethostname()}:{os.getppid()}")
    assert not acquire(leases.this_process())
