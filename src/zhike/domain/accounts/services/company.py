"""The first run, and the company's own settings."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import Company, Department, Permission, Role, SetupCode, User
from zhike.domain.accounts.services.people import checked_password
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, NotFound, Refused
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def issue_setup_code(*, now: datetime) -> str:
    """A new one-time code for `/setup/<code>/`; earlier ones stop working. Raises Conflict once anybody is here."""
    if queries.is_set_up():
        raise Conflict(_("This installation is set up already: sign in instead."))
    SetupCode.objects.filter(used_at__isnull=True).delete()
    code = secrets.token_urlsafe(24)
    issued = SetupCode.objects.create(
        digest=rules.digest(code), created_at=now, expires_at=now + rules.SETUP_CODE_LASTS
    )
    trail.record(verb="issue", kind="setup_code", object_id=issued.pk, actor=None, now=now)
    return code


@transaction.atomic
def spend_setup_code(*, code: str, now: datetime) -> None:
    """Use the code up, in the transaction of the set-up it opens. Raises NotFound if it is spent, unknown or old."""
    issued = queries.open_setup_code(code, now=now)
    if not SetupCode.objects.filter(pk=issued.pk, used_at__isnull=True).update(used_at=now):
        raise NotFound(_("This set-up address is no longer valid. “zhike serve” prints a new one when it starts."))
    trail.record(verb="use", kind="setup_code", object_id=issued.pk, actor=None, now=now)


@transaction.atomic
def found_company(*, name: str, administrator: str, email: str, password: str, now: datetime) -> User:
    """Write the company, its head office and its first administrator, who may do everything.

    Raises Conflict where a company is there already, Refused for a password that is too weak.
    """
    if queries.is_set_up() or Company.objects.exists():
        raise Conflict(_("This installation is set up already: sign in instead."))
    person = User(email=rules.tidy_email(email), name=administrator.strip(), created_at=now)
    person.set_password(checked_password(password, person))
    company = Company.objects.create(name=name.strip(), created_at=now)
    office = Department.objects.create(name=name.strip()[:80])
    office.path = rules.path_below("", office.pk)
    person.department = office
    person.save()
    office.head = person
    office.save(update_fields=["path", "head"])
    person.roles.add(_administrator_role())
    trail.record(
        verb="found",
        kind="company",
        object_id=company.pk,
        actor=person,
        now=now,
        changes={"name": [None, company.name]},
    )
    return person


def _administrator_role() -> Role:
    role, _is_new = Role.objects.get_or_create(
        key=rules.ADMINISTRATOR, defaults={"name": {"zh": "管理员", "en": "Administrator"}}
    )
    Permission.objects.bulk_create(
        [
            Permission(role=role, kind=kind, action=action, level=Level.ALL)
            for kind, actions in rules.KINDS.items()
            for action in actions
        ],
        ignore_conflicts=True,
    )
    return role


@transaction.atomic
def change_company(
    *, name: str, number_prefix: str, opening_hours: dict[str, Any], actor: Actor | None, now: datetime
) -> Company:
    """Change the name, the letters before customer numbers, and the hours, `{"week": [[…] × 7], "public_holidays": …}`.

    Numbers that were given out keep their letters. Raises Refused where no day of the week has opening hours.
    """
    company = Company.objects.select_for_update().get()
    if not rules.NUMBER_PREFIX.fullmatch(number_prefix):
        raise Refused(
            _("The prefix of customer numbers is one to four capital letters, such as C."), field="number_prefix"
        )
    if not any(opening_hours.get("week", ())):
        raise Refused(_("At least one day of the week needs opening hours."), field="monday")
    after = {"name": name.strip(), "number_prefix": number_prefix, "opening_hours": opening_hours}
    changes = trail.differences({field: getattr(company, field) for field in after}, after)
    if changes:
        for field, value in after.items():
            setattr(company, field, value)
        company.save(update_fields=list(after))
        trail.record(verb="change", kind="company", object_id=company.pk, actor=actor, now=now, changes=changes)
    return company
