"""The engine's part of the night and of a simulation: figures, breakpoints, tiers, and what they change.

The functions at the end take and give plain data, because they run in a process of their own (`warehouse.process`):
they know the columnar copy and the rules, never the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Literal

from zhike.analytics import changes, rfm, tiers
from zhike.analytics.fields import FIELDS
from zhike.analytics.figures import figures
from zhike.domain.segmentation.rules import (
    SCHEME,
    Breakpoints,
    RfmScheme,
    SchemeSpec,
    snapshot_fields,
)
from zhike.warehouse import copy
from zhike.warehouse.engine import Engine, Table, connect, constants, write_csv

SCORES: Final = ("recency_score", "frequency_score", "monetary_score", "total_score")
OVERRIDES: Final = {"customer_id": "int64", "override_id": "int64", "override_tier": "string"}


@dataclass(frozen=True, slots=True)
class Room:
    """An engine with the copy open in it, and the tables of figures made so far."""

    engine: Engine
    tables: copy.Tables
    as_of: date
    made: dict[str, Table] = field(default_factory=dict)

    def figures_for(self, spec: SchemeSpec) -> Table:
        """The figures in the scheme's window."""
        return self.figures(spec.window_days, spec.count_orders_by)

    def figures(self, window_days: int = 365, count_orders_by: Literal["order", "day"] = "order") -> Table:
        """The figures in a window: computed once for all schemes that share it."""
        name = f"figures_{window_days}_{count_orders_by}"
        if name not in self.made:
            expression = figures(
                self.tables.customers,
                self.tables.orders,
                self.tables.interactions,
                as_of=self.as_of,
                window_days=window_days,
                count_orders_by=count_orders_by,
            )
            self.made[name] = self.engine.create_table(name, expression)
        return self.made[name]

    def breakpoints(self, spec: SchemeSpec) -> Breakpoints:
        """Those of an RFM scheme over everybody who bought in its window; empty for other schemes."""
        if not isinstance(spec, RfmScheme):
            return Breakpoints({}, {})
        row = self.engine.to_pyarrow(rfm.breakpoint_row(self.figures_for(spec))).to_pylist()[0]
        own = spec.cut_offs.breakpoints() if spec.cut_offs else None
        return Breakpoints(scores=own or rfm.quintiles(row), centres=rfm.centres(row, spec.split))

    def standings(self, scheme_id: int) -> Table:
        """The standings in force under one scheme."""
        return self.tables.standings.filter(self.tables.standings.scheme_id == scheme_id)


@contextmanager
def room(engine: str, folder: str, as_of: str) -> Iterator[Room]:
    """Open the copy in an engine."""
    home = Path(folder)
    with connect(engine, scratch=home) as connection:
        yield Room(connection, copy.tables(connection, folder=home), date.fromisoformat(as_of))


def ruled(of_all: Table, spec: SchemeSpec, breakpoints: Breakpoints) -> Table:
    """The figures with the four scores (null where the scheme has none) and the `tier` that the rules give."""
    if not isinstance(spec, RfmScheme):
        unscored = rfm.scores(of_all, breakpoints={}, weights=(1, 1, 1))
        return unscored.mutate(tier=tiers.assign(unscored, [(each.key, each.when) for each in spec.tiers]))
    weights = (spec.weights.r, spec.weights.f, spec.weights.m)
    scored = rfm.scores(of_all, breakpoints=breakpoints.scores, weights=weights)
    if spec.reading == "four":
        return scored.mutate(tier=rfm.four_classes(scored, **spec.thresholds.model_dump()))
    return scored.mutate(tier=rfm.eight_classes(scored, centres=breakpoints.centres))


def evaluated(
    of_all: Table, spec: SchemeSpec, breakpoints: Breakpoints, overrides: Sequence[Mapping[str, Any]]
) -> Table:
    """One row per customer: `customer_id`, tier, scores, kept figures as JSON, the override that outranks the rules."""
    by_rules = ruled(of_all, spec, breakpoints)
    kept = by_rules.select(
        "customer_id", *SCORES, by_rules="tier", figures=changes.json_text(by_rules, snapshot_fields(spec))
    )
    joined = kept.left_join(constants(overrides, OVERRIDES), "customer_id").drop("customer_id_right")
    tier = joined.override_tier.coalesce(joined.by_rules)
    return joined.select("customer_id", *SCORES, "figures", "override_id", tier=tier)


def evaluate(
    *, engine: str, folder: str, as_of: str, schemes: Sequence[Mapping[str, Any]], changes_into: str
) -> dict[str, Any]:
    """Evaluate all customers under schemes given as `{"id", "version_id", "definition", "overrides"}`.

    Writes the rows to be written as CSV (columns as `changes.changed` gives them) and returns
    `{"seconds": {step: s}, "schemes": [{"id", "version_id", "breakpoints", "file", "rows"}]}`.
    """
    started = perf_counter()
    found = []
    with room(engine, folder, as_of) as here:
        specs = [SCHEME.validate_python(scheme["definition"]) for scheme in schemes]
        for spec in specs:
            here.figures_for(spec)
        figured = perf_counter()
        for scheme, spec in zip(schemes, specs, strict=True):
            breakpoints = here.breakpoints(spec)
            now = evaluated(here.figures_for(spec), spec, breakpoints, scheme["overrides"])
            different = changes.changed(now, here.standings(scheme["id"]), version_id=scheme["version_id"])
            file = Path(changes_into) / f"{scheme['id']}.csv"
            # In the order of the database's indexes: neighbours are written together, several times as fast.
            rows = write_csv(here.engine, different.order_by("customer_id"), file)
            found.append(
                {
                    "id": scheme["id"],
                    "version_id": scheme["version_id"],
                    "breakpoints": breakpoints.to_data(),
                    "file": str(file),
                    "rows": rows,
                }
            )
    return {"seconds": {"figures": figured - started, "tiers": perf_counter() - figured}, "schemes": found}


def refresh_and_evaluate(*, database: Mapping[str, str], zone: str, folder: str, **words: Any) -> dict[str, Any]:
    """`copy.refresh` and `evaluate` in one process: the answers of both, with the seconds of every step."""
    started = perf_counter()
    copied = copy.refresh(database, folder=folder, zone=zone)
    refreshed = perf_counter() - started
    found = evaluate(folder=folder, **words)
    return copied | found | {"seconds": {"refresh": refreshed} | found["seconds"]}


def simulate(*, engine: str, folder: str, as_of: str, scheme: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """What a definition would move: `{"customers", "moves": [{"before", "after", "customers"}], "moved": [...]}`.

    `moved` lists at most `limit` customers as `{"customer_id", "before", "after"}`.
    """
    spec = SCHEME.validate_python(scheme["definition"])
    with room(engine, folder, as_of) as here:
        now = evaluated(here.figures_for(spec), spec, here.breakpoints(spec), scheme["overrides"])
        moved = here.engine.create_table("moved", changes.moves(now, here.standings(scheme["id"])))
        counts = moved.group_by("before", "after").aggregate(customers=moved.count()).order_by("before", "after")
        return {
            "customers": here.engine.to_pyarrow(here.figures_for(spec).count()).as_py(),
            "moves": here.engine.to_pyarrow(counts).to_pylist(),
            "moved": here.engine.to_pyarrow(moved.order_by("customer_id").limit(limit)).to_pylist(),
        }


def report(*, engine: str, folder: str, as_of: str, schemes: Sequence[Mapping[str, Any]], into: str) -> list[str]:
    """Write every customer's figures, and its tier under each scheme, as lines of JSON; returns the files.

    The first file has `customer_id` and the figures (window of the first scheme), then one per scheme follows; all have
    the same customers in the same order.
    """
    with room(engine, folder, as_of) as here:
        specs = [SCHEME.validate_python(scheme["definition"]) for scheme in schemes]
        wide = here.figures(specs[0].window_days, specs[0].count_orders_by) if specs else here.figures()
        tables = [wide.select("customer_id", *FIELDS)]
        for scheme, spec in zip(schemes, specs, strict=True):
            tables.append(evaluated(here.figures_for(spec), spec, here.breakpoints(spec), scheme["overrides"]))
        files = [Path(into) / f"{place}.jsonl" for place in range(len(tables))]
        for table, file in zip(tables, files, strict=True):
            _write_lines(here.engine, table, file)
    return [str(file) for file in files]


def _write_lines(engine: Engine, table: Table, file: Path) -> None:
    with file.open("w") as lines:
        for batch in engine.to_pyarrow_batches(table.order_by("customer_id"), chunk_size=10_000):
            for row in batch.to_pylist():
                lines.write(json.dumps(row, default=str) + "\n")
