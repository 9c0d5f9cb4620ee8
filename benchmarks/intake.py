"""`python -m benchmarks.intake [FILE]`: order lines from a CSV file into SQLite, through the command line.

Without FILE it writes 500,000 lines from a seed. Prints lines per second of the whole command and its largest memory.
"""

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

LINES = 500_000
CUSTOMERS = 5_000
SEED = 20_240_501


def write_lines(file: Path) -> None:
    """Orders of one to forty lines, in the order of time, with Chinese headings."""
    chance = random.Random(SEED)
    written = order = 0
    with file.open("w", newline="", encoding="utf-8") as handle:
        out = csv.writer(handle)
        out.writerow(["订单编号", "订单日期", "客户编号", "客户名称", "产品编号", "产品名称", "类别", "数量", "单价"])
        while written < LINES:
            order += 1
            day = date(2024, 1, 1) + timedelta(days=order * 700 // (LINES // 20))
            customer = chance.randrange(CUSTOMERS)
            for _line in range(min(chance.randint(1, 40), LINES - written)):
                product = chance.randrange(4_000)
                quantity, price = chance.randint(1, 24), f"{product % 97 + 0.95:.2f}"
                out.writerow(
                    [f"D{order:07d}", day, f"K{customer:05d}", f"客户{customer:05d}", f"P{product:04d}",
                     f"产品 {product:04d} 型", f"类别{product % 12}", quantity, price]
                )  # fmt: skip
                written += 1


def main() -> None:
    """Import the file once into a new home and print what it took."""
    with tempfile.TemporaryDirectory(prefix="zhike-intake-") as folder:
        named = sys.argv[1:]
        file = Path(named[0]).resolve() if named else Path(folder) / "orders.csv"
        if not named:
            write_lines(file)
        home = {"ZHIKE_HOME": f"{folder}/home", "ZHIKE_KEYS": f"{folder}/keys", "LANGUAGE": "en"}
        environment = os.environ | home
        zhike = [sys.executable, "-m", "zhike.config.command_line"]
        subprocess.run([*zhike, "manage", "migrate", "-v0"], env=environment, check=True)
        for turn in ("first time", "same file again"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            started = time.perf_counter()
            done = subprocess.run(
                [*zhike, "import", "orders", str(file), "--create-missing", "--json"],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            seconds = time.perf_counter() - started
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            found = json.loads(done.stdout)
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(
                f"{turn}: {found['rows']:,} lines in {seconds:.1f} s ({processor:.1f} s of processor): "
                f"{found['rows'] / seconds:,.0f} lines/s; created {found['created']:,}, unchanged "
                f"{found['unchanged']:,}, rows refused {found['failed']:,}; at most {after.ru_maxrss / 1024:.0f} MB"
            )


if __name__ == "__main__":
    main()
