"""The copy follows the database, month by month; a refresh that died leaves it as it was."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cast import NOW, Cast, assemble
from tests.domain.segmentation.schemes import order
from zhike.domain.orders.models import Order
from zhike.domain.orders.services import mark_months
from zhike.flows.warehouse_copy import folder, refresh
from zhike.warehouse.copy import MANIFEST, Manifest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.ZHIKE_WAREHOUSE = tmp_path / "warehouse"
    return assemble()


def rows(table: str) -> list[tuple[Any, ...]]:
    """What the copy holds of a table, by its manifest."""
    manifest = Manifest.read(folder())
    assert manifest
    files = [
        str(folder() / file)
        for file in (
            [manifest.tables[table]]
            if table != "orders"
            else [file for month in manifest.months.values() for file in month["files"]]
        )
    ]
    if not files:
        return []
    with duckdb.connect() as engine:
        return engine.execute(
            "SELECT * FROM read_parquet($1, hive_partitioning = false) ORDER BY ALL", [files]
        ).fetchall()


def test_the_copy_of_an_empty_database_is_an_empty_copy(cast: Cast) -> None:
    found = refresh()
    assert (found.orders, found.customers) == (0, 4)
    assert rows("orders") == []


def test_orders_come_over_exactly_and_cancelled_ones_are_known(cast: Cast) -> None:
    order(cast.tide, date(2026, 2, 28), 90_071_992_547_409)
    order(cast.tide, date(2026, 3, 1), -7)
    Order.everything.filter(is_return=True).update(cancelled_at=NOW)
    assert refresh().orders == 2
    pk = cast.tide.pk
    assert rows("orders") == [
        (pk, date(2026, 2, 28), False, 9_007_199_254_740_900, None, False),
        (pk, date(2026, 3, 1), True, -700, None, True),
    ]


def test_an_order_moved_to_another_month_leaves_the_first(cast: Cast) -> None:
    moved = order(cast.tide, date(2026, 2, 28), 5)
    refresh()
    moved.ordered_on = date(2026, 1, 31)
    moved.save(update_fields=["ordered_on"])
    mark_months([date(2026, 2, 28), date(2026, 1, 31)])
    assert refresh().orders == 1
    manifest = Manifest.read(folder())
    assert manifest
    assert set(manifest.months) == {"2026-01"}


def test_a_refresh_that_died_is_forgotten_by_the_next(cast: Cast) -> None:
    order(cast.tide, date(2026, 2, 28), 5)
    refresh()
    left = folder() / "draft-of-the-dead" / "month=2026-02"
    left.mkdir(parents=True)
    (left / "data_0.parquet").write_bytes(b"half a file")
    os.utime(left / "data_0.parquet", (0, 0))
    assert refresh().orders == 1
    assert not (left / "data_0.parquet").exists()


@pytest.mark.parametrize("fault", ["", "{", json.dumps({"format": 0})])
def test_a_manifest_that_cannot_be_read_means_a_new_copy(cast: Cast, fault: str) -> None:
    order(cast.tide, date(2026, 2, 28), 5)
    refresh()
    (folder() / MANIFEST).write_text(fault)
    assert refresh().orders == 1
    assert len(rows("orders")) == 1
