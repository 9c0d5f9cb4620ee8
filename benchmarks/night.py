"""The night at scale: the first one, the next with 1 % new orders, and its analytics beside hand-written DuckDB.

    python -m benchmarks.night [--customers 1000000] [--orders 10000000] [--folder DIR] [--keep]

Makes its data in a folder outside the project, and deletes it at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb
import yaml

from zhike.domain.segmentation.rules import SCHEME
from zhike.flows import evaluation
from zhike.warehouse.copy import Manifest

FIRST_DAY, NEXT_DAY = "2026-01-01", "2026-01-02"
PLAYBOOK = "b2b-abc"
ROUNDS = 5


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, help="where the data goes (default: a temporary folder)")
    parser.add_argument("--keep", action="store_true", help="leave the data there")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="zhike-bench-"))
    try:
        measure(folder, customers=given.customers, orders=given.orders)
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, *, customers: int, orders: int) -> None:
    """Make the data and print what a night over it takes."""
    environment = os.environ | {"ZHIKE_HOME": str(folder / "data"), "ZHIKE_KEYS": str(folder / "keys")}
    zhike = [sys.executable, "-m", "zhike.config.command_line"]
    more = max(1, orders // 100)

    def run(*words: str) -> None:
        subprocess.run(words, env=environment, check=True, input=b"a long password\n", stdout=subprocess.DEVNULL)

    def make(*words: str) -> None:
        run(sys.executable, "-m", "benchmarks.make_set", *words)

    run(*zhike, "init", "--playbook", PLAYBOOK, "--company", "Benchmark", "--admin", "bench@example.com")
    make("--customers", str(customers), "--orders", str(orders), "--day", FIRST_DAY)
    night(f"first night, {customers:,} customers, {orders:,} orders", zhike, environment, FIRST_DAY, limit=60)
    make("--more-orders", str(more), "--day", NEXT_DAY)
    night(f"next night, {more:,} new orders", zhike, environment, NEXT_DAY, limit=20)
    side_by_side(folder / "data" / "warehouse")


def night(title: str, zhike: list[str], environment: dict[str, str], day: str, *, limit: float) -> None:
    """Run one night in a process of its own and print its seconds and memory."""
    started = perf_counter()
    process = subprocess.Popen([*zhike, "night", "--as-of", day, "--json"], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    taken = perf_counter() - started
    if status:
        raise SystemExit(f"the night ended with status {status}")
    cpu = used.ru_utime + used.ru_stime
    print(f"{title}: {taken:.1f} s (goal {limit:g}), {cpu:.1f} s CPU, {used.ru_maxrss / 1024:.0f} MB (goal 4096)")
    for step, seconds in told.pop("seconds").items():
        print(f"    {step:<16}{seconds:8.2f} s")
    print(f"    {told}")


def side_by_side(copy: Path) -> None:
    """The same figures, scores and tiers by our expressions and by hand, over the same files: median of five rounds."""
    ours, theirs = by_zhike(copy), by_hand(copy)
    print(f"figures, RFM and ABC: ours {ours:.2f} s, hand-written SQL {theirs:.2f} s: ×{ours / theirs:.2f} (goal 1.5)")


def by_zhike(copy: Path) -> float:
    """Seconds that our expressions take on the engine."""
    specs = [SCHEME.validate_python(definition) for definition in definitions()]
    with evaluation.room("duckdb://", str(copy), NEXT_DAY) as here:

        def work() -> None:
            here.made.clear()
            for table in here.engine.list_tables():
                if table.startswith("figures"):
                    here.engine.drop_table(table)
            for spec in specs:
                points = here.breakpoints(spec)
                ruled = evaluation.ruled(here.figures_for(spec), spec, points)
                tiers = ruled.select("customer_id", "tier", *evaluation.SCORES)
                here.engine.create_table(f"tiers_{spec.key}", tiers, overwrite=True)

        return best(work)


def by_hand(copy: Path) -> float:
    """Seconds that the reference takes on the same engine."""
    manifest = Manifest.read(copy)
    assert manifest is not None
    orders = [str(copy / file) for month in manifest.months.values() for file in month["files"]]
    script = (
        (Path(__file__).parent / "reference.sql")
        .read_text()
        .format(
            as_of=NEXT_DAY,
            customers=f"read_parquet('{copy / manifest.tables['customers']}')",
            orders=f"read_parquet({orders})",
        )
    )
    with duckdb.connect() as engine:
        engine.execute("SET memory_limit = '2GB'; SET preserve_insertion_order = false")
        return best(lambda: engine.execute(script))


def definitions() -> list[dict[str, Any]]:
    """The schemes of the playbook: those that the reference computes."""
    playbook = yaml.safe_load(files("zhike.playbooks").joinpath(f"{PLAYBOOK}.yaml").read_text())
    return list(playbook["schemes"])


def best(work: Callable[[], object]) -> float:
    """The median of several rounds after one to warm up."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        rounds.append(perf_counter() - started)
    return median(rounds)


if __name__ == "__main__":
    main()
