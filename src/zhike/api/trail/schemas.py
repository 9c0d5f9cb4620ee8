"""What a line of the trail looks like to programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field


class TrailLine(Schema):
    """One line: who did what to which record, and what was before and after; personal values are masked."""

    number: int
    at: datetime
    person: str | None = Field(description="E-mail address of who did it; null where the system did.")
    verb: str
    kind: str
    record_id: int = Field(description="Id of the record; 0 where the line is about none or many.")
    customer_number: str | None
    changes: dict[str, Any] = Field(description="Field → [before, after].")
    note: str
    mac: str = Field(description="What vouches for the line, in hexadecimal digits.")


class LinePage(Schema):
    """A page of the trail, the latest line first."""

    items: list[TrailLine]
    next: str | None
    head: str = Field(description="The head of the chain, as number:hash; keep it to verify against later.")
