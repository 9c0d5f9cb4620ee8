"""Start one of our own small programs to judge a file: what goes wrong with the file goes wrong with them alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended: its exit code (negative: the system ended it), and what it printed."""

    code: int
    printed: str


def run(program: ModuleType, *arguments: object, seconds: int) -> Ended:
    """Run a module of this package in a process of its own; one that never ends is ended after `seconds`.

    Only its file is run (`-P`, `-E` and `-s`: nothing of the folder that somebody happens to stand in, of their
    environment or of their home is imported). It limits its own memory and time before it opens anything.
    """
    assert program.__file__
    command = [sys.executable, "-P", "-E", "-s", program.__file__, *map(str, arguments)]
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module; every argument is one word
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return Ended(-9, "")
    return Ended(done.returncode, done.stdout.decode())
