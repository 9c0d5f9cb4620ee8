"""Customers are taken away as a workbook: those within the right to export, masked as for their reader, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import ExportRequest, User
from zhike.domain.accounts.services import check_export, request_export, take_export
from zhike.domain.customers.models import Customer, CustomerQuerySet
from zhike.domain.customers.rules.industries import industry_name
from zhike.flows.directory import Filters, selected
from zhike.gateways.spreadsheets.writing import OutCell, Sheet, write_workbook
from zhike.kernel import trail
from zhike.kernel.clock import COMPANY_ZONE, local_date
from zhike.kernel.money import yuan
from zhike.kernel.scope import sight_of

CHUNK = 500
_FIELDS = ("number", "external_id", "name", "kind", "lifecycle", "industry", "region", "address", "owner",
           "department", "source", "yearly_revenue_minor", "created_at")  # fmt: skip


def ask_for_customers(*, filters: Filters, reason: str, actor: User, now: datetime) -> ExportRequest:
    """Ask for the customers that pass the filters, as far as the actor may export them. Raises Denied, Refused."""
    rows = _customers(actor, filters, now=now).count()
    return request_export(kind="customer", filters=_plain(filters), rows=rows, reason=reason, actor=actor, now=now)


def customers_workbook(request: ExportRequest, *, actor: User, now: datetime) -> bytes:
    """The file of an approved request, made anew with the rights of now; every row says who took it and when.

    It counts as taken once it is complete: what fails before may be asked for again. Raises Denied and Refused as
    `take_export` does.
    """
    rows = _customers(actor, _filters(request.filters), now=now)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    check_export(request=request, rows=len(ids), actor=actor, now=now)
    mark = f"{actor.name} · {actor.email} · {now.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}"
    headings = [capfirst(str(_heading(name))) for name in _FIELDS]
    file = BytesIO()
    write_workbook(
        file, [Sheet(name=_("Customers"), headings=[*headings, _("Exported by")], rows=_rows(actor, ids, mark))]
    )
    take_export(request=request, rows=len(ids), actor=actor, now=now)
    return file.getvalue()


@transaction.atomic
def note_printed(*, kind: str, rows: int, reason: str, now: datetime) -> None:
    """Put on the trail that whoever runs the server has so many rows printed; before the first one is."""
    changes: trail.Changes = {"rows": [None, rows], "reason": [None, reason]}
    trail.record(verb="exported", kind=kind, object_id=0, actor=None, now=now, changes=changes)


def _customers(actor: User, filters: Filters, *, now: datetime) -> CustomerQuerySet:
    within = Customer.objects.for_user(actor, "export").present()
    return within.filter(pk__in=selected(actor, filters, now=now).values("pk"))


def _rows(actor: User, ids: list[int], mark: str) -> Iterator[list[OutCell]]:
    language = get_language() or "zh-hans"
    for start in range(0, len(ids), CHUNK):
        chunk = Customer.objects.for_user(actor, "export").filter(pk__in=ids[start : start + CHUNK])
        for customer in chunk.select_related("owner", "department").order_by("pk"):
            shown = sight_of(actor, customer).show(customer)
            revenue = shown.yearly_revenue_minor
            yield [
                shown.number,
                shown.external_id,
                shown.name,
                shown.get_kind_display(),
                shown.get_lifecycle_display(),
                industry_name(shown.industry, language),
                shown.region,
                shown.address,
                customer.owner.name if customer.owner else "",
                customer.department.name if customer.department else "",
                shown.get_source_display() if shown.source else "",
                yuan(revenue) if isinstance(revenue, int) else revenue,
                local_date(customer.created_at),
                mark,
            ]


def _heading(name: str) -> Any:
    return _("Created") if name == "created_at" else Customer._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def _plain(filters: Filters) -> dict[str, Any]:
    """The filters as JSON keeps them, days as text; what narrows nothing is left out."""
    found = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(filters).items()}
    return {name: value for name, value in found.items() if value not in ("", None, False)}


def _filters(kept: dict[str, Any]) -> Filters:
    days = {name: date.fromisoformat(kept[name]) for name in ("created_from", "created_to") if kept.get(name)}
    known = {field.name for field in fields(Filters)}
    return Filters(**{name: value for name, value in kept.items() if name in known} | days)
