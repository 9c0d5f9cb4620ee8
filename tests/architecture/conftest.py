"""What the walk over every address came to, in a line at the end."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many addresses and cells were walked."""
    reports = [report for found in terminalreporter.stats.values() for report in found if hasattr(report, "when")]
    walked = [dict(report.user_properties).get("cells") for report in reports if report.when == "call"]
    cells = [count for count in walked if count is not None]
    if cells:
        terminalreporter.write_line(f"access: {len(cells)} ways, {sum(cells)} cells walked")
