"""Interactions: list, one, log, take back."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from zhike.api.interactions.schemas import (
    InteractionIn,
    InteractionOut,
    InteractionPage,
    LoggedOut,
    NextActionIn,
    ProposalOut,
)
from zhike.api.lists import Paging, page
from zhike.api.masks import MaskedRow, shown, shown_page
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.api.values import Id, Moment
from zhike.api.writes import IdempotencyKey, answer_once
from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import person_by_email
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact
from zhike.domain.customers.queries import contact_file, customer_file
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.queries import interaction_file
from zhike.flows import contact
from zhike.kernel import clock
from zhike.kernel.errors import NotFound

router = Router(tags=["interactions"])


class InteractionQuery(Schema):
    """Narrows the list."""

    customer_id: Id | None = None
    since: Moment | None = None
    channel: Interaction.Channel | None = None


@router.get("/", response={200: InteractionPage, **PROBLEMS}, summary="List interactions")
def list_interactions(request: CallerRequest, narrowing: Query[InteractionQuery], paging: Paging) -> dict[str, Any]:
    """Interactions that the token's person may see, by id."""
    wanted = {
        "customer_id": narrowing.customer_id,
        "occurred_at__gte": narrowing.since,
        "channel": narrowing.channel,
    }
    rows = _seen(request).filter(**{name: value for name, value in wanted.items() if value is not None})
    return shown_page(request, page(rows, paging, lambda kept: _with_people(request, kept)))


@router.post("/", response={201: LoggedOut, **PROBLEMS}, summary="Log an interaction")
def log_interaction(
    request: CallerRequest, payload: InteractionIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Logs what happened: it keeps commitments, makes next actions, and proposes what comes next."""

    def perform() -> tuple[int, Schema]:
        logged = contact.log_interaction(form=_form(request, payload), actor=request.auth, now=clock.now())
        row = shown(request, interaction_file(request.auth, logged.interaction.pk))
        document = InteractionOut.from_orm(row).model_dump()
        return 201, LoggedOut(
            **document,
            kept=[commitment.pk for commitment in logged.fulfilled],
            promised=[commitment.pk for commitment in logged.promised],
            proposal=_proposal(logged.proposal),
        )

    return answer_once(
        request,
        idempotency_key,
        perform,
        right=("interaction", "create"),
        find=lambda first: interaction_file(request.auth, first["id"]),
    )


@router.get("/{int:interaction_id}/", response={200: InteractionOut, **PROBLEMS}, summary="Read an interaction")
def read_interaction(request: CallerRequest, interaction_id: int) -> MaskedRow:
    """One contact with a customer."""
    return shown(request, interaction_file(request.auth, interaction_id))


@router.delete("/{int:interaction_id}/", response={204: None, **PROBLEMS}, summary="Take an interaction back")
def take_back_interaction(request: CallerRequest, interaction_id: int) -> Status[None]:
    """Undoes the log: what it kept is open again, what it promised is waived.

    Whoever logged it may do so for 24 hours; others, and later, whoever may delete interactions.
    """
    contact.take_back(interaction=interaction_file(request.auth, interaction_id), actor=request.auth, now=clock.now())
    return Status(204, None)


def _form(request: CallerRequest, payload: InteractionIn) -> contact.NewInteraction:
    return contact.NewInteraction(
        customer=customer_file(request.auth, payload.customer_id),
        channel=payload.channel,
        occurred_at=payload.occurred_at,
        contacts=[contact_file(request.auth, pk) for pk in payload.contacts],
        new_contact=payload.new_contact,
        staff=[person_by_email(email) for email in payload.staff],
        is_connected=payload.is_connected,
        summary=payload.summary,
        feedback=payload.feedback,
        mentions_competitor=payload.mentions_competitor,
        mentions_leaving=payload.mentions_leaving,
        reports_change=payload.reports_change,
        next_actions=[_next_action(request, action) for action in payload.next_actions],
        fulfils=None if payload.fulfils is None else _commitments(request, payload.fulfils),
    )


def _next_action(request: CallerRequest, action: NextActionIn) -> contact.NextAction:
    owner: User = person_by_email(action.owner) if action.owner else request.auth
    return contact.NextAction(content=action.content, owner=owner, due_on=action.due_on)


def _commitments(request: CallerRequest, ids: list[int]) -> list[Commitment]:
    wanted = set(ids)
    found = list(Commitment.objects.for_user(request.auth, "edit").filter(pk__in=wanted))
    if len(found) < len(wanted):
        raise NotFound(_("There is no such commitment, or it is not yours to work on."), field="fulfils")
    return found


def _proposal(proposal: contact.Proposal | None) -> ProposalOut | None:
    if proposal is None:
        return None
    planned = proposal.planned.pk if proposal.planned else None
    return ProposalOut(content=proposal.content, due_on=proposal.due_on, commitment_id=planned)


def _seen(request: CallerRequest) -> QuerySet[Interaction]:
    return Interaction.objects.for_user(request.auth).filter(customer__deleted_at__isnull=True)


def _with_people(request: CallerRequest, rows: QuerySet[Interaction]) -> QuerySet[Interaction]:
    people_there = Prefetch("contacts", queryset=Contact.objects.for_user(request.auth))
    return rows.select_related("customer", "logged_by").prefetch_related(people_there, "staff")
