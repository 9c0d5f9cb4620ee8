"""Customers, their contacts, what they need, their tags, and the company's own extra fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from zhike.kernel.scope import Actor, Scope, ScopedQuerySet
from zhike.kernel.sensitivity import Classes, Mask, classified
from zhike.kernel.vault.fields import (
    BlindIndexField,
    SealedCharField,
    SealedDateField,
    SealedEmailField,
    SealedJSONField,
    SealedModel,
    SealedTextField,
    row_uuid,
)

SHARED_ACTIONS: Final = ("view", "create", "edit")
"""What sharing a customer can open to a collaborator; all but view only where the sharing says so."""


class Tag(models.Model):
    """A word that people put on customers."""

    sensitivity: ClassVar[Classes] = classified(public="name")

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class ExtraField(models.Model):
    """A field that the company adds to its customers or contacts; the values stand in their `extra`."""

    class Subject(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        CONTACT = "contact", _("Contact")

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")

    sensitivity: ClassVar[Classes] = classified(internal="subject key label type choices position retired_at")

    subject = models.CharField(max_length=10, choices=Subject)
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=10, choices=Type)
    choices = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subject", "key"], name="customers_extra_field_once"),
        ]

    def __str__(self) -> str:
        return self.label


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    """Words for sets of customers."""

    def present(self) -> Self:
        """Those that have not been deleted."""
        return self.filter(deleted_at__isnull=True)


class Customer(SealedModel):
    """A company or a person that this company keeps: the root of everything known about it."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")

    class Lifecycle(models.TextChoices):
        LEAD = "lead", _("Lead")
        NEW = "new", _("New")
        ACTIVE = "active", _("Active")
        AT_RISK = "at_risk", _("At risk")
        LOST = "lost", _("Lost")
        WON_BACK = "won_back", _("Won back")

    class Source(models.TextChoices):
        ONLINE = "online", _("Online")
        EXHIBITION = "exhibition", _("Exhibition")
        REFERRAL = "referral", _("Referral")
        PARTNER = "partner", _("Partner")
        VISIT = "visit", _("Visit")
        ENQUIRY = "enquiry", _("Enquiry")
        OTHER = "other", _("Other")

    class Strategic(models.TextChoices):
        NO = "", _("Not strategic")
        KEY_PROJECT = "key_project", _("Key project")
        EXCLUSIVE_SUPPLIER = "exclusive_supplier", _("Exclusive supplier")
        BENCHMARK = "benchmark", _("Benchmark")

    scope: ClassVar[Scope] = Scope(kind="customer", shared="customers.Collaborator", work="commitments.Commitment")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "uuid number external_id kind name sort_name industry employees founded_on main_business region "
            "credit_code source referred_by lifecycle strategic payment_method cooperation_started_on owner "
            "department search_text token created_at changed_at deleted_at tags"
        ),
        finance="yearly_revenue_minor profit_margin",
        personal={"address": Mask.ADDRESS, "note": Mask.NOTE, "extra": Mask.NOTE, "name_index": Mask.HIDDEN},
    )

    uuid = row_uuid()
    number = models.CharField(_("customer number"), max_length=20, unique=True)
    external_id = models.CharField(_("external number"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    name = SealedCharField(_("name"), max_length=200, purpose="customers", sealed_when=("kind", Kind.PERSON))
    name_index = BlindIndexField(of="name", kind="name", indexed_when=("kind", Kind.PERSON))
    sort_name = models.GeneratedField(
        expression=Case(When(kind="person", then=F("number")), default=F("name"), output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    industry = models.CharField(_("industry"), max_length=10, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    yearly_revenue_minor = models.BigIntegerField(_("yearly revenue"), null=True, blank=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    main_business = models.CharField(_("main business"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    address = SealedCharField(_("address"), max_length=200, blank=True, purpose="customers")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=Source, blank=True)
    referred_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("referred by"), null=True, blank=True, related_name="referrals"
    )
    lifecycle = models.CharField(_("lifecycle"), max_length=10, choices=Lifecycle, default=Lifecycle.NEW)
    strategic = models.CharField(_("strategic"), max_length=20, choices=Strategic, blank=True, default=Strategic.NO)
    payment_method = models.CharField(_("payment method"), max_length=80, blank=True)
    cooperation_started_on = models.DateField(_("cooperation since"), null=True, blank=True)
    profit_margin = models.DecimalField(_("profit margin, %"), max_digits=6, decimal_places=2, null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, verbose_name=_("department"), null=True, blank=True, related_name="+"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers")
    extra = SealedJSONField(default=dict, blank=True, purpose="customers")
    note = SealedTextField(_("note"), blank=True, purpose="customers")
    search_text = models.TextField(blank=True, editable=False)
    token = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CustomerQuerySet] = CustomerQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Customer]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="customers_customer_external_id"
            ),
            models.UniqueConstraint(fields=["token"], condition=~Q(token=""), name="customers_customer_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="customers_customer_sorted"),
            models.Index(fields=["name_index"], condition=~Q(name_index=""), name="customers_customer_person"),
            models.Index(fields=["created_at", "id"], name="customers_customer_created"),
            models.Index(fields=["owner", "sort_name", "id"], name="customers_customer_owned"),
            models.Index(fields=["department", "sort_name", "id"], name="customers_customer_placed"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Collaborator(models.Model):
    """A colleague with whom a customer is shared: sees it and all that hangs on it, and may edit where that is said."""

    sensitivity: ClassVar[Classes] = classified(
        internal="customer person may_edit until reason shared_by shared_at ended_at ended_by"
    )

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    may_edit = models.BooleanField(default=False)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    shared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "customer"], condition=Q(ended_at__isnull=True), name="customers_collaborator_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "person"], name="customers_collaborator_where"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} with {self.person_id}"

    @classmethod
    def live(cls, moment: datetime | None) -> models.QuerySet[Collaborator]:
        """Those who count at that moment; none without one."""
        if moment is None:
            return cls.objects.none()
        return cls.objects.filter(Q(until__isnull=True) | Q(until__gt=moment), ended_at__isnull=True)

    @classmethod
    def roots_for(cls, actor: Actor, action: str) -> models.QuerySet[Any, Any]:
        """Ids of the customers on which somebody shared with the actor the right to do this."""
        if action not in SHARED_ACTIONS:
            return cls.objects.none().values("customer")
        live = cls.live(actor.moment).filter(person=actor.pk)
        return (live if action == "view" else live.filter(may_edit=True)).values("customer")


class NeedsProfile(models.Model):
    """What a customer struggles with, prefers, can spend, and plans for the next three to six months."""

    scope: ClassVar[Scope] = Scope(kind="customer", root="customer", root_kind="customer")
    sensitivity: ClassVar[Classes] = classified(
        internal="customer changed_at",
        finance="budget_from_minor budget_to_minor",
        personal={
            "pain_points": Mask.NOTE,
            "purchase_preference": Mask.NOTE,
            "decision_process": Mask.NOTE,
            "plans": Mask.NOTE,
        },
    )

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="needs_profile")
    pain_points = models.TextField(_("pain points"), blank=True)
    purchase_preference = models.TextField(_("purchase preference"), blank=True)
    budget_from_minor = models.BigIntegerField(_("budget from"), null=True, blank=True)
    budget_to_minor = models.BigIntegerField(_("budget to"), null=True, blank=True)
    decision_process = models.TextField(_("decision process"), blank=True)
    plans = models.TextField(_("plans for the next 3–6 months"), blank=True)
    changed_at = models.DateTimeField()

    objects: ClassVar[ScopedQuerySet[NeedsProfile]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[NeedsProfile]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"

    def __str__(self) -> str:
        return f"needs of {self.customer_id}"


class Contact(SealedModel):
    """A person at a customer, with the part he or she plays in its decisions."""

    class TitleLevel(models.TextChoices):
        EXECUTIVE = "executive", _("Executive")
        DIRECTOR = "director", _("Director")
        MANAGER = "manager", _("Manager")
        STAFF = "staff", _("Staff")

    class DecisionRole(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision maker")
        INFLUENCER = "influencer", _("Influencer")
        LIAISON = "liaison", _("Liaison")
        USER = "user", _("User of the product")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Visit")

    scope: ClassVar[Scope] = Scope(kind="contact", root="customer", root_kind="customer", by_work="is_primary")
    sensitivity: ClassVar[Classes] = classified(
        internal=(
            "uuid customer title title_level decision_role reports_to preferred_channel preferred_hours "
            "is_primary token created_at changed_at deleted_at"
        ),
        personal={
            "name": Mask.PERSON,
            "phone": Mask.PHONE,
            "email": Mask.EMAIL,
            "wechat": Mask.HANDLE,
            "birthday": Mask.DAY,
            "extra": Mask.NOTE,
            "note": Mask.NOTE,
            "phone_index": Mask.HIDDEN,
            "email_index": Mask.HIDDEN,
            "search_text": Mask.HIDDEN,
        },
    )

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    uuid = row_uuid()
    name = SealedCharField(_("name"), max_length=80, purpose="customers")
    title = models.CharField(_("title"), max_length=80, blank=True)
    title_level = models.CharField(_("title level"), max_length=10, choices=TitleLevel, blank=True)
    decision_role = models.CharField(_("role in the decision"), max_length=20, choices=DecisionRole, blank=True)
    reports_to = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("reports to"), null=True, blank=True, related_name="reports"
    )
    phone = SealedCharField(_("phone"), max_length=40, blank=True, purpose="customers")
    phone_index = BlindIndexField(of="phone", kind="phone")
    email = SealedEmailField(_("e-mail"), blank=True, purpose="customers")
    email_index = BlindIndexField(of="email", kind="email")
    wechat = SealedCharField(_("WeChat"), max_length=80, blank=True, purpose="customers")
    preferred_channel = models.CharField(_("preferred channel"), max_length=10, choices=Channel, blank=True)
    preferred_hours = models.CharField(_("preferred hours"), max_length=80, blank=True)
    birthday = SealedDateField(_("birthday"), null=True, blank=True, purpose="customers")
    is_primary = models.BooleanField(_("main contact"), default=False)
    extra = SealedJSONField(default=dict, blank=True, purpose="customers")
    note = SealedTextField(_("note"), blank=True, purpose="customers")
    search_text = models.TextField(blank=True, editable=False)
    token = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedQuerySet[Contact]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]
    everything: ClassVar[models.Manager[Contact]] = models.Manager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["phone_index"], condition=~Q(phone_index=""), name="customers_contact_phone"),
            models.Index(fields=["email_index"], condition=~Q(email_index=""), name="customers_contact_email"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["token"], condition=~Q(token=""), name="customers_contact_once"),
        ]

    def __str__(self) -> str:
        return str(self.name)
