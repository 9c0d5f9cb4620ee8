"""The archive's fields in groups, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer, ExtraField
from zhike.domain.customers.queries import extra_values
from zhike.domain.customers.rules.industries import industry_name
from zhike.kernel.sensitivity import Shown
from zhike.web.templatetags.display import money

_BASICS = ("name", "kind", "number", "external_id", "industry", "region")
_COMPANY = ("credit_code", "founded_on", "employees", "yearly_revenue_minor")
_RELATIONSHIP = (
    "owner", "department", "lifecycle", "strategic", "source", "referred_by", "cooperation_started_on",
    "payment_method", "profit_margin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its label and its text, empty where nothing is known."""

    label: str
    text: str
    is_wide: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    title: str
    facts: tuple[Fact, ...]


def facts(customer: Shown, fields: list[ExtraField], *, referrer: Customer | None, language: str) -> list[Group]:
    """Every field of the archive as its reader is shown it, and the company's own at the end.

    The `referrer` is named as far as its own file is in the reader's sight.
    """
    margin, extra = customer.profit_margin, customer.extra
    texts = {
        "kind": customer.get_kind_display(),
        "lifecycle": customer.get_lifecycle_display(),
        "strategic": customer.get_strategic_display(),
        "source": customer.get_source_display() if customer.source else "",
        "industry": industry_name(customer.industry, language),
        "employees": "" if customer.employees is None else f"{customer.employees:,}",
        "yearly_revenue_minor": "" if customer.yearly_revenue_minor is None else money(customer.yearly_revenue_minor),
        "profit_margin": f"{margin.normalize():f}%" if isinstance(margin, Decimal) else margin or "",
        "owner": customer.owner.name if customer.owner else "",
        "department": customer.department.name if customer.department else "",
        "referred_by": referrer.name if referrer else "",
    }

    def fact(name: str, *, is_wide: bool = False) -> Fact:
        label = capfirst(str(Customer._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
        value = texts.get(name, getattr(customer, name))
        return Fact(label, "" if value is None else str(value), is_wide, name)

    groups = [
        Group(_("Basics"), (*map(fact, _BASICS), *(fact(name, is_wide=True) for name in ("main_business", "address")))),
        Group(_("Company details"), tuple(map(fact, _COMPANY))),
        Group(_("Relationship"), tuple(map(fact, _RELATIONSHIP))),
    ]
    if fields:
        own = [(each.label, extra) for each in fields] if isinstance(extra, str) else extra_values(fields, extra)
        groups.append(Group(_("Own fields"), tuple(Fact(label, text) for label, text in own)))
    if customer.note:
        groups.append(Group(_("Note"), (Fact(_("Note"), customer.note, is_wide=True),)))
    return groups
