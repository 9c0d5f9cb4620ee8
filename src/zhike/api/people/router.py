"""Who the token is, and what it may do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from ninja import Router, Schema
from pydantic import Field

from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.domain.accounts.models import in_reader_language
from zhike.domain.accounts.queries import person
from zhike.domain.accounts.rules import KINDS

router = Router(tags=["me"])


class RoleOut(Schema):
    """A job that people have here."""

    key: str
    name: str


class MeOut(Schema):
    """The token's person."""

    id: int
    email: str
    name: str
    department: str | None
    language: str
    roles: list[RoleOut]
    levels: dict[str, dict[str, str]] = Field(
        description="Kind of record → action → how far it reaches: none, own, department, below or all."
    )


@router.get("/me/", response={200: MeOut, **PROBLEMS}, summary="Read who the token is")
def read_me(request: CallerRequest) -> dict[str, Any]:
    """The token's person with roles and rights."""
    me = person(request.auth.pk)
    language = get_language() or ""
    return {
        "id": me.pk,
        "email": me.email,
        "name": me.name,
        "department": me.department.name if me.department else None,
        "language": me.language,
        "roles": [{"key": role.key, "name": in_reader_language(role.name, language)} for role in me.roles.all()],
        "levels": {
            kind: {action: me.level(kind, action).name.lower() for action in actions} for kind, actions in KINDS.items()
        },
    }
