"""What a customer needs, and the fields that the company has added to customers and contacts."""

from __future__ import annotations

from typing import Any

from ninja import ModelSchema, Router
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.masks import MaskedSchema, shown
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Minor
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer, ExtraField, NeedsProfile
from zhike.domain.customers.queries import customer_file, extra_fields
from zhike.kernel import clock

router = Router(tags=["customers"])


class NeedsOut(MaskedSchema, ModelSchema):
    """What a customer struggles with, prefers, can spend and plans. Budgets in minor units (分)."""

    pain_points: str | None
    purchase_preference: str | None
    decision_process: str | None
    plans: str | None

    class Meta:
        model = NeedsProfile
        fields = ("budget_from_minor", "budget_to_minor", "changed_at")


class NeedsPatch(Given):
    """Changes to what a customer needs; what is left out stays as it is."""

    pain_points: str = Field("", max_length=20_000)
    purchase_preference: str = Field("", max_length=20_000)
    budget_from_minor: Minor | None = None
    budget_to_minor: Minor | None = None
    decision_process: str = Field("", max_length=20_000)
    plans: str = Field("", max_length=20_000)


class FieldOut(ModelSchema):
    """A field of the company's own; its values stand in `extra` under its key."""

    choices: list[str]

    class Meta:
        model = ExtraField
        fields = ("subject", "key", "label", "type")


@router.get("/customers/{int:customer_id}/needs/", response={200: NeedsOut, **PROBLEMS}, summary="Read what is needed")
def read_needs(request: CallerRequest, customer_id: int) -> Any:
    """The needs profile; empty where nobody has written one yet."""
    customer = customer_file(request.auth, customer_id)
    return shown(request, getattr(customer, "needs_profile", None) or _nothing_written(customer))


@router.patch(
    "/customers/{int:customer_id}/needs/", response={200: NeedsOut, **PROBLEMS}, summary="Write what is needed"
)
def change_needs(request: CallerRequest, customer_id: int, payload: NeedsPatch) -> Any:
    """Changes what is given and leaves the rest; the first time opens the profile."""
    customer = customer_file(request.auth, customer_id)
    given: Any = payload.model_dump(exclude_unset=True)
    profile = services.save_needs_profile(customer=customer, actor=request.auth, now=clock.now(), **given)
    return shown(request, profile if profile.pk else _nothing_written(customer))


def _nothing_written(customer: Customer) -> NeedsProfile:
    return NeedsProfile(customer=customer, changed_at=customer.created_at)


@router.get("/fields/", response={200: list[FieldOut], **PROBLEMS}, summary="List own fields")
def list_fields(request: CallerRequest) -> list[ExtraField]:
    """The fields that the company has added to customers and to contacts, in their order."""
    return [field for subject in ExtraField.Subject.values for field in extra_fields(subject)]
