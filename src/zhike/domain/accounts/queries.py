"""Reads about people, departments, roles and permissions, the company and the tokens of programs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import (
    ApiToken,
    Company,
    Department,
    ExportRequest,
    Grant,
    Permission,
    Role,
    SetupCode,
    User,
)
from zhike.kernel import search_text
from zhike.kernel.errors import NotFound
from zhike.kernel.scope import Level


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A department in its place in the tree, with the people in it; `depth` 0 is the top."""

    department: Department
    depth: int
    people: tuple[User, ...]


@dataclass(frozen=True, kw_only=True)
class Tree:
    """All departments from the top down, and the people who are in none."""

    branches: tuple[Branch, ...]
    people_without: tuple[User, ...]


def company() -> Company:
    """The company that this installation serves; raises NotFound before it is set up."""
    found = Company.objects.first()
    if found is None:
        raise NotFound(_("This installation is not set up yet: open the address that “zhike serve” printed."))
    return found


def company_name() -> str:
    """The company's name, nothing before it is set up."""
    return Company.objects.values_list("name", flat=True).first() or ""


def is_set_up() -> bool:
    """Whether there is anybody who can sign in."""
    return User.objects.exists()


def setup_code(code: str, *, now: datetime) -> SetupCode:
    """The set-up code, spent or not; raises NotFound if it is unknown or too old."""
    found = SetupCode.objects.filter(digest=rules.digest(code), expires_at__gt=now).first()
    if found is None:
        raise NotFound(_("This set-up address is no longer valid. “zhike serve” prints a new one when it starts."))
    return found


def open_setup_code(code: str, *, now: datetime) -> SetupCode:
    """The set-up code, if it still opens the door; raises NotFound if it is spent, or somebody is here already."""
    found = setup_code(code, now=now)
    if found.used_at is not None or is_set_up():
        raise NotFound(_("This set-up address is no longer valid. “zhike serve” prints a new one when it starts."))
    return found


def person(pk: int) -> User:
    """One person with department and roles; raises NotFound."""
    found = User.objects.select_related("department").prefetch_related("roles").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def person_by_email(email: str) -> User:
    """The active person with that address, whatever its case; raises NotFound."""
    found = User.objects.filter(email=rules.tidy_email(email), is_active=True).first()
    if found is None:
        raise NotFound(_("Nobody active here has the e-mail address “%(email)s”.") % {"email": email})
    return found


def person_of(email: str) -> User:
    """The person with that address, whatever its case, even one who has left; raises NotFound."""
    found = User.objects.filter(email=rules.tidy_email(email)).first()
    if found is None:
        raise NotFound(_("Nobody here has the e-mail address “%(email)s”.") % {"email": email})
    return found


def people() -> QuerySet[User]:
    """Everybody, those who have left at the end."""
    return User.objects.select_related("department").prefetch_related("roles").order_by("-is_active", "name", "pk")


def colleagues_like(text: str) -> list[User]:
    """Active people whose name or address has the text in it, as written, in pinyin or in initials; by name."""
    wanted = " ".join(search_text.grams(text))
    active = User.objects.filter(is_active=True).select_related("department").order_by("name", "pk")
    return [each for each in active if wanted in search_text.index_text([each.name, each.email])]


def tree() -> Tree:
    """The whole organisation in three queries."""
    inside: dict[int | None, list[User]] = defaultdict(list)
    for someone in people():
        inside[someone.department_id].append(someone)
    departments = Department.objects.select_related("head").order_by("path")
    by_parent: dict[int | None, list[Department]] = defaultdict(list)
    for department in departments:
        by_parent[department.parent_id].append(department)
    return Tree(branches=tuple(_branches(None, 0, by_parent, inside)), people_without=tuple(inside[None]))


def _branches(
    parent: int | None, depth: int, by_parent: dict[int | None, list[Department]], inside: dict[int | None, list[User]]
) -> list[Branch]:
    found: list[Branch] = []
    for department in by_parent[parent]:
        found.append(Branch(department=department, depth=depth, people=tuple(inside[department.pk])))
        found += _branches(department.pk, depth + 1, by_parent, inside)
    return found


def live_grants(person: User, *, now: datetime) -> QuerySet[Grant]:
    """What somebody may do for a time, the first to end first."""
    return Grant.live(now).filter(person=person).select_related("given_by").order_by("until", "pk")


def waiting_exports(actor: User) -> QuerySet[ExportRequest]:
    """Exports of others that the actor may approve: of everybody, or of those in the departments within reach."""
    waiting = ExportRequest.objects.filter(_within_approval(actor), decided_at__isnull=True).exclude(requested_by=actor)
    return waiting.select_related("requested_by__department").order_by("requested_at", "pk")


def export_to_decide(actor: User, pk: int) -> ExportRequest:
    """One export that the actor may approve, decided or not; raises NotFound."""
    others = ExportRequest.objects.filter(_within_approval(actor)).exclude(requested_by=actor)
    found = others.select_related("requested_by").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such export."))
    return found


def may_approve_exports(actor: User) -> bool:
    """Whether the actor may approve exports of any kind."""
    return any(actor.may(*right) for right in rules.APPROVERS.values())


def _within_approval(actor: User) -> Q:
    """Exports that the actor's rights reach; none below the level of a department."""
    found = Q(pk__in=[])
    for kind, right in rules.APPROVERS.items():
        level = actor.level(*right)
        everybody = Q() if level == Level.ALL else Q(requested_by__department__in=actor.department_ids(level))
        found |= Q(kind=kind) & everybody
    return found


def own_exports(actor: User, kind: str) -> QuerySet[ExportRequest]:
    """What the actor has asked to take away of that kind, the latest first."""
    return ExportRequest.objects.filter(requested_by=actor, kind=kind).select_related("decided_by").order_by("-pk")


def own_export(actor: User, pk: int, kind: str) -> ExportRequest:
    """One export of the actor's own; raises NotFound."""
    found = own_exports(actor, kind).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such export."))
    return found


def rows_taken_alone(actor: User, kind: str, *, now: datetime) -> int:
    """How many rows of that kind the actor has lately taken away without a second person."""
    lately = own_exports(actor, kind).filter(decided_by__isnull=True, taken_at__gt=now - rules.ALONE_LASTS)
    return lately.aggregate(rows=Sum("rows"))["rows"] or 0


def is_ready(export: ExportRequest, *, now: datetime) -> bool:
    """Whether the file may be taken now: approved, not taken yet, and not too long ago."""
    if not export.is_approved or export.decided_at is None or export.taken_at is not None:
        return False
    return now <= export.decided_at + rules.EXPORT_LASTS


def departments() -> list[tuple[int, str]]:
    """Ids and names of all departments, in the order of the tree."""
    return list(Department.objects.order_by("path").values_list("pk", "name"))


def department(pk: int) -> Department:
    """One department with its head; raises NotFound."""
    found = Department.objects.select_related("head", "parent").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such department."))
    return found


def department_by_name(name: str) -> Department:
    """The department of that name; raises NotFound, also where several have it."""
    found = list(Department.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise NotFound(_("There is no department “%(name)s”, or more than one.") % {"name": name})
    return found[0]


def roles() -> QuerySet[Role]:
    """All roles in the order in which they were made."""
    return Role.objects.order_by("pk")


def people_in_roles() -> dict[int, int]:
    """Role id → how many active people have it."""
    counted = Role.objects.annotate(active=Count("people", filter=Q(people__is_active=True)))
    return dict(counted.values_list("pk", "active"))


def role(key: str) -> Role:
    """One role; raises NotFound."""
    found = Role.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no role “%(key)s”.") % {"key": key})
    return found


def permission_table() -> dict[str, dict[tuple[str, str], Level]]:
    """Role key → (kind, action) → level as it counts; what is not there is none."""
    table: dict[str, dict[tuple[str, str], Level]] = defaultdict(dict)
    for key, kind, action, level in Permission.objects.values_list("role__key", "kind", "action", "level"):
        if level == Level.ALL or (kind, action) not in rules.COMPANY_WIDE:
            table[key][kind, action] = Level(level)
    return table


def administrators_are_separate() -> bool:
    """Whether the work of administrators is split among three people (三员)."""
    return Company.objects.filter(administrators_are_separate=True).exists()


def is_separate_administrator(person: User) -> bool:
    """Whether the person is one of the three, while they are separate."""
    return administrators_are_separate() and person.roles.filter(key__in=rules.SEPARATE).exists()


def active_administrators(role: str = rules.ADMINISTRATOR) -> QuerySet[User]:
    """Those who keep the installation, or one of its three parts."""
    return User.objects.filter(is_active=True, roles__key=role)


def can_sign_in() -> QuerySet[User]:
    """Active people who have chosen a password, or whose company account is linked."""
    linked = Q(socialaccount__isnull=False)
    return User.objects.filter(~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | linked, is_active=True).distinct()


def look_after_access() -> QuerySet[User]:
    """Those whose roles let them give roles and rights, and who can sign in."""
    security = Permission.objects.filter(kind="security", action="edit", level=Level.ALL)
    return can_sign_in().filter(roles__permissions__in=security)


def api_tokens(owner: User) -> QuerySet[ApiToken]:
    """A person's tokens, those in use first."""
    return ApiToken.objects.filter(user=owner).order_by("-revoked_at", "-created_at")


def api_token(owner: User, pk: int) -> ApiToken:
    """One of a person's own tokens; raises NotFound."""
    found = api_tokens(owner).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such token."))
    return found


def every_api_token(*, now: datetime) -> QuerySet[ApiToken]:
    """The tokens of everybody that still open the door, those that expire first first."""
    living = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=now, user__is_active=True)
    return living.select_related("user").order_by("expires_at", "pk")


def anybodys_api_token(pk: int) -> ApiToken:
    """A token of anybody, for those who look after access; raises NotFound."""
    found = ApiToken.objects.select_related("user").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such token."))
    return found


def owner_of_dead_token(secret: str) -> User | None:
    """Whose token this was that may be used no longer; None where it never was one."""
    found = ApiToken.objects.select_related("user").filter(digest=rules.digest(secret)).first()
    return found.user if found else None


def live_api_token(secret: str, *, now: datetime) -> ApiToken | None:
    """The token of that secret with its person, if it may still be used: not revoked, not expired, person active."""
    return (
        ApiToken.objects.select_related("user__department")
        .filter(digest=rules.digest(secret), revoked_at__isnull=True, expires_at__gt=now, user__is_active=True)
        .first()
    )
