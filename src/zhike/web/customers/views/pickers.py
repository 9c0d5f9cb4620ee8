"""What pickers ask for while somebody types: customers, and colleagues to hand them to."""

from __future__ import annotations

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from zhike.domain.accounts.queries import colleagues_like
from zhike.domain.customers.queries import customers_like
from zhike.web.http import StaffRequest
from zhike.web.permission import requires

MOST = 20


@require_safe
@requires("customer", "view")
def customers(request: StaffRequest) -> JsonResponse:
    """Customers that the person may see, by name, pinyin, initials or number."""
    found = customers_like(request.user, request.GET.get("q", "")[:100])[:MOST]
    results = [{"value": customer.pk, "text": customer.name, "hint": customer.number} for customer in found]
    return JsonResponse({"results": results})


@require_safe
@requires("customer", "view")
def people(request: StaffRequest) -> JsonResponse:
    """Active colleagues, by name, pinyin, initials or e-mail."""
    found = colleagues_like(request.GET.get("q", "")[:100])[:MOST]
    results = [
        {"value": person.pk, "text": person.name, "hint": person.department.name if person.department else ""}
        for person in found
    ]
    return JsonResponse({"results": results})
