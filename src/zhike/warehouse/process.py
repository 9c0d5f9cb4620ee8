"""Runs work on the engine in a process of its own: plain data in, plain data out.

Two reasons. DuckDB, Arrow and Ibis cost half a second and a hundred megabytes to import, which no page should pay. And
a process that opens one SQLite file with two libraries (Django's and DuckDB's) loses the locks of the first when the
second closes the file, which can corrupt it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any


class EngineFailed(RuntimeError):
    """The process ended with an error; the message is what it wrote last."""


def run(function: str, payload: Mapping[str, Any]) -> Any:
    """Call `package.module:function(**payload)` in a fresh interpreter and return its answer (JSON both ways)."""
    package_root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, (str(package_root), os.environ.get("PYTHONPATH", ""))))
    finished = subprocess.run(  # noqa: S603 - our own interpreter with our own words
        [sys.executable, "-m", "zhike.warehouse.process", function],
        input=json.dumps(payload),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    if finished.returncode:
        raise EngineFailed(f"{function} ended with code {finished.returncode}: {finished.stderr.strip()[-2000:]}")
    return json.loads(finished.stdout)


def main() -> None:
    """The other side of `run`."""
    module, name = sys.argv[1].split(":")
    answer = getattr(import_module(module), name)(**json.load(sys.stdin))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
