"""A chart is a small table first: the page shows the table, the browser draws it.

| kind     | columns                                   | one row                        |
|----------|-------------------------------------------|--------------------------------|
| `bar`    | label, one or more series                 | `("A", 12, 40)`                |
| `line`   | label (a day or month), one or more series| `("2024-03", 12, 40)`          |
| `heat`   | across, up, value                         | `("1", "5", 212)`              |
| `sankey` | from, to, value                           | `("A", "B", 12)`               |
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["bar", "line", "heat", "sankey"]
Cell = str | int | float | None

LABEL_COLUMNS: dict[Kind, int] = {"bar": 1, "line": 1, "heat": 2, "sankey": 2}


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One line of the table beside the chart, and the list that its figure opens."""

    cells: tuple[Cell, ...]
    link: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What `<c-chart :chart="…">` draws. `links` gives, row by row, the address a click on that row's mark opens.

    `order` names the ends of a `sankey` from the top down; by it they also take their colours.
    """

    kind: Kind
    columns: Sequence[str]
    rows: Sequence[tuple[Cell, ...]]
    links: Sequence[str] = ()
    unit: str = ""
    order: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse a ragged table: a chart of it would be silently wrong."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"every row of a {self.kind} chart needs {len(self.columns)} cells: {self.columns}")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError("give a link for every row of the chart, or none at all")
        if self.kind == "sankey" and not {end for row in self.rows for end in row[:2]} <= set(self.order):
            raise ValueError("name in `order` every end of a sankey")

    @property
    def label_columns(self) -> int:
        """How many columns from the left name a row; the others are figures."""
        return LABEL_COLUMNS[self.kind]

    @property
    def table_rows(self) -> list[TableRow]:
        """The rows with their links."""
        links = self.links or [""] * len(self.rows)
        return [TableRow(cells=row, link=link) for row, link in zip(self.rows, links, strict=True)]

    @property
    def as_json(self) -> str:
        """`as_data` for an attribute: htmx drops every script element, also one that only holds data."""
        return json.dumps(self.as_data, ensure_ascii=False)

    @property
    def as_data(self) -> dict[str, Any]:
        """What the script in the browser reads."""
        return {
            "kind": self.kind,
            "columns": [str(column) for column in self.columns],
            "rows": [list(row) for row in self.rows],
            "links": list(self.links),
            "unit": self.unit,
            "order": [str(name) for name in self.order],
        }
