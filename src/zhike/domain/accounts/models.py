"""People, departments, roles, the table of permissions, the company, and tokens for programs."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q, Subquery, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

from zhike.domain.accounts import rules
from zhike.kernel.scope import Actor, Level, Opened
from zhike.kernel.sensitivity import Classes, Mask, classified
from zhike.kernel.vault.fields import SealedJSONField, SealedModel, row_uuid


def in_reader_language(names: dict[str, str], language: str) -> str:
    """The name in the reader's language out of `{"zh": …, "en": …}`, else whichever there is."""
    short = to_locale(language).partition("_")[0]
    return names.get(short) or names.get("zh") or next(iter(names.values()), "")


class Company(models.Model):
    """The one company that this installation serves: a single row."""

    sensitivity: ClassVar[Classes] = classified(
        public="name",
        internal="playbook opening_hours number_prefix administrators_are_separate created_at",
    )

    name = models.CharField(max_length=120)
    playbook = models.CharField(max_length=60, blank=True)
    opening_hours = models.JSONField(default=dict)
    number_prefix = models.CharField(max_length=4, default="C")
    administrators_are_separate = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A node of the tree of departments. `path` is the ids from the root down, as `3/17/42/`."""

    sensitivity: ClassVar[Classes] = classified(internal="name parent head path")

    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    head = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="headed_departments")
    path = models.CharField(max_length=200, db_index=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["path"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["parent", "name"], name="accounts_department_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="accounts_department_name_at_the_top"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A job people have here, such as account manager; what it may do stands in `Permission`."""

    sensitivity: ClassVar[Classes] = classified(internal="key name")

    key = models.SlugField(max_length=40, unique=True)
    name = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key


class Permission(models.Model):
    """One cell of the table role × kind of record × action → level."""

    sensitivity: ClassVar[Classes] = classified(internal="role kind action level")

    role = models.ForeignKey(Role, models.CASCADE, related_name="permissions")
    kind = models.CharField(max_length=40)
    action = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name.lower()) for level in Level])

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["role", "kind", "action"], name="accounts_permission_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.kind}.{self.action}: {Level(self.level).name.lower()}"


class UserManager(BaseUserManager["User"]):
    """People are found by e-mail whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class Holdings(NamedTuple):
    """What somebody holds: the highest level over all roles and live grants, by kind and action; and the names of the
    own department and all below it by id, in the order of the tree.
    """

    levels: dict[tuple[str, str], Level]
    departments: dict[int, str]


_RIGHT, _DEPARTMENT = "right", "department"


class User(AbstractBaseUser):
    """A person who works here and signs in with an e-mail address."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "简体中文"
        ENGLISH = "en", "English"

    sensitivity: ClassVar[Classes] = classified(
        internal="last_login email name department language is_active created_at roles",
        sealed="password",
    )

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people")
    roles = models.ManyToManyField(Role, related_name="people", blank=True)
    language = models.CharField(max_length=10, choices=Language, default=Language.CHINESE)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    moment: datetime | None = None
    seen_by: User | None = None
    token: ApiToken | None = None

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def at(self, moment: datetime) -> Self:
        """The person acting at that moment: what they hold for a time counts as far as it has not run out."""
        self.moment = moment
        for looked_up in ("holdings", "recalled"):
            self.__dict__.pop(looked_up, None)
        return self

    @cached_property
    def recalled(self) -> dict[tuple[str, Level], Opened]:
        """What the scope has looked up for this person."""
        return {}

    @cached_property
    def holdings(self) -> Holdings:
        """What this person may do and which departments that may reach. One query a request, for every page asks."""
        cells = Permission.objects.filter(role__people=self)
        held: list[models.QuerySet[Any, Any]] = [
            rows.values_list(Value(_RIGHT), "kind", "action", "level") for rows in (cells, self.live_grants())
        ]
        if self.department_id is not None:
            own = Department.objects.filter(people=self).values("path")
            below = Department.objects.filter(path__startswith=Subquery(own)).order_by()
            held.append(below.values_list(Value(_DEPARTMENT), "path", "name", "pk"))
        levels: dict[tuple[str, str], Level] = {}
        departments: list[tuple[str, int, str]] = []
        for what, first, second, figure in held[0].union(*held[1:]):
            if what == _DEPARTMENT:
                departments.append((first, figure, second))
            else:
                levels[first, second] = max(Level(figure), levels.get((first, second), Level.NONE))
        return Holdings(levels, {pk: name for _path, pk, name in sorted(departments)})

    def live_grants(self) -> models.QuerySet[Grant]:
        """What the person may do for a time, at the moment of acting."""
        return Grant.live(self.moment).filter(person=self)

    def level(self, kind: str, action: str) -> Level:
        """The level that the person's roles and grants give; a disabled person has none.

        A right to what is the whole company's counts only where it reaches everything. Who looks at the pages as
        somebody else is shown no masked values and takes no files away. A program does no more than its token is meant
        for.
        """
        if not self.is_active or (self.seen_by is not None and action in ("reveal", "export")):
            return Level.NONE
        if self.token is not None and not self.token.lets(kind, action):
            return Level.NONE
        held = self.holdings.levels.get((kind, action), Level.NONE)
        return Level.NONE if held < Level.ALL and (kind, action) in rules.COMPANY_WIDE else held

    def may(self, kind: str, action: str) -> bool:
        """Whether the person may do this to any record of the kind at all."""
        return self.level(kind, action) > Level.NONE

    def department_ids(self, level: Level) -> frozenset[int]:
        """The departments within reach of a level: none, the own one, or the own one and all below it."""
        if level < Level.DEPARTMENT or self.department_id is None:
            return frozenset()
        return frozenset(self.holdings.departments) if level >= Level.BELOW else frozenset({self.department_id})


class Grant(models.Model):
    """A right given to one person beyond the roles, for a reason and until a moment."""

    sensitivity: ClassVar[Classes] = classified(
        internal="person kind action level until reason given_by given_at ended_at"
    )

    person = models.ForeignKey(User, models.PROTECT, related_name="grants")
    kind = models.CharField(max_length=40)
    action = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name.lower()) for level in Level])
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}.{self.action} until {self.until:%Y-%m-%d %H:%M}"

    @classmethod
    def live(cls, moment: datetime | None) -> models.QuerySet[Grant]:
        """Those that count at that moment; none without one."""
        if moment is None:
            return cls.objects.none()
        return cls.objects.filter(until__gt=moment, ended_at__isnull=True)


class ExportRequest(SealedModel):
    """Somebody wants to take records away as a file: what, how many, why, who agreed. The file itself is not kept.

    `rows` are those asked for, and once it is taken, those taken.
    """

    sensitivity: ClassVar[Classes] = classified(
        internal="uuid kind rows reason requested_by requested_at decided_by decided_at is_approved taken_at",
        personal={"filters": Mask.HIDDEN},
    )

    uuid = row_uuid()
    kind = models.CharField(max_length=40)
    filters = SealedJSONField(default=dict, purpose="exports")
    rows = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["requested_at"], condition=Q(decided_at__isnull=True), name="accounts_export_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.rows} rows"


class SystemActor:
    """The system at its own work (the night, a schedule): sees everything, is nobody.

    With `on_behalf_of` it does what follows from a right of that person's: the trail names the person.
    """

    moment: datetime | None = None

    def __init__(self, *, on_behalf_of: Actor | None = None) -> None:
        self.pk: Any = on_behalf_of.pk if on_behalf_of else None

    @property
    def recalled(self) -> dict[tuple[str, Level], Opened]:
        return {}

    def may(self, kind: str, action: str) -> bool:
        return True

    def level(self, kind: str, action: str) -> Level:
        return Level.ALL

    def department_ids(self, level: Level) -> frozenset[int]:
        return frozenset()


class SetupCode(models.Model):
    """The one-time code of the first run, printed on the console; only its digest is kept."""

    sensitivity: ClassVar[Classes] = classified(internal="created_at expires_at used_at", sealed="digest")

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"issued {self.created_at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A token by which a program acts as a person; only its digest is kept.

    `kinds` are the kinds of record it may touch, all of them where there are none; without `may_write` it only reads.
    Which addresses it may read at is decided at the door.
    """

    sensitivity: ClassVar[Classes] = classified(
        internal="user name kinds may_write created_at expires_at last_used_at revoked_at",
        sealed="digest",
    )

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    kinds = models.JSONField(default=list)
    may_write = models.BooleanField(default=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def lets(self, kind: str, action: str) -> bool:
        """Whether its program may do this, as far as its person may."""
        if action == "view" or not self.kinds:
            return action == "view" or self.may_write
        beside = {right for each in self.kinds for right in rules.TOKENS_REACH.get(each, ())}
        return self.may_write and (kind in self.kinds or (kind, action) in beside)
