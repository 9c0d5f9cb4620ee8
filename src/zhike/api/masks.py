"""What the caller may not see whole: masked texts, null for everything else, and the names of what is masked."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.security import CallerRequest
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact, Customer, NeedsProfile
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.kernel.scope import sight_of, sight_on
from zhike.kernel.sensitivity import Mask, Shown, class_of

_TEXTS = frozenset({Mask.PHONE, Mask.EMAIL, Mask.HANDLE, Mask.PERSON, Mask.IDENTITY, Mask.ADDRESS})


class MaskedRow(Shown):
    """A row as a program is shown it: what has no visible part is null instead of dots."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        kind = class_of(type(self.row), name).mask
        return None if name in self.masked and kind not in _TEXTS else value


class MaskedSchema(Schema):
    """A document that names what is masked in it."""

    masked: list[str] = Field(
        [], description="Fields that hold something and are not shown whole: masked text, or null."
    )


class RevealIn(Given):
    """Why somebody needs to see masked values."""

    reason: str = Field(min_length=1, max_length=200, description="Stays on the trail.")


def shown(
    request: CallerRequest, row: Contact | Customer | NeedsProfile | Order | Interaction | Commitment
) -> MaskedRow:
    """The row as the caller is shown it."""
    sight = sight_of(request.auth, row) if isinstance(row, Customer) else sight_on(request.auth, row)
    return MaskedRow(row, sight)


def shown_page(request: CallerRequest, page: dict[str, Any]) -> dict[str, Any]:
    """A page of rows as the caller is shown them."""
    return {**page, "items": [shown(request, row) for row in page["items"]]}
