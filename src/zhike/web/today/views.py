"""What is owed now and next, by me or by my people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Window
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import CommitmentQuerySet
from zhike.domain.commitments.queries import board as queries
from zhike.domain.commitments.queries import with_endings
from zhike.domain.commitments.queries.board import Load, Source
from zhike.kernel import clock
from zhike.kernel.scope import Level
from zhike.web.badges import Badge, attach, badges
from zhike.web.frame import first_page
from zhike.web.http import StaffRequest
from zhike.web.today import forms
from zhike.web.today.forms import EVERYBODY, SelectionForm

MOST_ESCALATED = 500
SHOWN_ESCALATED = 10


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The Today page of one person or of a team, or the list behind one of its figures.

    Who may see no commitments has no Today, and starts at the first page that there is.
    """
    user, now = request.user, clock.now()
    if not user.may("commitment", "view"):
        return redirect(first_page(user))
    leads = user.level("commitment", "view") >= Level.DEPARTMENT
    chosen = SelectionForm(request.GET).chosen()
    owner = (chosen["owner"] if leads else "") or str(user.pk)
    rows = queries.selected(
        user, owner_id=None if owner == EVERYBODY else int(owner), source=chosen["source"], tier=chosen["tier"]
    )
    rows = queries.with_tier(rows, user)
    known = badges()
    team = queries.team(user, now=now) if leads else []
    context = {
        "figures": queries.figures(rows, now=now),
        "subtitle": f"{date_format(clock.local_date(now), 'Y-m-d l')}{_whose(owner, user.pk, team)}",
        "chosen": chosen,
        "owner": owner,
        "is_mine": owner == str(user.pk),
        "is_everybody": owner == EVERYBODY,
        "team": team,
        "people": [(str(load.person_id), load.name) for load in team if load.person_id != user.pk],
        "sources": _sources(),
        "tiers": [(key, badge.label) for key, badge in known.items()],
        "may_edit": user.may("commitment", "edit"),
        "may_assign": user.may("commitment", "assign"),
        "may_log": user.may("interaction", "create"),
    }
    if chosen["show"]:
        return render(request, "today/list.html", {**context, **_behind(user, rows, known, chosen["show"], now)})
    # Who leads people of whom nobody owes anything owes nothing either.
    board = queries.board(rows, now=now) if team or not leads else queries.Board()
    put_before_me: Any = queries.with_tier(queries.escalated_to(user, now=now), user)
    put_before_me = put_before_me.annotate(in_all=Window(Count("pk")))
    escalated = list(put_before_me[:SHOWN_ESCALATED]) if team and context["is_mine"] else []
    for listed in (board.overdue, board.today, board.this_week, board.later, board.snoozed, escalated):
        attach(listed, known)
    context |= {
        "board": board,
        "leads": leads,
        "escalated": escalated,
        "escalated_in_all": escalated[0].in_all if escalated else 0,
    }
    if board.is_empty and not team and not chosen["source"] and not chosen["tier"]:
        context |= _first_steps(user)
    return render(request, "today/page.html", context)


def _behind(user: User, rows: CommitmentQuerySet, known: dict[str, Badge], show: str, now: datetime) -> dict[str, Any]:
    """The whole list behind a figure or a section."""
    match show:
        case forms.DONE:
            listed, title = list(queries.done_this_week(rows, now=now)), _("Done this week")
        case forms.FELL_DUE:
            listed, title = list(queries.fell_due(rows, now=now)), _("Fell due in the last 30 days")
        case forms.ESCALATED:
            put_before_me = queries.with_tier(queries.escalated_to(user, now=now), user)
            listed, title = list(put_before_me[:MOST_ESCALATED]), _("Escalated to you")
        case _:
            board = queries.board(rows, now=now)
            listed, title = {
                "overdue": (board.overdue, _("Overdue")),
                "due-today": (board.today, _("Today")),
                "this-week": (board.this_week, _("This week")),
                "later": (board.later, _("Later")),
                "snoozed": (board.snoozed, _("Snoozed")),
            }[show]
    attach(listed, known)
    return {"rows": with_endings(user, listed), "title": title, "is_open": show not in {forms.DONE, forms.FELL_DUE}}


def _first_steps(user: User) -> dict[str, Any]:
    """What is left to do before there can be anything on the page, for those who could do some of it."""
    may_import, may_set_up = user.may("import", "create"), user.may("setting", "edit")
    if not (may_import or may_set_up):
        return {}
    steps = queries.first_steps()
    return {
        "first_steps": None if steps.are_done else steps,
        "may_import": may_import,
        "may_set_up": may_set_up,
        "may_evaluate": user.may("tier", "view"),
    }


def _sources() -> list[tuple[str, str]]:
    return [
        (Source.PLAN, _("Care plan")),
        (Source.STANDARD, _("Service standard")),
        (Source.FOLLOW_UP, _("Follow-up")),
    ]


def _whose(owner: str, me: int, team: list[Load]) -> str:
    """Whose page it is, where it is not one's own."""
    if owner == EVERYBODY:
        return " · " + _("All my people")
    return next((f" · {load.name}" for load in team if str(load.person_id) == owner and load.person_id != me), "")
