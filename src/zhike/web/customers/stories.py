"""How an entry of the timeline reads: its picture, its headline, its text, and what changed from what to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.domain.commitments.queries import closing_words, wording
from zhike.domain.customers.models import Contact, Customer, NeedsProfile
from zhike.domain.customers.rules.industries import industry_name
from zhike.domain.interactions.models import Interaction
from zhike.domain.segmentation.queries import spec_of, why
from zhike.domain.segmentation.rules import in_language
from zhike.flows.history import RESTORABLE
from zhike.flows.timeline import Entry
from zhike.kernel.models import Activity
from zhike.kernel.money import yuan
from zhike.kernel.sensitivity import Sight, classes_of
from zhike.web.templatetags.display import money
from zhike.web.templatetags.promises import channel_icon

KIND_NAMES: Final = {
    "": gettext_lazy("Everything"),
    "interaction": gettext_lazy("Interactions"),
    "order": gettext_lazy("Orders"),
    "tier": gettext_lazy("Tiers"),
    "promise": gettext_lazy("Promises"),
    "change": gettext_lazy("Archive"),
}
_MODELS: Final = {"customer": Customer, "contact": Contact, "needs_profile": NeedsProfile}
_UNTOLD: Final = frozenset({"deleted_at", "token", "search_text", "changed_at", "reason"})
_VERBS: Final = {
    ("customer", "created"): gettext_lazy("File opened"),
    ("customer", "changed"): gettext_lazy("Archive changed"),
    ("customer", "assigned"): gettext_lazy("Handed over"),
    ("customer", "tagged"): gettext_lazy("Tagged"),
    ("customer", "untagged"): gettext_lazy("Tags taken off"),
    ("customer", "shared"): gettext_lazy("Shared"),
    ("customer", "unshared"): gettext_lazy("Sharing ended"),
    ("customer", "deleted"): gettext_lazy("File deleted"),
    ("customer", "restored"): gettext_lazy("File restored"),
    ("customer", "imported"): gettext_lazy("Imported from a file"),
    ("customer", "undone"): gettext_lazy("Change undone"),
    ("contact", "created"): gettext_lazy("Contact added"),
    ("contact", "changed"): gettext_lazy("Contact changed"),
    ("contact", "deleted"): gettext_lazy("Contact removed"),
    ("contact", "restored"): gettext_lazy("Contact restored"),
    ("contact", "imported"): gettext_lazy("Contact imported from a file"),
    ("contact", "undone"): gettext_lazy("Change to a contact undone"),
    ("needs_profile", "changed"): gettext_lazy("Needs profile changed"),
}


_LABELS: Final = {
    "tags": gettext_lazy("Tags"),
    "collaborator": gettext_lazy("Collaborator"),
    "may_edit": gettext_lazy("May edit"),
    "until": gettext_lazy("Until"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changed, in words; with an address where the old value can be put in again."""

    label: str
    before: str
    after: str
    restoration: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One entry of the timeline as people read it."""

    at: datetime
    icon: str
    title: str
    who: str = ""
    text: str = ""
    tone: str = ""
    href: str = ""
    is_day: bool = False
    pills: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def story(entry: Entry, names: Mapping[tuple[str, int], str], sight: Sight) -> Story:
    """The entry in the reader's language, with masks where the reader's sight ends.

    `names` are those of people and departments by field and id.
    """
    return _TOLD[entry.kind](entry, names, sight)


def _interaction(entry: Entry, names: Mapping[tuple[str, int], str], sight: Sight) -> Story:
    row = entry.record
    people = _(", ").join(sight.show(contact).name for contact in row.contacts.all())
    title = _("%(channel)s with %(people)s") % {"channel": row.get_channel_display(), "people": people}
    pills = []
    if not row.is_connected:
        pills.append(_("Not connected"))
    if row.mentions_competitor:
        pills.append(_("Mentioned a competitor"))
    if row.mentions_leaving:
        pills.append(_("Wishes to leave"))
    text = "\n".join(part for part in (row.summary, row.feedback and f"“{row.feedback}”") if part)
    return Story(
        entry.at,
        channel_icon(row.channel),
        title if people else row.get_channel_display(),
        who=_who_took_part(row),
        text=text,
        tone="danger" if row.mentions_leaving else "accent",
        href=reverse("interactions:detail", args=[row.pk]),
        pills=pills,
    )


def _who_took_part(row: Interaction) -> str:
    """Our people in it, and who wrote it down where that was somebody else."""
    people = _(", ").join(one.name for one in row.staff.all())
    if row.logged_by is None or row.logged_by in row.staff.all():
        return people
    if not people:
        return row.logged_by.name
    return _("%(people)s, logged by %(person)s") % {"people": people, "person": row.logged_by.name}


def _order(entry: Entry, names: Mapping[tuple[str, int], str], sight: Sight) -> Story:
    row = entry.record
    words = {"number": row.number, "amount": money(sight.show(row).amount_minor)}
    if row.is_return:
        return Story(entry.at, "arrow-back-up", _("Return %(number)s: %(amount)s") % words, tone="warn", is_day=True)
    return Story(entry.at, "receipt", _("Order %(number)s: %(amount)s") % words, tone="good", is_day=True)


def _tier(entry: Entry, names: Mapping[tuple[str, int], str], sight: Sight) -> Story:
    row = entry.record
    language = get_language() or "zh-hans"
    spec = spec_of(row.version)
    tiers = {tier.key: in_language(tier.name, language) for tier in spec.tier_list()}
    words = {
        "scheme": in_language(spec.name, language),
        "tier": tiers.get(row.tier, row.tier),
        "former": tiers.get(row.previous_tier, row.previous_tier),
    }
    reason = why(row, shows_amounts=sight.finance)
    if row.previous_tier:
        places = list(tiers)
        fell = (
            row.tier in places
            and row.previous_tier in places
            and places.index(row.tier) > places.index(row.previous_tier)
        )
        icon, tone = ("trending-down", "warn") if fell else ("trending-up", "good")
        return Story(
            entry.at, icon, _("%(scheme)s: %(former)s → %(tier)s") % words, text=reason, tone=tone, is_day=True
        )
    return Story(entry.at, "stack-2", _("%(scheme)s: %(tier)s") % words, text=reason, is_day=True)


def _promise(entry: Entry, names: Mapping[tuple[str, int], str], sight: Sight) -> Story:
    row = entry.record
    icon, tone, title = {
        "kept": ("circle-check", "good", _("Kept: %(what)s")),
        "missed": ("circle-x", "danger", _("Missed: %(what)s")),
        "waived": ("ban", "", _("Waived: %(what)s")),
    }[row.outcome]
    who = row.closed_by.name if row.closed_by else row.owner.name
    what = wording(row, get_language() or "zh-hans")
    href = reverse("commitments:detail", args=[row.pk])
    return Story(entry.at, icon, title % {"what": what}, who=who, text=closing_words(row), tone=tone, href=href)


def _change(entry: Entry, names: Mapping[tuple[str, int], str], sight: Sight) -> Story:
    row = entry.record
    title = str(_VERBS.get((row.kind, row.verb), row.verb))
    given = row.changes.get("name", [None, ""])
    is_birth = row.verb in {"created", "imported"} and (not row.changes or given[0] is None)
    name = (given[1] if is_birth else row.note) if row.kind == "contact" and row.verb != "undone" else ""
    if name:
        title = _("%(what)s: %(name)s") % {"what": title, "name": sight.of(Contact, "name", name)}
    icon = {"contact": "user", "needs_profile": "target"}.get(row.kind, "history")
    shown = [
        _told_change(row, name, change, names, sight)
        for name, change in row.changes.items()
        if not is_birth and name not in _UNTOLD
    ]
    who = row.actor.name if row.actor else _("The system")
    return Story(entry.at, icon, title, who=who, changes=shown)


def _told_change(
    row: Activity, name: str, change: list[Any], names: Mapping[tuple[str, int], str], sight: Sight
) -> Change:
    try:
        known = _MODELS[row.kind]._meta.get_field(name)
    except FieldDoesNotExist:
        known = None
    label = capfirst(str(getattr(known, "verbose_name", name)))
    label = str(_LABELS.get(name, label))
    model = _MODELS[row.kind]
    seen = [sight.of(model, name, value) if name in classes_of(model) else value for value in change]
    before, after = (told_value(known, name, value, names) for value in seen)
    can_return = name in RESTORABLE.get(row.kind, ()) and change[0] != change[1]
    return Change(label, before, after, reverse("customers:restoration", args=[row.pk, name]) if can_return else "")


def told_value(known: Any, name: str, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    """A value of a field as people read it. `names` are those of people and departments by field and id."""
    if value in (None, "", [], {}):
        return ""
    if name in {"owner", "department"}:
        return names.get((name, value), "?") if isinstance(value, int) else str(value)
    if name == "industry":
        return industry_name(str(value), get_language() or "zh-hans")
    if name.endswith("_minor") and isinstance(value, int):
        return yuan(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(str(one) for one in value)
    if isinstance(value, dict):
        return _(", ").join(f"{key}: {one}" for key, one in value.items())
    choices = dict(known.flatchoices) if isinstance(known, Field) else {}
    return str(choices.get(value, value))


_TOLD: Final[Mapping[str, Callable[[Entry, Mapping[tuple[str, int], str], Sight], Story]]] = {
    "interaction": _interaction,
    "order": _order,
    "tier": _tier,
    "promise": _promise,
    "change": _change,
}
