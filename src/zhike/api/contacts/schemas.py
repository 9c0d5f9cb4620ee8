"""What a contact looks like to a program."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import ModelSchema, Schema
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.masks import MaskedSchema
from zhike.api.values import Id, Moment
from zhike.domain.customers.models import Contact


class ContactOut(MaskedSchema, ModelSchema):
    """A person at a customer. How to reach them is masked; `reveal` shows it."""

    customer_id: int
    birthday: date | None
    reports_to_id: int | None
    email: str
    extra: dict[str, Any] | None
    note: str | None

    class Meta:
        model = Contact
        fields = (
            "id", "name", "title", "title_level", "decision_role", "phone", "wechat", "preferred_channel",
            "preferred_hours", "birthday", "is_primary", "created_at", "changed_at",
        )  # fmt: skip


class ContactFields(Given):
    """What may be written; what is left out stays as it is."""

    title: str = Field("", max_length=80)
    title_level: Contact.TitleLevel | None = None
    decision_role: Contact.DecisionRole | None = None
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    wechat: str = Field("", max_length=80)
    preferred_channel: Contact.Channel | None = None
    preferred_hours: str = Field("", max_length=80)
    birthday: date | None = None
    is_primary: bool = False
    extra: dict[str, Any] = {}
    note: str = Field("", max_length=20_000)


class ContactIn(ContactFields):
    """A new person at a customer."""

    customer_id: Id
    name: str = Field(min_length=1, max_length=80)


class ContactPatch(ContactFields):
    """Changes to a person."""

    name: str = Field("", max_length=80)
    seen_at: Moment | None = Field(None, description="The `changed_at` that the change is based on: 409 if outdated.")


class ContactPage(Schema):
    """A page of contacts."""

    items: list[ContactOut]
    next: str | None
