"""What an interaction looks like to a program."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from zhike.api.bodies import Given
from zhike.api.masks import MaskedSchema
from zhike.api.values import Day, Email, Id, Line, Moment
from zhike.domain.interactions.models import Interaction

MOST_PEOPLE = 50


class InteractionFields(MaskedSchema):
    """What is told of a contact with a customer."""

    id: int
    customer_id: int
    channel: str
    occurred_at: datetime
    contacts: list[int] = Field(description="Ids of the people at the customer.")
    staff: list[str] = Field(description="E-mail addresses of the colleagues.")
    is_connected: bool
    summary: str | None
    feedback: str | None
    mentions_competitor: bool
    mentions_leaving: bool
    external_id: str
    logged_by: str | None = Field(description="E-mail address of who logged it; null where it was imported.")
    created_at: datetime


class InteractionOut(InteractionFields):
    """One contact with a customer."""

    @staticmethod
    def resolve_contacts(interaction: Interaction) -> list[int]:
        return sorted(contact.pk for contact in interaction.contacts.all())

    @staticmethod
    def resolve_staff(interaction: Interaction) -> list[str]:
        return sorted(person.email for person in interaction.staff.all())

    @staticmethod
    def resolve_logged_by(interaction: Interaction) -> str | None:
        return interaction.logged_by.email if interaction.logged_by else None


class InteractionPage(Schema):
    """A page of interactions."""

    items: list[InteractionOut]
    next: str | None


class NextActionIn(Given):
    """What somebody will do next, by the close of that day."""

    content: Line = Field(min_length=1, max_length=300)
    owner: Email | None = Field(None, description="E-mail address; the token's person if left out.")
    due_on: Day


class InteractionIn(Given):
    """A contact with a customer that has happened."""

    customer_id: Id
    channel: Interaction.Channel
    occurred_at: Moment
    contacts: list[Id] = Field([], max_length=MOST_PEOPLE, description="Ids of the people at the customer.")
    new_contact: Line = Field("", max_length=80, description="Name of somebody met for the first time.")
    staff: list[Email] = Field([], max_length=MOST_PEOPLE, description="E-mail addresses of the colleagues.")
    is_connected: bool = True
    summary: str = Field("", max_length=20_000)
    feedback: str = Field("", max_length=20_000)
    mentions_competitor: bool = False
    mentions_leaving: bool = False
    reports_change: bool = Field(False, description="The customer told of a change that the archive must follow.")
    next_actions: list[NextActionIn] = Field([], max_length=20)
    fulfils: list[Id] | None = Field(
        None,
        max_length=MOST_PEOPLE,
        description="Ids of the commitments that it kept; none if empty, the one that fits if left out.",
    )


class ProposalOut(Schema):
    """The next step that suggests itself: an item of the care plan, or something new."""

    content: str
    due_on: date
    commitment_id: int | None


class LoggedOut(InteractionFields):
    """An interaction that was logged, and what it brought about."""

    kept: list[int] = Field(description="Ids of the commitments that it kept.")
    promised: list[int] = Field(description="Ids of the commitments that it made.")
    proposal: ProposalOut | None
