"""The fields that a company adds to its customers or contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from zhike.domain.customers.models import ExtraField
from zhike.domain.imports.rules.texts import clean
from zhike.kernel import trail
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def add_extra_field(
    *, subject: str, label: str, type: str, actor: Actor, now: datetime, choices: Sequence[str] = ()
) -> ExtraField:
    """Add a field to customers or contacts; its key is made of the label. Raises Refused naming the field, Denied."""
    _may_set(actor)
    label = clean(label)
    options = list(dict.fromkeys(option for choice in choices if (option := clean(choice))))
    if not label:
        raise Refused(_("Enter a name for the field."), field="label")
    if subject not in ExtraField.Subject.values or type not in ExtraField.Type.values:
        raise Refused(_("Choose whose field it is and what it holds."), field="type")
    if type == ExtraField.Type.CHOICE and len(options) < 2:
        raise Refused(_("A field with choices needs at least two of them."), field="choices")
    there = ExtraField.objects.filter(subject=subject)
    if there.filter(label=label, retired_at__isnull=True).exists():
        raise Refused(_("There is a field “%(label)s” already.") % {"label": label}, field="label")
    last = there.aggregate(last=Max("position"))["last"]
    field = ExtraField.objects.create(
        subject=subject,
        key=_free_key(label, set(there.values_list("key", flat=True))),
        label=label,
        type=type,
        choices=options if type == ExtraField.Type.CHOICE else [],
        position=0 if last is None else last + 1,
    )
    changes = {"label": [None, label], "type": [None, type], "choices": [None, field.choices]}
    trail.record(verb="created", kind="extra_field", object_id=field.pk, actor=actor, now=now, changes=changes)
    return field


@transaction.atomic
def retire_extra_field(*, field: ExtraField, actor: Actor, now: datetime) -> ExtraField:
    """Stop asking for a field; what it holds already stays. Raises Denied."""
    _may_set(actor)
    if ExtraField.objects.filter(pk=field.pk, retired_at__isnull=True).update(retired_at=now):
        changes = {"retired_at": [None, now]}
        trail.record(verb="retired", kind="extra_field", object_id=field.pk, actor=actor, now=now, changes=changes)
    field.refresh_from_db()
    return field


def _may_set(actor: Actor) -> None:
    if actor.level("setting", "edit") == Level.NONE:
        raise Denied(_("You may not change the fields of the archive. Ask your administrator."))


def _free_key(label: str, taken: set[str]) -> str:
    base = slugify(" ".join(lazy_pinyin(label)))[:36].strip("-") or "field"
    keys = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in keys if key not in taken)
