"""What an import looks like to a program."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field, Json

from zhike.domain.imports.models import Batch, Kind
from zhike.domain.imports.queries import ProblemLine

LONGEST_HEADING = 32_767


class ImportOut(Schema):
    """One file on its way in. `rows` are the file's, `position` those dealt with; the other counts are of records."""

    id: int
    kind: Kind
    status: Batch.Status
    file_name: str
    sheet: str
    mapping: dict[str, str] = Field(description="Field → heading of the column that it is read from.")
    is_dry_run: bool
    creates_missing: bool
    rows: int
    rows_read: int
    position: int
    created: int
    updated: int
    unchanged: int
    failed: int = Field(description="Rows that could not be taken in.")
    shared_numbers: int = Field(description="Order numbers that stood for several orders.")
    failure: str = Field(description="Why the file as a whole could not be taken in.")
    made_by: str | None = Field(description="E-mail address; null for the command line.")
    made_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None

    @staticmethod
    def resolve_made_by(batch: Batch) -> str | None:
        return batch.made_by.email if batch.made_by else None


class ImportPage(Schema):
    """A page of imports."""

    items: list[ImportOut]
    next: str | None


class ImportIn(Schema):
    """How the file is to be read."""

    kind: Kind
    mapping: Json[dict[str, str]] = Field(
        default_factory=dict,
        description='A JSON object: field → heading, such as {"amount": "实付"}. What is left out is guessed.',
    )
    sheet: str = Field("", max_length=120, description="The sheet to read; else the one whose headings fit best.")
    dry_run: bool = Field(False, description="Check the file and write nothing.")
    create_missing: bool = Field(False, description="Open files for customers that do not exist yet.")


class ProblemOut(Schema):
    """One cell that could not be used."""

    row: int = Field(description="As Excel numbers it.")
    heading: str = Field(description="Empty where the row as a whole is wrong.")
    value: str | None = Field(description="Null for whoever is not shown what stands in the file.")
    is_notice: bool = Field(description="The row was taken in without this value.")
    sentence: str

    @staticmethod
    def resolve_sentence(problem: ProblemLine) -> str:
        return problem.reason


class ProblemPage(Schema):
    """A page of problems, from the top of the file down."""

    items: list[ProblemOut]
    next: str | None
