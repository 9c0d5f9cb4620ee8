"""Imports and nights at one time: both come to their end, and every customer has one tier under each scheme."""

from __future__ import annotations

from pathlib import Path

from tests.installation import Installation, ready

TURNS = 4
CUSTOMERS = 150
HEADINGS = "订单编号,订单日期,客户编号,客户名称,金额"


def orders(folder: Path, turn: int) -> Path:
    """New customers and those of the turn before, who are graded anew."""
    path = folder / f"orders-{turn}.csv"
    customers = range(CUSTOMERS * turn // 2, CUSTOMERS * turn // 2 + CUSTOMERS)
    lines = [f"O{turn}-{number},2026-03-{turn + 1:02},K{number},客户{number},{number + turn}" for number in customers]
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    return path


def begun(folder: Path) -> Installation:
    installation = ready(folder)
    words = ("init", "--company", "远山科技", "--admin", "zhao@example.com", "--playbook", "retail-rfm")
    installation.run(*words, stdin="a-long-and-winding-road\n")
    return installation


def test_an_import_and_a_night_at_one_time_both_end_well(db: None, tmp_path: Path) -> None:
    installation = begun(tmp_path)
    installation.run("night")
    for turn in range(TURNS):
        path = str(orders(tmp_path, turn))
        both = [installation.zhike("night"), installation.zhike("import", "orders", path, "--create-missing")]
        for process in both:
            _out, errors = process.communicate(timeout=300)
            assert (process.returncode, errors) == (0, "")
    assert installation.ask("SELECT count(*), sum(created) FROM imports_batch WHERE status = 'done'") == [
        (TURNS, TURNS * CUSTOMERS)
    ]
    installation.run("night")
    ((customers,),) = installation.ask("SELECT count(*) FROM customers_customer")
    ((schemes,),) = installation.ask("SELECT count(*) FROM segmentation_scheme")
    held = "SELECT count(*) FROM segmentation_standing WHERE ended_on IS NULL"
    assert installation.ask(held) == [(customers * schemes,)]
