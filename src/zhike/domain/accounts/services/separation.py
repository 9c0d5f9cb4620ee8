"""The work of administrators split among three people (三员), and put together again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import Company, Grant, Permission, Role, User
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.scope import Actor, Level

NAMES = {
    rules.SYSTEM_ADMINISTRATOR: {"zh": "系统管理员", "en": "System administrator"},
    rules.SECURITY_ADMINISTRATOR: {"zh": "安全管理员", "en": "Security administrator"},
    rules.AUDITOR: {"zh": "审计管理员", "en": "Audit administrator"},
}


@transaction.atomic
def separate_administrators(*, system: User, security: User, audit: User, actor: Actor | None, now: datetime) -> None:
    """Split what administrators may do among three people, who keep no other role; nobody has all rights any more.

    Other roles and grants lose what is reserved for the three. Raises Conflict where it is split already, Refused
    unless they are three different people who can sign in.
    """
    company = Company.objects.select_for_update().get()
    if company.administrators_are_separate:
        raise Conflict(_("The administrators are separate already."))
    chosen = {
        rules.SYSTEM_ADMINISTRATOR: system,
        rules.SECURITY_ADMINISTRATOR: security,
        rules.AUDITOR: audit,
    }
    if len({person.pk for person in chosen.values()}) < len(chosen):
        raise Refused(_("Choose three different people: that is what it is for."), field="audit")
    for person in chosen.values():
        if not person.is_active or not person.has_usable_password():
            raise Refused(_("%(name)s cannot sign in yet.") % {"name": person.name})
    roles = {key: _role(key) for key in chosen}
    Permission.objects.exclude(role__in=[*roles.values(), *Role.objects.filter(key=rules.ADMINISTRATOR)]).filter(
        _is_reserved()
    ).delete()
    Grant.objects.filter(_is_reserved() | Q(person__in=chosen.values()), ended_at__isnull=True).update(ended_at=now)
    for holder in User.objects.filter(roles__key__in=[rules.ADMINISTRATOR, *rules.SEPARATE]):
        holder.roles.remove(*Role.objects.filter(key__in=[rules.ADMINISTRATOR, *rules.SEPARATE]))
    for key, person in chosen.items():
        person.roles.set([roles[key]])
    company.administrators_are_separate = True
    company.save(update_fields=["administrators_are_separate"])
    trail.record(
        verb="separate_administrators",
        kind="company",
        object_id=company.pk,
        actor=actor,
        now=now,
        changes={key: [None, person.email] for key, person in chosen.items()},
    )


@transaction.atomic
def join_administrators(*, administrator: User, actor: Actor | None, now: datetime) -> None:
    """Let one person have all rights again. Raises Conflict where they are not split, Refused for one who left."""
    company = Company.objects.select_for_update().get()
    if not company.administrators_are_separate:
        raise Conflict(_("The administrators are not separate."))
    if not administrator.is_active:
        raise Refused(_("%(name)s cannot sign in yet.") % {"name": administrator.name})
    company.administrators_are_separate = False
    company.save(update_fields=["administrators_are_separate"])
    administrator.roles.set([queries.role(rules.ADMINISTRATOR)])
    trail.record(
        verb="join_administrators",
        kind="company",
        object_id=company.pk,
        actor=actor,
        now=now,
        changes={rules.ADMINISTRATOR: [None, administrator.email]},
    )


def _role(key: str) -> Role:
    """The role with exactly the rights that it has while administrators are separate; a known one keeps its name."""
    role, _is_new = Role.objects.get_or_create(key=key, defaults={"name": NAMES[key]})
    role.permissions.all().delete()
    Permission.objects.bulk_create(
        Permission(role=role, kind=kind, action=action, level=Level.ALL) for kind, action in rules.SEPARATE[key]
    )
    return role


def _is_reserved() -> Q:
    reserved = Q(pk__in=[])
    for kind, action in rules.RESERVED:
        reserved |= Q(kind=kind, action=action)
    return reserved
