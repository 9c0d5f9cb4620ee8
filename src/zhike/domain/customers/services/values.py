"""What a customer, a contact or a needs profile may be given, and how each value is made fit before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Department, User
from zhike.domain.customers.models import Contact, Customer, ExtraField
from zhike.domain.customers.rules.extra_values import ExtraValue, UnreadableError, read_value
from zhike.domain.customers.rules.industries import read_industry
from zhike.domain.customers.rules.plausible import implausible
from zhike.domain.imports.rules.problems import SENTENCES, Problem
from zhike.domain.imports.rules.texts import clean, phone_reader, read_credit_code, read_email
from zhike.kernel.errors import Refused
from zhike.kernel.sensitivity import Personal
from zhike.kernel.vault.fields import SealedField

EARLIEST = date(1000, 1, 1)


class CustomerFields(TypedDict, total=False):
    """The fields of a customer that people fill in. Amounts in 分, the margin in percent."""

    name: str
    external_id: str
    kind: str
    industry: str
    employees: int | None
    yearly_revenue_minor: int | None
    founded_on: date | None
    main_business: str
    region: str
    address: str
    credit_code: str
    source: str
    referred_by: Customer | None
    lifecycle: str
    strategic: str
    payment_method: str
    cooperation_started_on: date | None
    profit_margin: Decimal | None
    owner: User | None
    department: Department | None
    extra: Mapping[str, object]
    note: str


class ContactFields(TypedDict, total=False):
    """The fields of a contact that people fill in."""

    name: str
    title: str
    title_level: str
    decision_role: str
    reports_to: Contact | None
    phone: str
    email: str
    wechat: str
    preferred_channel: str
    preferred_hours: str
    birthday: date | None
    is_primary: bool
    extra: Mapping[str, object]
    note: str


class NeedsFields(TypedDict, total=False):
    """The fields of a needs profile. Budgets in 分."""

    pain_points: str
    purchase_preference: str
    budget_from_minor: int | None
    budget_to_minor: int | None
    decision_process: str
    plans: str


M = TypeVar("M", bound=models.Model)

_read_phone = phone_reader(40)
_READERS = {"credit_code": read_credit_code, "phone": _read_phone, "email": read_email}


def put(row: M, fields: Mapping[str, Any], *, today: date) -> M:
    """Set the fields on the row, each made fit. Raises Refused that names the field."""
    for name, value in fields.items():
        setattr(row, name, fit(row, name, value, today=today))
    return row


def written(row: models.Model, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The row's values as the trail keeps them, related rows by their id: of the fields named, or of all."""
    known = {field.name: field for field in row._meta.concrete_fields}
    return {name: told(row, known[name]) for name in (names if names is not None else known)}


def told(row: models.Model, field: models.Field[Any, Any]) -> Any:
    """One value as the trail keeps it: hidden there where it is the name of a person."""
    value = getattr(row, field.attname)
    is_name = isinstance(field, SealedField) and field.sealed_when and field.is_sealed(row.__dict__)
    return Personal(value) if is_name else value


def fit(row: models.Model, name: str, value: Any, *, today: date) -> Any:
    """The value as the row keeps it in that field. Raises Refused that names the field, what it got and expected."""
    field = row._meta.get_field(name)
    if name == "extra":
        return _fit_extra(row, value)
    if isinstance(value, str):
        value = value.strip() if isinstance(field, models.TextField) else clean(value)
    if value in ("", None):
        if name == "name":
            raise Refused(_("Enter a name; it is the one thing a file cannot do without."), field=name)
        return "" if isinstance(field, models.CharField | models.TextField) else None
    if name == "industry":
        return _fit_industry(value)
    if reader := _READERS.get(name):
        read = reader(value)
        if isinstance(read, Problem):
            raise _unfit(field, value, read)
        value = read
    if isinstance(value, date) and value < EARLIEST:
        raise Refused(_("Enter the year with four digits."), field=name)
    if problem := implausible(name, value, today=today):
        raise _unfit(field, value, problem)
    try:
        if not isinstance(field, models.ForeignKey):
            value = field.clean(value, row)  # type: ignore[union-attr]  # no reverse relations here
    except ValidationError as error:
        label = capfirst(str(field.verbose_name))  # type: ignore[union-attr]
        raise Refused(
            _("%(field)s: %(problem)s") % {"field": label, "problem": " ".join(error.messages)}, field=name
        ) from error
    return value


def _unfit(field: Any, value: Any, problem: Problem) -> Refused:
    sentence = _("%(field)s “%(value)s”: %(problem)s")
    words = {"field": capfirst(str(field.verbose_name)), "value": value}
    return Refused(sentence % {**words, "problem": _(SENTENCES[problem.code]) % problem.parameters}, field=field.name)


def _fit_industry(value: str) -> str:
    code = read_industry(value)
    if code is None:
        sentence = _("“%(industry)s” is no industry of GB/T 4754: choose one or enter a code such as C35.")
        raise Refused(sentence % {"industry": value}, field="industry")
    return code


def _fit_extra(row: models.Model, values: Mapping[str, object]) -> dict[str, ExtraValue]:
    """The row's extra values with these put in; fields that were retired keep what they had."""
    known = {field.key: field for field in ExtraField.objects.filter(subject=row._meta.model_name)}
    kept: dict[str, ExtraValue] = dict(getattr(row, "extra", {}))
    for key, value in values.items():
        field = known.get(key)
        if field is None:
            raise Refused(_("There is no field “%(field)s” of the company's own.") % {"field": key}, field="extra")
        try:
            read = read_value(value, type=field.type, choices=field.choices)
        except UnreadableError as error:
            sentence = _("%(field)s: expected %(expected)s, not “%(value)s”.")
            words = {"field": field.label, "expected": _(error.expected), "value": value}
            raise Refused(sentence % words, field=f"extra_{key}") from error
        if read is None:
            kept.pop(key, None)
        else:
            kept[key] = read
    return kept
