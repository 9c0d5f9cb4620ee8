"""`kill -9` at any point of an import: the same command carries on to the same result."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

LINES = 45_000
LINES_PER_ORDER = 5


def zhike(home: Path, *words: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "zhike.config.settings",
        "ZHIKE_HOME": str(home),
        "ZHIKE_KEYS": str(home.parent / "keys"),
        "LANG": "C",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "zhike.config.command_line", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    out, errors = process.communicate(timeout=180)
    assert process.returncode == 0, errors
    counts: dict[str, int] = json.loads(out)
    return counts


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "zhike.sqlite3", timeout=30)) as database:
        return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("import") / "empty"
    process = zhike(home, "manage", "migrate", "--skip-checks", "--verbosity", "0")
    assert process.wait(timeout=180) == 0, process.communicate()
    return home


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "orders.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("订单编号,客户编号,订单日期,产品编码,数量,单价\n")
        for line in range(LINES):
            order = (line * 7) % (LINES // LINES_PER_ORDER)
            file.write(
                f"A{order},K{order % 500},2026-0{order % 6 + 1}-05,P{line % 300},{line % 9 + 1},{line % 50}.25\n"
            )
    return path


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(empty_home, home)
    return home


def result(home: Path) -> list[tuple[object, ...]]:
    """What stands in the database, whatever the ids."""
    lines = ask(
        home,
        "SELECT o.number, c.external_id, o.ordered_on, o.amount_minor, l.position, p.code, l.quantity, l.amount_minor "
        "FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id JOIN orders_product p ON p.id = l.product_id "
        "JOIN customers_customer c ON c.id = o.customer_id ORDER BY 1, 5",
    )
    changes = ask(home, "SELECT kind, count(*), count(DISTINCT object_id) FROM imports_recordchange GROUP BY kind")
    numbers = ask(home, "SELECT count(*), count(DISTINCT number) FROM customers_customer")
    months = ask(home, "SELECT month FROM orders_changedmonth ORDER BY month")
    return [*lines, *changes, *numbers, *months]


@pytest.fixture(scope="module")
def undisturbed(empty_home: Path, orders: Path) -> list[tuple[object, ...]]:
    home = empty_home.with_name("undisturbed")
    shutil.copytree(empty_home, home)
    counts = finish(zhike(home, "import", "orders", str(orders), "--create-missing", "--json"))
    assert (counts["rows"], counts["created"]) == (LINES, LINES // LINES_PER_ORDER)
    return result(home)


@pytest.mark.parametrize("point", ["rows_read > 0", "position > 0", "position > 20000"])
def test_the_same_command_carries_on(
    home: Path, orders: Path, undisturbed: list[tuple[object, ...]], point: str
) -> None:
    command = ("import", "orders", str(orders), "--create-missing", "--json")
    process = zhike(home, *command)
    while not ask(home, f"SELECT 1 FROM imports_batch WHERE {point}"):
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    position = ask(home, "SELECT position, status FROM imports_batch")
    counts = finish(zhike(home, *command))
    assert counts["batch"] == 1, position
    assert (counts["rows"], counts["created"], counts["failed"]) == (LINES, LINES // LINES_PER_ORDER, 0)
    assert result(home) == undisturbed
