"""The columnar copy: the database's customers, orders, contacts and current standings as Parquet files.

Orders lie by month, and every write of orders gives its months another revision: a refresh reads again only the months
whose revision is not the one it saw, and the other tables whole. The manifest names the files that make up the copy and
is renamed into place last, so a refresh that dies leaves the copy as it was; what it left is swept by a later one.
The folder may be deleted at any time: the next refresh makes it anew.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Self

import duckdb

from zhike.warehouse.engine import Engine, Table

MANIFEST: Final = "manifest.json"
FORMAT: Final = 2

ORDERS: Final = """
    SELECT CAST(customer_id AS BIGINT) AS customer_id, CAST(ordered_on AS DATE) AS ordered_on,
           CAST(is_return AS BOOLEAN) AS is_return, CAST(amount_minor AS BIGINT) AS amount_minor,
           CAST(cost_minor AS BIGINT) AS cost_minor, cancelled_at IS NOT NULL AS is_cancelled
    FROM {orders}
"""
NO_ORDERS: Final = f"SELECT * FROM ({ORDERS.format(orders='source.orders_order')}) WHERE false"
CUSTOMERS: Final = """
    SELECT id AS customer_id, kind, strategic <> '' AS is_strategic, lifecycle, nullif(industry, '') AS industry,
           nullif(region, '') AS region, nullif(source, '') AS source, cooperation_started_on
    FROM source.customers_customer WHERE deleted_at IS NULL
"""
INTERACTIONS: Final = """
    SELECT customer_id, CAST({occurred_at} AT TIME ZONE '{zone}' AS DATE) AS occurred_on,
           CAST(is_connected AS BOOLEAN) AS is_connected
    FROM source.interactions_interaction
"""
STANDINGS: Final = """
    SELECT customer_id, scheme_id, version_id, override_id, tier, CAST(recency_score AS BIGINT) AS recency_score,
           CAST(frequency_score AS BIGINT) AS frequency_score, CAST(monetary_score AS BIGINT) AS monetary_score,
           total_score, CAST(figures AS VARCHAR) AS figures
    FROM source.segmentation_standing WHERE ended_on IS NULL
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of the copy: one per table, and for orders a list per month with its rows; and the revisions it saw."""

    months: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, str]
    revisions: Mapping[str, int]

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """What the folder holds, or None where there is no copy that this version can read."""
        try:
            data = json.loads((folder / MANIFEST).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return cls(data["months"], data["tables"], data["revisions"]) if data.get("format") == FORMAT else None

    def write(self, folder: Path) -> None:
        """Put the manifest in place in one step."""
        draft = folder / f"{MANIFEST}.{uuid.uuid4().hex}"
        draft.write_text(json.dumps({"format": FORMAT} | asdict(self), indent=1))
        draft.replace(folder / MANIFEST)

    def files(self) -> frozenset[str]:
        """Every file of the copy, relative to its folder."""
        by_month = (file for month in self.months.values() for file in month["files"])
        return frozenset({*by_month, *self.tables.values()})

    @property
    def orders(self) -> int:
        """How many orders and returns the copy holds, cancelled ones included."""
        return _rows(self.months)


def refresh(database: Mapping[str, str], *, folder: str, zone: str) -> dict[str, int]:
    """Bring the copy up to date with the database (as `source.describe` tells it).

    `zone` is where the company's days begin and end. Returns how many `orders` (with returns) and `customers` it holds.
    """
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = Manifest.read(home)
    with duckdb.connect() as engine:
        engine.execute("SET memory_limit = '2GB'; SET preserve_insertion_order = false")
        engine.execute("SET temp_directory = $1", [str(home / "spill")])
        attach(engine, database, name="source", read_only=True)
        # Read before the orders: what is written in between has a later revision and is read again next time.
        revisions = dict(engine.execute("SELECT month, revision FROM source.orders_changedmonth").fetchall())
        months = _copy_orders(engine, home, before, revisions, database["vendor"])
        interactions = INTERACTIONS.format(
            zone=zone, occurred_at="timezone('UTC', occurred_at)" if database["vendor"] == "sqlite" else "occurred_at"
        )
        selects = {"customers": CUSTOMERS, "interactions": interactions, "standings": STANDINGS, "no_orders": NO_ORDERS}
        counts = {}
        tables = {}
        for table, select in selects.items():
            tables[table], counts[table] = _copy_table(engine, home, table, select)
    after = Manifest(months, tables, revisions)
    _sweep(home, before, after)
    after.write(home)
    return {"orders": after.orders, "customers": counts["customers"]}


@dataclass(frozen=True, slots=True)
class Tables:
    """The copy as tables of an engine."""

    customers: Table
    orders: Table
    interactions: Table
    standings: Table


def tables(engine: Engine, *, folder: Path) -> Tables:
    """The copy's tables. Raises FileNotFoundError where there is no copy yet."""
    manifest = Manifest.read(folder)
    if manifest is None:
        raise FileNotFoundError(f"there is no copy in {folder}")

    def read(name: str, files: Iterable[str]) -> Table:
        return engine.read_parquet([str(folder / file) for file in files], table_name=name)

    orders = [file for _, month in sorted(manifest.months.items()) for file in month["files"]]
    every_order = read("every_order", [manifest.tables["no_orders"], *orders])
    return Tables(
        customers=read("customers", [manifest.tables["customers"]]),
        orders=every_order.filter(~every_order.is_cancelled),
        interactions=read("interactions", [manifest.tables["interactions"]]),
        standings=read("standings", [manifest.tables["standings"]]),
    )


def attach(engine: duckdb.DuckDBPyConnection, database: Mapping[str, str], *, name: str, read_only: bool) -> None:
    """Let the engine see the database as a schema of that name."""
    words = dict(database)
    scanner, kind = {"sqlite": ("sqlite_scanner", "sqlite"), "postgresql": ("postgres_scanner", "postgres")}[
        words.pop("vendor")
    ]
    engine.execute(f"LOAD '{_quoted(str(_extension(scanner)))}'")
    target = words["name"] if kind == "sqlite" else " ".join(f"{key}='{_escaped(words[key])}'" for key in words)
    engine.execute(f"ATTACH '{_quoted(target)}' AS {name} (TYPE {kind}{', READ_ONLY' * read_only})")


def _extension(scanner: str) -> Path:
    # The wheel carries the extension for DuckDB's own version; installing it the usual way would need the network.
    found = importlib.util.find_spec(f"duckdb_extension_{scanner}")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"duckdb_extension_{scanner} is not installed")
    return next(Path(found.submodule_search_locations[0]).rglob(f"{scanner}.duckdb_extension"))


def _rows(months: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(month["rows"] for month in months.values())


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _copy_orders(
    engine: duckdb.DuckDBPyConnection, home: Path, before: Manifest | None, revisions: Mapping[str, int], vendor: str
) -> dict[str, Any]:
    if before is None:
        return _write_months(engine, home, "source.orders_order")
    known = before.revisions
    moved = {month for month in {*revisions, *known} if revisions.get(month) != known.get(month)}
    untouched = {month: held for month, held in before.months.items() if month not in moved}
    return untouched | (_write_months(engine, home, _orders_of(sorted(moved), vendor)) if moved else {})


def _orders_of(months: list[str], vendor: str) -> str:
    """The orders of some months, as a table of the engine: found by the database's own index."""
    within = " OR ".join(_within(month) for month in months)
    if vendor == "sqlite":
        # The engine itself would read every order that there is: it knows nothing of indexes on SQLite.
        return f"sqlite_query('source', '{_quoted(f'SELECT * FROM orders_order WHERE {within}')}')"
    return f"(SELECT * FROM source.orders_order WHERE {within})"


def _write_months(engine: duckdb.DuckDBPyConnection, home: Path, orders: str) -> dict[str, Any]:
    draft = home / f"draft-{uuid.uuid4().hex}"
    select = f"SELECT *, strftime(ordered_on, '%Y-%m') AS month FROM ({ORDERS.format(orders=orders)})"
    options = "FORMAT parquet, PARTITION_BY (month), RETURN_STATS"
    written = engine.execute(f"COPY ({select}) TO '{_quoted(str(draft))}' ({options})").fetchall()
    found: dict[str, Any] = {}
    for file, rows, _, _, _, keys in written:
        month = keys["month"]
        held = found.setdefault(month, {"files": [], "rows": 0})
        flat = f"orders-{month}-{uuid.uuid4().hex}.parquet"
        Path(file).replace(home / flat)
        held["files"].append(flat)
        held["rows"] += rows
    shutil.rmtree(draft, ignore_errors=True)
    return found


def _within(month: str) -> str:
    # Whole days compared: asking each of ten million rows for the name of its month takes three times as long.
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return f"(ordered_on >= '{first.isoformat()}' AND ordered_on < '{after.isoformat()}')"


def _copy_table(engine: duckdb.DuckDBPyConnection, home: Path, name: str, select: str) -> tuple[str, int]:
    file = f"{name}-{uuid.uuid4().hex}.parquet"
    row = engine.execute(f"COPY ({select}) TO '{_quoted(str(home / file))}' (FORMAT parquet)").fetchone()
    return file, row[0] if row else 0


def _sweep(home: Path, before: Manifest | None, after: Manifest) -> None:
    """Delete what neither manifest names, if it is older than the one in place.

    Files that this refresh replaces stay until the next: somebody may be reading them. Files younger than the manifest
    may belong to a refresh that is still running.
    """
    if before is None:
        return
    placed = (home / MANIFEST).stat().st_mtime
    kept = before.files() | after.files()
    for file in home.rglob("*"):
        if file.is_file() and str(file.relative_to(home)) not in kept and file.stat().st_mtime < placed:
            file.unlink(missing_ok=True)
