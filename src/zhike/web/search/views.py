"""What the command palette finds: customers and contacts that the person may see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.domain.accounts.models import User
from zhike.domain.customers.queries import contacts_like, customers_like
from zhike.kernel.scope import sight_of
from zhike.kernel.sensitivity import Shown
from zhike.web.http import StaffRequest

MOST = 8


@require_safe
def palette(request: StaffRequest) -> HttpResponse:
    """Customers by name or number, contacts by name or phone; nothing where nothing is typed."""
    user, text = request.user, request.GET.get("q", "").strip()[:100]
    people = _shown(user, text) if text and user.may("contact", "view") else []
    request.rows_shown = len(people)
    context = {
        "customers": list(customers_like(user, text)[:MOST]) if text and user.may("customer", "view") else [],
        "contacts": people,
    }
    return render(request, "search/_found.html", context)


def _shown(user: User, text: str) -> list[Shown]:
    return [sight_of(user, contact.customer).show(contact) for contact in contacts_like(user, text)[:MOST]]
