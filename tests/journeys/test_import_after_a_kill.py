"""`kill -9` at any point of an import: the same command carries on to the same result."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.installation import Installation, ready

LINES = 45_000
LINES_PER_ORDER = 5


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    out, errors = process.communicate(timeout=180)
    assert process.returncode == 0, errors
    counts: dict[str, int] = json.loads(out)
    return counts


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return ready(tmp_path_factory.mktemp("import") / "empty")


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
def installation(empty: Installation, tmp_path: Path) -> Installation:
    return empty.copy(tmp_path / "installation")


def result(installation: Installation) -> list[tuple[object, ...]]:
    """What stands in the database, whatever the ids."""
    lines = installation.ask(
        "SELECT o.number, c.external_id, o.ordered_on, o.amount_minor, l.position, p.code, l.quantity, l.amount_minor "
        "FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id JOIN orders_product p ON p.id = l.product_id "
        "JOIN customers_customer c ON c.id = o.customer_id ORDER BY 1, 5",
    )
    changes = installation.ask(
        "SELECT kind, count(*), count(DISTINCT object_id) FROM imports_recordchange GROUP BY kind"
    )
    numbers = installation.ask("SELECT count(*), count(DISTINCT number) FROM customers_customer")
    months = installation.ask("SELECT month FROM orders_changedmonth ORDER BY month")
    return [*lines, *changes, *numbers, *months]


@pytest.fixture(scope="module")
def undisturbed(empty: Installation, orders: Path) -> list[tuple[object, ...]]:
    installation = empty.copy(empty.folder.with_name("undisturbed"))
    counts = finish(installation.zhike("import", "orders", str(orders), "--create-missing", "--json"))
    assert (counts["rows"], counts["created"]) == (LINES, LINES // LINES_PER_ORDER)
    return result(installation)


@pytest.mark.parametrize("point", ["rows_read > 0", "position > 0", "position > 20000"])
def test_the_same_command_carries_on(
    installation: Installation, orders: Path, undisturbed: list[tuple[object, ...]], point: str
) -> None:
    command = ("import", "orders", str(orders), "--create-missing", "--json")
    process = installation.zhike(*command)
    while not installation.ask(f"SELECT 1 FROM imports_batch WHERE {point}"):
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    position = installation.ask("SELECT position, status FROM imports_batch")
    counts = finish(installation.zhike(*command))
    assert counts["batch"] == 1, position
    assert (counts["rows"], counts["created"], counts["failed"]) == (LINES, LINES // LINES_PER_ORDER, 0)
    assert result(installation) == undisturbed
