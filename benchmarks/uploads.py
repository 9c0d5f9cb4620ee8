"""What files that mean harm cost: seconds until they are refused, and how much the server's own process grows.

`python -m benchmarks.uploads` writes each into a temporary folder, opens it in a fresh process as an upload is opened,
and fails where one takes longer than a second or lets the process grow by more than 50 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import django
import psutil
from tests.gateways.spreadsheets import bombs

from zhike.gateways.spreadsheets.limits import BROWSER
from zhike.gateways.spreadsheets.tables import open_table
from zhike.kernel.errors import Refused

MOST_SECONDS, MOST_GROWTH = 1.0, 50_000_000


def refuse(path: Path) -> dict[str, object]:
    """Open the file as an upload is opened: seconds, growth in bytes, and the sentence."""
    process = psutil.Process()
    start = peak = process.memory_info().rss
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.002):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    sentence = ""
    begun = time.perf_counter()
    try:
        with open_table(path, limits=BROWSER):
            pass
    except Refused as refusal:
        sentence = refusal.sentence
    seconds = time.perf_counter() - begun
    ended.set()
    watcher.join()
    return {"seconds": seconds, "growth": max(peak, process.memory_info().rss) - start, "sentence": sentence}


def main() -> int:
    """Exit code 1 where a limit is broken."""
    is_broken = False
    for bomb in bombs.BOMBS:
        with tempfile.TemporaryDirectory() as folder:
            path = bomb(Path(folder))
            command = [sys.executable, "-m", "benchmarks.uploads", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            size = path.stat().st_size
        is_fine = found["sentence"] and found["seconds"] <= MOST_SECONDS and found["growth"] <= MOST_GROWTH
        is_broken |= not is_fine
        print(
            f"{bomb.__name__:20} {size / 1e6:8.2f} MB {found['seconds']:6.2f} s {found['growth'] / 1e6:6.1f} MB  "
            f"{'' if is_fine else 'TOO MUCH '}{found['sentence'][:70]}"
        )
    return int(is_broken)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    if len(sys.argv) == 2:
        print(json.dumps(refuse(Path(sys.argv[1]))))
    else:
        sys.exit(main())
