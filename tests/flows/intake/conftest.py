"""Files as people bring them, taken in as the command line does or as a person in the browser."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.cast import NOW
from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch
from zhike.domain.imports.queries import problems
from zhike.flows.intake import arrival
from zhike.flows.intake.command_line import Request, take_file
from zhike.flows.intake.withdrawal import unheard
from zhike.flows.intake.work import run


class Bring(Protocol):
    """Take a table in, the headings its first row; gives the finished batch."""

    def __call__(self, kind: str, *table: Sequence[object], by: User | None = None, **options: Any) -> Batch: ...


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    """Where this test's files are kept."""
    settings.ZHIKE_UPLOADS = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a table as CSV."""
    written = iter(range(1_000))

    def write_table(*table: Sequence[object]) -> Path:
        path = tmp_path / f"file-{next(written)}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
        return path

    return write_table


@pytest.fixture
def bring(write: Callable[..., Path]) -> Bring:
    """Take a table in: by the command line, or by a person."""

    def bring_table(kind: str, *table: Sequence[object], by: User | None = None, **options: Any) -> Batch:
        path = write(*table)
        if by is None:
            request = Request(kind=kind, path=path, **options)
            with take_file(request, actor=SystemActor(), clock=lambda: NOW, tell=unheard) as batch:
                return batch
        batch = arrival.take_in(arrival.file_chunks(path), kind=kind, name=path.name, actor=by, now=NOW, **options)
        return run(services.queue(batch=batch, is_dry_run=False, actor=by, now=NOW), clock=lambda: NOW)

    return bring_table


def counts(batch: Batch) -> tuple[int, int, int, int, int]:
    """Rows, created, updated, unchanged, failed."""
    return batch.rows, batch.created, batch.updated, batch.unchanged, batch.failed


def reasons(batch: Batch) -> list[tuple[int, str, str]]:
    """Row, heading and code of every problem."""
    return list(batch.problems.order_by("row", "pk").values_list("row", "heading", "code"))


def sentences(batch: Batch) -> list[str]:
    """What the problems say."""
    return [problem.reason for problem in problems(SystemActor(), batch, 100)[0]]
