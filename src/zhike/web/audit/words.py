"""The trail in words: what the verbs, kinds and fields of its lines are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer
from zhike.domain.privacy.models import Consent
from zhike.domain.segmentation.queries.schemes import spec_of, versions_in_force
from zhike.domain.segmentation.rules import in_language
from zhike.flows import auditing
from zhike.kernel.models import Activity
from zhike.kernel.money import yuan
from zhike.kernel.scope import Level
from zhike.kernel.trail.values import model_of
from zhike.web.settings.forms import LEVEL_NAMES
from zhike.web.settings.views.roles import ACTION_NAMES, KIND_NAMES

KINDS: Final = {
    "customer": gettext_lazy("Customer"),
    "contact": gettext_lazy("Contact"),
    "needs_profile": gettext_lazy("Needs profile"),
    "order": gettext_lazy("Order"),
    "interaction": gettext_lazy("Interaction"),
    "commitment": gettext_lazy("Commitment"),
    "care_plan": gettext_lazy("Care plans"),
    "tier": gettext_lazy("Tier"),
    "scheme": gettext_lazy("Scheme of tiers"),
    "standard": gettext_lazy("Service standard"),
    "closure": gettext_lazy("Working calendar"),
    "calendar": gettext_lazy("Working calendar"),
    "import": gettext_lazy("Import"),
    "export": gettext_lazy("Export"),
    "extra_field": gettext_lazy("Own field"),
    "person": gettext_lazy("Colleague"),
    "department": gettext_lazy("Department"),
    "role": gettext_lazy("Role"),
    "api_token": gettext_lazy("API token"),
    "company": gettext_lazy("Company"),
    "setup_code": gettext_lazy("Set-up code"),
    "sign_in_policy": gettext_lazy("Rules of signing in"),
    "sign_in_provider": gettext_lazy("Sign-in provider"),
    "consent": gettext_lazy("Consent"),
    "privacy": gettext_lazy("Request about personal information"),
    "hold": gettext_lazy("Legal hold"),
    "retention": gettext_lazy("Periods of keeping"),
    "trail": gettext_lazy("Trail"),
    "page": gettext_lazy("Page"),
    "api": gettext_lazy("API"),
}
"""What the lines are about, in the order of the list to choose from."""

VERBS: Final = {
    "received": gettext_lazy("Received"),
    "checked": gettext_lazy("Identity checked"),
    "in_work": gettext_lazy("In work"),
    "answered": gettext_lazy("Answered"),
    "refused": gettext_lazy("Refused"),
    "viewed": pgettext_lazy("the trail", "looked at"),
    "revealed": pgettext_lazy("the trail", "revealed"),
    "exported": pgettext_lazy("the trail", "exported"),
    "denied": pgettext_lazy("the trail", "was refused"),
    "created": pgettext_lazy("the trail", "created"),
    "create": pgettext_lazy("the trail", "created"),
    "changed": pgettext_lazy("the trail", "changed"),
    "change": pgettext_lazy("the trail", "changed"),
    "deleted": pgettext_lazy("the trail", "deleted"),
    "remove": pgettext_lazy("the trail", "deleted"),
    "removed": pgettext_lazy("the trail", "deleted"),
    "restored": pgettext_lazy("the trail", "brought back"),
    "undone": pgettext_lazy("the trail", "took back a change of"),
    "assigned": pgettext_lazy("the trail", "handed over"),
    "reassigned": pgettext_lazy("the trail", "handed over"),
    "tagged": pgettext_lazy("the trail", "tagged"),
    "untagged": pgettext_lazy("the trail", "took tags off"),
    "shared": pgettext_lazy("the trail", "shared"),
    "unshared": pgettext_lazy("the trail", "ended the sharing of"),
    "granted": pgettext_lazy("the trail", "granted rights to"),
    "viewed_as": pgettext_lazy("the trail", "viewed pages as"),
    "viewed_as_ended": pgettext_lazy("the trail", "ended viewing pages as"),
    "erased": pgettext_lazy("the trail", "erased"),
    "uploaded": pgettext_lazy("the trail", "uploaded a file for"),
    "asked": pgettext_lazy("the trail", "asked for"),
    "imported": pgettext_lazy("the trail", "imported"),
    "undo_asked": pgettext_lazy("the trail", "asked to undo"),
    "logged": pgettext_lazy("the trail", "logged"),
    "promised": pgettext_lazy("the trail", "promised"),
    "kept": pgettext_lazy("the trail", "kept"),
    "missed": pgettext_lazy("the trail", "missed"),
    "waived": pgettext_lazy("the trail", "waived"),
    "snoozed": pgettext_lazy("the trail", "put off"),
    "woken": pgettext_lazy("the trail", "took up again"),
    "replanned": pgettext_lazy("the trail", "planned anew"),
    "planned": pgettext_lazy("the trail", "planned"),
    "reconciled": pgettext_lazy("the trail", "mended"),
    "reopened": pgettext_lazy("the trail", "opened again"),
    "approved": pgettext_lazy("the trail", "approved"),
    "escalated": pgettext_lazy("the trail", "escalated"),
    "evaluated": pgettext_lazy("the trail", "evaluated"),
    "overridden": pgettext_lazy("the trail", "set by hand"),
    "override_ended": pgettext_lazy("the trail", "ended what was set by hand of"),
    "retired": pgettext_lazy("the trail", "retired"),
    "cancelled": pgettext_lazy("the trail", "cancelled"),
    "signed_in": pgettext_lazy("the trail", "signed in"),
    "sign_in_failed": pgettext_lazy("the trail", "failed to sign in"),
    "signed_out": pgettext_lazy("the trail", "signed out"),
    "first_used": pgettext_lazy("the trail", "used for the first time"),
    "revoke": pgettext_lazy("the trail", "revoked"),
    "permit": pgettext_lazy("the trail", "changed the permissions of"),
    "invite": pgettext_lazy("the trail", "invited"),
    "disable": pgettext_lazy("the trail", "disabled"),
    "enable": pgettext_lazy("the trail", "enabled"),
    "set_password": pgettext_lazy("the trail", "chose a password for"),
    "void_password": pgettext_lazy("the trail", "voided the password of"),
    "unlock": pgettext_lazy("the trail", "unlocked"),
    "end_session": pgettext_lazy("the trail", "ended a session of"),
    "end_sessions": pgettext_lazy("the trail", "ended the sessions of"),
    "use_recovery_code": pgettext_lazy("the trail", "used a recovery code for"),
    "reset_second_factor": pgettext_lazy("the trail", "reset the second factor of"),
    "link_account": pgettext_lazy("the trail", "linked the company account of"),
    "send_password_link": pgettext_lazy("the trail", "sent a link for a new password to"),
    "separate_administrators": pgettext_lazy("the trail", "separated the administrators of"),
    "join_administrators": pgettext_lazy("the trail", "joined the administrators of"),
    "found": pgettext_lazy("the trail", "set up"),
    "issue": pgettext_lazy("the trail", "issued"),
    "use": pgettext_lazy("the trail", "used"),
    "trimmed": pgettext_lazy("the trail", "let go of old lines of"),
    "accepted": pgettext_lazy("the trail", "accepted the chain of"),
}
"""What people and the system do."""

_FACTS: Final = {
    "rows": gettext_lazy("Rows"),
    "filters": gettext_lazy("Filters"),
    "status": gettext_lazy("Status"),
    "action": gettext_lazy("Action"),
    "times": gettext_lazy("Times"),
    "days": gettext_lazy("Days"),
    "lines": gettext_lazy("Lines"),
    "seals": gettext_lazy("Seals"),
    "head": gettext_lazy("Head of the chain"),
    "tags": gettext_lazy("Tags"),
    "kept": gettext_lazy("Kept"),
    "seen_as": pgettext_lazy("the trail", "Looking as"),
}
_TONES: Final = {
    "denied": "missed",
    "sign_in_failed": "missed",
    "revealed": "waived",
    "exported": "waived",
    "erased": "waived",
    "deleted": "waived",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changed, or a fact (without `before`), in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the trail as people read it."""

    line: Activity
    who: str
    verb: str
    what: str
    tone: str
    note: str
    facts: str


@dataclass(frozen=True, slots=True)
class Schemes:
    """The schemes in force by id; they and their tiers as in addresses (`abc`, `abc:a`); in the reader's words."""

    names: Mapping[int, str]
    tiers: Mapping[str, str]


def schemes() -> Schemes:
    """The schemes in force. One query."""
    language = get_language() or "zh-hans"
    names, tiers = {}, {}
    for version in versions_in_force():
        spec = spec_of(version)
        names[version.scheme_id] = tiers[version.scheme.key] = in_language(spec.name, language)
        for tier in spec.tier_list():
            tiers[f"{version.scheme.key}:{tier.key}"] = in_language(tier.name, language)
    return Schemes(names, tiers)


def told(line: Activity, numbers: Mapping[int, str], people: Mapping[int, str], known: Schemes) -> Told:
    """The line in the reader's language. `numbers` are those of customers, `people` the names of colleagues, by id."""
    facts = [f"{change.label}: {change.after}" for change in changes(line, shows_amounts=False) if not change.before]
    is_fact, note = line.verb in _WITH_FACTS, _note(line, known)
    return Told(
        line=line,
        who=line.actor.name if line.actor else _("The system"),
        verb=str(VERBS.get(line.verb, line.verb)),
        what=record_of(line, numbers, people, known.names),
        tone=_TONES.get(line.verb, ""),
        note=note,
        facts=" · ".join(part for part in (note, *(facts if is_fact else ())) if part),
    )


NOTES: Final = {
    "page": gettext_lazy("Overview"),
    "archive": gettext_lazy("Archive"),
    "contacts": gettext_lazy("Contacts"),
    "orders": gettext_lazy("Orders"),
    "care": gettext_lazy("Care plan"),
    "promises": gettext_lazy("Promises"),
    "edit": gettext_lazy("Edit"),
    "needs": gettext_lazy("Needs profile"),
    "glance": gettext_lazy("Quick look"),
    "timeline": gettext_lazy("Timeline"),
    "log": gettext_lazy("Log an interaction"),
    "access": gettext_lazy("Collaborator"),
    "detail": gettext_lazy("Details"),
    "line": gettext_lazy("Details"),
    "problems": gettext_lazy("Details"),
    "progress": gettext_lazy("Details"),
    "restoration": gettext_lazy("Details"),
    "waiver": gettext_lazy("Details"),
    "columns": gettext_lazy("Columns"),
    "calendar": gettext_lazy("Calendar"),
    "day": gettext_lazy("Day"),
    "print": gettext_lazy("Print"),
    "new": gettext_lazy("New"),
    "customers": gettext_lazy("Customers"),
    "override": gettext_lazy("Set by hand"),
    "overrides": gettext_lazy("Set by hand"),
    "simulation": gettext_lazy("Simulation"),
    "contact_consents": gettext_lazy("Consents"),
    "customer_consents": gettext_lazy("Consents"),
    "retention": gettext_lazy("Retention periods"),
    "fulfilment": gettext_lazy("Done"),
    "snooze": gettext_lazy("Snooze"),
    "owner": gettext_lazy("Owner"),
    "planned-day": gettext_lazy("Planned day"),
    "removal": gettext_lazy("Delete"),
    "palette": gettext_lazy("Search"),
    "picker": gettext_lazy("Suggestions"),
}
"""The notes that programs leave: which page was shown."""

_WITH_FACTS: Final = {"viewed", "denied", "exported", "revealed", "trimmed", "accepted", "erased"}


_NARROWED: Final = re.compile(r"(?:^| )(\w+=.*)$", re.DOTALL)
"""What a list was narrowed to, at the end of a note."""

_NARROWINGS: Final = {
    "q": gettext_lazy("Search"),
    "tier": gettext_lazy("Tier"),
    "owner": gettext_lazy("Owner"),
    "department": gettext_lazy("Department"),
    "lifecycle": gettext_lazy("Lifecycle"),
    "kind": gettext_lazy("Kind"),
    "source": gettext_lazy("Source"),
    "industry": gettext_lazy("Industry"),
    "region": gettext_lazy("Region"),
    "tag": gettext_lazy("Tag"),
    "strategic": gettext_lazy("Strategic customer"),
    "overdue": gettext_lazy("Overdue"),
    "contact_for": gettext_lazy("May be contacted for"),
    "created_from": gettext_lazy("Created from"),
    "created_to": gettext_lazy("Created until"),
    "sort": gettext_lazy("Sorted by"),
}
"""The parameters by which a list is narrowed; others say how it is shown."""

_NARROWED_TO: Final = {
    "lifecycle": dict(Customer.Lifecycle.choices),
    "kind": dict(Customer.Kind.choices),
    "source": dict(Customer.Source.choices),
    "contact_for": dict(Consent.Purpose.choices),
    "owner": {"me": gettext_lazy("Me"), "nobody": gettext_lazy("Nobody"), "all": gettext_lazy("All")},
    "sort": {
        "name": gettext_lazy("Name"),
        "amount": gettext_lazy("Last 12 months"),
        "last_order": gettext_lazy("Last order"),
        "created": pgettext_lazy("when", "Created"),
    },
}


def _note(line: Activity, known: Schemes) -> str:
    """The note; that of a look tells which page was shown, and what a list was narrowed to as the filters say it."""
    if line.verb != "viewed":
        return str(NOTES.get(line.note, line.note))
    narrowed = _NARROWED.search(line.note)
    page, space, rest = (line.note[: narrowed.start()] if narrowed else line.note).partition(" ")
    given = (part.partition("=")[::2] for part in narrowed[1].split("&")) if narrowed else ()
    filters = (
        f"{_NARROWINGS[name]}: {_narrowed_to(name, value, known)}" for name, value in given if name in _NARROWINGS
    )
    shown = f"{NOTES.get(page, page)}{space}{known.tiers.get(rest, rest)}"
    return " · ".join(part for part in (shown, *filters) if part)


def _narrowed_to(name: str, value: str, known: Schemes) -> str:
    if name == "tier":
        return known.tiers.get(value, value)
    if name in ("strategic", "overdue"):
        return _("yes")
    words = str(_NARROWED_TO.get(name, {}).get(value.removeprefix("-"), value))
    return f"{words} ↓" if name == "sort" and value.startswith("-") else words


def record_of(
    line: Activity, numbers: Mapping[int, str], people: Mapping[int, str], schemes_named: Mapping[int, str]
) -> str:
    """What the line is about: its kind, its number, and the customer it belongs to; nothing for the person's own.

    `schemes_named` are the names of the schemes by id.
    """
    kind = str(KINDS.get(line.kind, line.kind))
    if line.kind == "person" and line.object_id in people:
        return "" if line.object_id == line.actor_id else f"{kind} {people[line.object_id]}"
    if line.kind == "scheme" and line.object_id in schemes_named:
        return f"{kind} {schemes_named[line.object_id]}"
    customer = numbers.get(line.customer_id or 0, "")
    if line.kind == "customer" and customer:
        return f"{kind} {customer}"
    named = f"{kind} {line.object_id}" if line.object_id else kind
    return f"{named} ({customer})" if customer else named


def changes(line: Activity, *, shows_amounts: bool) -> list[Change]:
    """What the line says has changed, personal values masked, and amounts too unless the reader may see them."""
    found = []
    for name, pair in auditing.changes_of(line, shows_amounts=shows_amounts).items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        found.append(Change(_label(line.kind, name), _value(line.kind, name, before), _value(line.kind, name, after)))
    return found


def _label(kind: str, name: str) -> str:
    if kind == "role" and "." in name:
        of, _dot, action = name.partition(".")
        return f"{KIND_NAMES.get(of, of)} · {ACTION_NAMES.get(action, action)}"
    field = _field(kind, name)
    return str(_FACTS[name]) if name in _FACTS else capfirst(str(field.verbose_name)) if field else name


def _value(kind: str, name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if kind == "role" and "." in name and str(value).upper() in Level.__members__:
        return str(LEVEL_NAMES[Level[str(value).upper()]])
    if name.endswith("_minor") and isinstance(value, int):
        return yuan(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(str(one) for one in value)
    if isinstance(value, dict):
        return _(", ").join(f"{key}: {one}" for key, one in value.items())
    field = _field(kind, name)
    return str(dict(field.flatchoices).get(value, value)) if field else str(value)


def _field(kind: str, name: str) -> Field[Any, Any] | None:
    model = model_of(kind)
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None
