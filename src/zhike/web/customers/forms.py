"""What people type about customers: the archive's form, the list's filters, and the small forms of actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhike.domain.accounts.models import Department, User
from zhike.domain.customers.models import Contact, Customer, ExtraField, NeedsProfile
from zhike.domain.customers.queries import extra_fields
from zhike.domain.customers.rules.industries import INDUSTRIES
from zhike.domain.customers.services import ContactFields, CustomerFields, NeedsFields, fit
from zhike.domain.imports.rules.amounts import read_amount
from zhike.domain.imports.rules.problems import SENTENCES, Problem
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.kernel.money import decimal_string
from zhike.kernel.scope import Level
from zhike.kernel.sensitivity import Sight
from zhike.web.customers.revealing import MaskedFields
from zhike.web.widgets import DayInput, RemoteSelect


class AmountField(forms.CharField):
    """An amount as people write it (`120万`, `1,200.50`); its value is in 分."""

    def prepare_value(self, value: Any) -> Any:
        return decimal_string(value).removesuffix(".00") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        amount = read_amount(text)
        if isinstance(amount, Problem):
            raise forms.ValidationError(str(_(SENTENCES[amount.code])) % amount.parameters)
        return amount


def industry_choices(empty: str = "") -> list[tuple[str, Any]]:
    """The industries for a select: divisions below their sections, in the reader's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    choices: list[tuple[str, Any]] = [("", empty)]
    for industry in INDUSTRIES.values():
        label = f"{industry.code} {industry.zh if is_chinese else industry.en}"
        if industry.is_section:
            choices.append((label, [(industry.code, label)]))
        else:
            choices[-1][1].append((industry.code, label))
    return choices


class ExtraFieldsForm(forms.Form):
    """A form that asks for the company's own fields too, each as `extra_<key>`."""

    subject = "customer"

    def add_extra_fields(self, values: dict[str, Any]) -> None:
        """Put the company's fields at the end, with what they hold."""
        self.own_fields = extra_fields(self.subject)
        for field in self.own_fields:
            self.fields[f"extra_{field.key}"] = _control(field)
            self.initial[f"extra_{field.key}"] = values.get(field.key)

    def extra_bound(self) -> list[forms.BoundField]:
        """The company's fields, for the template."""
        return [self[f"extra_{field.key}"] for field in self.own_fields]

    def extra_values(self) -> dict[str, Any]:
        """What was typed into them, by key."""
        return {field.key: self.cleaned_data.get(f"extra_{field.key}") for field in self.own_fields}


def name_the_empty_choice(form: forms.BaseForm) -> None:
    """A quiet dash where Django would draw a line of them."""
    for field in form.fields.values():
        if type(field) in {forms.ChoiceField, forms.TypedChoiceField}:
            field.choices = [(key, label if key != "" or label == "" else "–") for key, label in field.choices]  # type: ignore[attr-defined]


def _control(field: ExtraField) -> forms.Field:
    match field.type:
        case ExtraField.Type.NUMBER:
            return forms.DecimalField(label=field.label, required=False)
        case ExtraField.Type.DATE:
            return forms.DateField(label=field.label, required=False, widget=DayInput())
        case ExtraField.Type.CHOICE:
            choices = [("", ""), *((choice, choice) for choice in field.choices)]
            return forms.ChoiceField(label=field.label, required=False, choices=choices)
        case ExtraField.Type.YES_NO:
            choices = [("", ""), ("true", _("yes")), ("false", _("no"))]
            return forms.ChoiceField(label=field.label, required=False, choices=choices)
    return forms.CharField(label=field.label, required=False, max_length=500)


class CustomerForm(MaskedFields, ExtraFieldsForm):
    """Everything people fill in about a customer; the name alone is required."""

    checked_at_once = ("credit_code", "profit_margin", "founded_on", "cooperation_started_on")
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)
    yearly_revenue_minor = AmountField(label=_("yearly revenue"), required=False, help_text=_("For example 120万"))
    contact_name = forms.CharField(label=_("Contact"), required=False, max_length=80)
    contact_title = forms.CharField(label=_("Title"), required=False, max_length=80)
    contact_phone = forms.CharField(label=_("Phone"), required=False, max_length=40)

    class Meta:
        model = Customer
        fields = (
            "name", "kind", "owner", "department", "lifecycle", "strategic", "source", "referred_by",
            "industry", "main_business", "region", "address", "employees", "yearly_revenue_minor", "founded_on",
            "credit_code", "external_id", "cooperation_started_on", "payment_method", "profit_margin", "note",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput({"autofocus": True}),
            "founded_on": DayInput(),
            "cooperation_started_on": DayInput(),
            "note": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, actor: User, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.instance
        self.initial["token"] = uuid4().hex
        if customer.pk:
            self.initial["seen_at"] = customer.changed_at.isoformat()
            for name in ("contact_name", "contact_title", "contact_phone"):
                del self.fields[name]
        else:
            self.initial["owner"] = self.initial.get("owner") or actor.pk
        self.fields["industry"] = forms.ChoiceField(
            label=_("Industry"), required=False, choices=industry_choices(), widget=forms.Select({"data-picker": ""})
        )
        for name in ("kind", "lifecycle"):
            self.fields[name].required = False
        self._offer(actor)
        self.add_extra_fields(customer.extra)
        self.mask(sight)
        name_the_empty_choice(self)

    def _offer(self, actor: User) -> None:
        """Who may be chosen: colleagues, departments, and customers that the person may see."""
        if not (actor.may("customer", "assign") if self.instance.pk else actor.level("customer", "create") > Level.OWN):
            del self.fields["owner"], self.fields["department"]
        else:
            people = cast("forms.ModelChoiceField[User]", self.fields["owner"])
            people.queryset = User.objects.filter(is_active=True)
            people.widget = RemoteSelect(url_name="customers:people")
            departments = cast("forms.ModelChoiceField[Department]", self.fields["department"])
            departments.queryset = Department.objects.order_by("path")
            departments.empty_label = str(_("The owner's"))
        referrers = cast("forms.ModelChoiceField[Customer]", self.fields["referred_by"])
        referrers.queryset = Customer.objects.for_user(actor).present()
        referrers.widget = RemoteSelect(url_name="customers:picker")
        for name in ("owner", "referred_by"):
            if picked := cast("forms.ModelChoiceField[Any] | None", self.fields.get(name)):
                picked.widget.choices = picked.choices

    def validate_unique(self) -> None:
        """The service says it better, and is asked in any case."""

    def clean(self) -> dict[str, Any]:
        """What the service would refuse one by one is told at once."""
        values: dict[str, Any] = super().clean() or {}
        checked: dict[str, tuple[models.Model, str]] = {name: (self.instance, name) for name in self.checked_at_once}
        today = clock.local_date(clock.now())
        for name, (row, field) in {**checked, "contact_phone": (Contact(), "phone")}.items():
            try:
                fit(row, field, values.get(name), today=today)
            except Refused as refusal:
                self.add_error(name, refusal.sentence)
        return values

    def clean_seen_at(self) -> Any:
        return parse_datetime(self.cleaned_data["seen_at"]) if self.cleaned_data["seen_at"] else None

    def fields_for_service(self) -> CustomerFields:
        """What was typed, as the service takes it. A new file without an owner is the opener's own."""
        typed = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}
        if not self.instance.pk and not typed.get("owner"):
            typed.pop("owner", None)
        for name in ("kind", "lifecycle"):
            if not typed[name]:
                del typed[name]
        return cast("CustomerFields", {**self.touched(typed), "extra": self.extra_values()})

    def contact_for_service(self) -> ContactFields | None:
        """The first contact, if one was typed."""
        typed = {name: self.cleaned_data.get(f"contact_{name}", "") for name in ("name", "title", "phone")}
        return cast("ContactFields", typed) if any(typed.values()) else None


class NeedsForm(MaskedFields):
    """What a customer struggles with, prefers, can spend and plans."""

    budget_from_minor = AmountField(label=_("Budget from"), required=False)
    budget_to_minor = AmountField(label=_("Budget to"), required=False)

    class Meta:
        model = NeedsProfile
        fields = (
            "pain_points", "purchase_preference", "budget_from_minor", "budget_to_minor", "decision_process", "plans",
        )  # fmt: skip
        widgets = {
            name: forms.Textarea({"rows": 3})
            for name in ("pain_points", "purchase_preference", "decision_process", "plans")
        }

    def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mask(sight)

    def fields_for_service(self) -> NeedsFields:
        """What was typed, as the service takes it."""
        return cast("NeedsFields", self.touched(dict(self.cleaned_data)))


class ChosenForm(forms.Form):
    """An action on one or many customers: those ticked in the list."""

    MOST = 500
    ids = forms.CharField(widget=forms.HiddenInput)

    def clean_ids(self) -> list[int]:
        """The ids, at most as many as one action may take."""
        texts = self.cleaned_data["ids"].split(",")
        if len(texts) > self.MOST or not all(text.isdecimal() for text in texts):
            raise forms.ValidationError(_("Choose between 1 and %(most)s customers.") % {"most": self.MOST})
        return [int(text) for text in texts]


class AssignForm(ChosenForm):
    """Who takes the chosen customers over."""

    owner = forms.ModelChoiceField(
        label=_("New owner"), queryset=User.objects.none(), widget=RemoteSelect(url_name="customers:people")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        owner.queryset = User.objects.filter(is_active=True)


class TagForm(ChosenForm):
    """Which words go on the chosen customers, or off them."""

    names = forms.CharField(label=_("Tags"), max_length=400, help_text=_("Several with commas between them"))
    is_removal = forms.BooleanField(label=_("Take these tags off"), required=False)

    def __init__(self, *args: Any, known: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(known)

    def clean_names(self) -> list[str]:
        """The words, each by itself."""
        return [
            word for word in self.cleaned_data["names"].replace("，", ",").replace("、", ",").split(",") if word.strip()
        ]


class LifecycleForm(forms.Form):
    """The one cell that is edited in the list."""

    lifecycle = forms.ChoiceField(choices=Customer.Lifecycle.choices)
