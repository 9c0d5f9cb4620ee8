"""The working calendar: when something is due."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field

from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import within_the_calendar
from zhike.domain.commitments.queries import deadline
from zhike.kernel.clock import COMPANY_ZONE

router = Router(tags=["calendar"])


class DueQuery(Schema):
    """A start and a rule."""

    start: Annotated[datetime, AfterValidator(within_the_calendar)] = Field(
        description="Without a zone it is the company's time.", examples=["2026-02-13T17:30:00+08:00"]
    )
    rule: str = Field(
        max_length=60,
        description="A number from 1 on, and hours, working hours, days, working days, weeks or months.",
        examples=["2 working hours"],
    )


class DueOut(Schema):
    """When it is due."""

    due_at: datetime


@router.get("/calendar/due/", response={200: DueOut, **PROBLEMS}, summary="Ask the working calendar")
def read_due(request: CallerRequest, asked: Query[DueQuery]) -> DueOut:
    """When something is due that begins at `start` and is promised within `rule`."""
    start = asked.start if asked.start.tzinfo else asked.start.replace(tzinfo=COMPANY_ZONE)
    return DueOut(due_at=deadline(start.astimezone(COMPANY_ZONE), asked.rule))
