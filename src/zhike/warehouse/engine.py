"""The engine that runs analytics, named by a URL. `duckdb://` runs in this process; expressions know nothing of it.

Options stand in the query: `duckdb://?memory_limit=2GB&threads=2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.csv
from ibis.backends import BaseBackend

Engine: TypeAlias = BaseBackend
Table: TypeAlias = ir.Table

DEFAULTS: Final = {"memory_limit": "2GB"}


class UnknownEngine(ValueError):
    """The engine's URL names no engine that this version knows."""


@contextmanager
def connect(url: str, *, scratch: Path) -> Iterator[Engine]:
    """A connection that may spill to a folder of its own below `scratch`, which is gone afterwards.

    Raises UnknownEngine for a URL that names no known engine.
    """
    parts = urlsplit(url)
    if parts.scheme != "duckdb":
        raise UnknownEngine(f"Unknown engine {url!r}: expected duckdb://, the one that runs in this process.")
    options: dict[str, Any] = DEFAULTS | dict(parse_qsl(parts.query))
    with TemporaryDirectory(dir=scratch, prefix="spill-") as spill:
        connection = ibis.duckdb.connect(":memory:", temp_directory=spill, preserve_insertion_order=False, **options)
        try:
            yield connection
        finally:
            connection.disconnect()


def write_csv(engine: Engine, table: Table, file: Path) -> int:
    """Write the rows as CSV without a header, nulls as nothing at all; returns how many there were."""
    rows = 0
    schema = table.schema().to_pyarrow()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    with pyarrow.csv.CSVWriter(file, schema, write_options=options) as writer:
        for batch in engine.to_pyarrow_batches(table, chunk_size=100_000):
            rows += batch.num_rows
            writer.write_table(pa.Table.from_batches([batch]))
    return rows


def constants(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, str]) -> Table:
    """A small table out of plain rows; `schema` maps each column to its type, such as `int64` or `string`."""
    columns = {name: [row[name] for row in rows] for name in schema}
    return ibis.memtable(pa.table(columns, schema=ibis.schema(schema).to_pyarrow()))
