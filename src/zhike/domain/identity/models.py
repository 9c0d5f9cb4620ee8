"""How people sign in here, the sessions they have, failed attempts, former passwords, and the sign-on provider."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.domain.identity import rules
from zhike.kernel.sensitivity import Classes, classified


class Policy(models.Model):
    """How people sign in to this installation: a single row; without one, what stands here."""

    class Profile(models.TextChoices):
        MODERN = "modern", _("Modern: long, uncommon, without an end")
        GRADED = "graded", _("Graded protection: mixed characters, renewed every 90 days")

    class SecondFactor(models.TextChoices):
        NOBODY = "nobody", _("Nobody: everybody may have one")
        ADMINISTRATORS = "administrators", _("Those who change settings or access")
        EVERYBODY = "everybody", _("Everybody")

    sensitivity: ClassVar[Classes] = classified(
        internal="profile second_factor idle_minutes absolute_hours is_demo changed_at"
    )

    profile = models.CharField(max_length=10, choices=Profile, default=Profile.MODERN)
    second_factor = models.CharField(max_length=20, choices=SecondFactor, default=SecondFactor.ADMINISTRATORS)
    idle_minutes = models.PositiveSmallIntegerField(default=30)
    absolute_hours = models.PositiveSmallIntegerField(default=12)
    is_demo = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(idle_minutes__range=rules.IDLE_MINUTES) & Q(absolute_hours__range=rules.ABSOLUTE_HOURS),
                name="identity_policy_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.profile

    @property
    def idle(self) -> timedelta:
        """How long a session lasts without being used."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def absolute(self) -> timedelta:
        """How long a session lasts however much it is used."""
        return timedelta(hours=self.absolute_hours)


class Session(AbstractBaseSession):
    """A browser that is here. `session_key` is a digest of what the cookie says: the table opens no door."""

    sensitivity: ClassVar[Classes] = classified(
        internal="user expire_date signed_in_at seen_at address device", sealed="session_key session_data"
    )

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    policy: Policy | None = None
    """The policy as it was read together with the session."""


class Attempt(models.Model):
    """Attempts to sign in that did not succeed: of an account from an address, of an account, of an address.

    In the latter two the other is empty. `succeeded_at` is when the account last signed in from the address.
    """

    sensitivity: ClassVar[Classes] = classified(internal="account address failures last_at waits_until succeeded_at")

    account = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "address"], name="identity_attempt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.failures}"


class FormerPassword(models.Model):
    """A password that a person chose, as a hash: the present one and those before it."""

    sensitivity: ClassVar[Classes] = classified(internal="person chosen_at", sealed="password")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    password = models.CharField(max_length=128)
    chosen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-chosen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.chosen_at:%Y-%m-%d}"


class Provider(models.Model):
    """The company's own OpenID Connect provider: a single row; `secret` is sealed."""

    sensitivity: ClassVar[Classes] = classified(
        internal="is_on name issuer client_id domains creates_people role", sealed="secret"
    )

    is_on = models.BooleanField(default=False)
    name = models.CharField(max_length=40)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret = models.TextField()
    domains = models.JSONField(default=list)
    creates_people = models.BooleanField(default=False)
    role = models.ForeignKey("accounts.Role", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name
