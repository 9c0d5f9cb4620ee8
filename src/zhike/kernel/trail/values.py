"""What a line of the trail says of personal values: masked in the line itself, whole only beside it and encrypted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from math import isfinite
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.db import models

from zhike.kernel.models import Activity, ActivityValues
from zhike.kernel.sensitivity import FieldClass, Mask, Personal, Sensitivity, View, classes_of, mask

Changes: TypeAlias = dict[str, list[Any]]
"""What differs, as `{field: [before, after]}`."""

_NAME: Final = FieldClass(Sensitivity.PERSONAL, Mask.PERSON)
_WORDS: Final = FieldClass(Sensitivity.PERSONAL, Mask.NOTE)
TYPED: Final = ("reason", "file_name")
"""What people type themselves, whatever the kind of line: it may name somebody, so it stands whole only in the seal."""
_WORD_BEGINS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(value: Any) -> Any:
    """A value as JSON holds it alike on every database: days and decimals as text, whole numbers as integers."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return value.replace("\0", "")
        case float():
            return int(value) if value.is_integer() else value if isfinite(value) else str(value)
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case date():
            return value.isoformat()
    return str(value)


def divided(kind: str, changes: dict[str, Any]) -> tuple[dict[str, Any], Changes]:
    """Changes as their line shows them, personal values masked; and the personal values whole."""
    model = model_of(kind)
    classes = classes_of(model) if model else {}
    shown: dict[str, Any] = {}
    whole: Changes = {}
    for name, value in changes.items():
        pair = plain(value)
        known = _NAME if _is_personal(value) else _WORDS if name in TYPED else classes.get(name)
        if known is None or known.sensitivity < Sensitivity.PERSONAL or not isinstance(pair, list):
            shown[name] = pair
            continue
        shown[name] = [mask(known.mask, each, View.LIMITED) if each and known.mask else each for each in pair]
        if known.sensitivity == Sensitivity.PERSONAL:
            whole[name] = pair
    return shown, whole


def _is_personal(pair: Any) -> bool:
    return isinstance(pair, list) and any(isinstance(each, Personal) for each in pair)


def whole_changes(activities: Iterable[Activity]) -> dict[int, dict[str, Any]]:
    """The changes of lines with their personal values whole, by id: for services that put values back, and for pages
    that mask by the reader's own view. Values that were erased stay masked. One query.
    """
    rows = {activity.pk: activity.changes for activity in activities}
    opened = {kept.pk: kept.sealed for kept in ActivityValues.objects.filter(pk__in=rows)}
    return {pk: {**changes, **opened.get(pk, {})} for pk, changes in rows.items()}


def typed_words(activities: Iterable[Activity]) -> dict[int, str]:
    """What people typed with these lines, by id: reasons and names of files; dots where they were erased. One query."""
    rows = [activity for activity in activities if any(name in activity.changes for name in TYPED)]
    whole = whole_changes(rows) if rows else {}
    return {pk: " · ".join(str(changes[name][1]) for name in TYPED if name in changes) for pk, changes in whole.items()}


def are_whole(activity: Activity) -> bool:
    """Whether the values of a line can still be read whole: none was personal, or none has been erased."""
    model = model_of(activity.kind)
    classes = classes_of(model) if model else {}
    personal = any(name in classes and classes[name].sensitivity >= Sensitivity.PERSONAL for name in activity.changes)
    return not personal or ActivityValues.objects.filter(pk=activity.pk).exists()


@cache
def model_of(kind: str) -> type[models.Model] | None:
    """The model whose records are of this kind, such as `needs_profile`; None for what is no record."""
    named = {_WORD_BEGINS.sub("_", model.__name__).lower(): model for model in apps.get_models()}
    return named.get({"person": "user"}.get(kind, kind))
