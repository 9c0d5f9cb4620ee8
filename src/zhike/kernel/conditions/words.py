"""A condition in words, with and without the figures it was held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from zhike.kernel.conditions.tree import AllOf, AnyOf, Compare, Condition, Field, Figures, Kind, Scalar, holds
from zhike.kernel.money import yuan

Translate: TypeAlias = Callable[[str], str]

SIGNS: Final[Mapping[str, str]] = {
    "=": "=",
    "!=": "≠",
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "in": "∈",
    "not in": "∉",
}


def sentence(condition: Condition, *, fields: Mapping[str, Field], gettext: Translate) -> str:
    """The condition in words: “yearly amount ≥ ¥500,000 or strategic customer”."""
    match condition:
        case AllOf(()):
            return gettext("every customer")
        case AllOf(parts):
            words = (sentence(part, fields=fields, gettext=gettext) for part in parts)
            return gettext(" and ").join(
                f"({word})" if isinstance(part, AnyOf) and len(part.parts) > 1 else word
                for part, word in zip(parts, words, strict=True)
            )
        case AnyOf(parts):
            return gettext(" or ").join(sentence(part, fields=fields, gettext=gettext) for part in parts)
        case Compare():
            return _comparison_words(condition, None, fields, gettext)


def reasons(
    condition: Condition, figures: Figures, *, fields: Mapping[str, Field], gettext: Translate
) -> tuple[str, ...]:
    """Why a condition holds of these figures: the comparisons that decide it, with the figures put in.

    Such as “yearly amount ¥620,000 ≥ ¥500,000”. Of an “any” only the first true part speaks. Empty where the condition
    doesn't hold, and for “every customer”.
    """
    if not holds(condition, figures):
        return ()
    match condition:
        case AllOf(parts):
            return tuple(reason for part in parts for reason in reasons(part, figures, fields=fields, gettext=gettext))
        case AnyOf(parts):
            first = next(part for part in parts if holds(part, figures))
            return reasons(first, figures, fields=fields, gettext=gettext)
        case Compare(key, _, _):
            return (_comparison_words(condition, figures.get(key), fields, gettext),)


def _comparison_words(
    comparison: Compare, figure: Scalar | None, fields: Mapping[str, Field], gettext: Translate
) -> str:
    known = fields[comparison.field]
    label = gettext(known.label)
    operator, value = comparison.operator, comparison.value
    if operator == "exists":
        return (gettext("%(field)s is known") if value else gettext("%(field)s is unknown")) % {"field": label}
    if known.kind is Kind.FLAG:
        return label if value == (operator == "=") else gettext("not %(field)s") % {"field": label}
    values = value if isinstance(value, tuple) else (value,)
    limit = gettext(", ").join(_exactly(known, each, gettext) for each in values)
    shown = "" if figure is None else f" {show(known, figure, gettext=gettext)}"
    return f"{label}{shown} {SIGNS[operator]} {limit}"


def _exactly(known: Field, limit: Scalar, gettext: Translate) -> str:
    """A limit as the rule has it: a share is not rounded to one decimal, as figures are."""
    if known.kind is Kind.RATIO:
        return f"{float(limit) * 100:.4g}%"  # type: ignore[arg-type]
    return show(known, limit, gettext=gettext)


def show(known: Field, value: Scalar | None, *, gettext: Translate) -> str:
    """One figure as people read it: ¥620,000, 12.5 % (at most one decimal), 2026-01-31; a dash where there is none."""
    if value is None:
        return "–"
    match known.kind:
        case Kind.MONEY:
            return yuan(int(value))  # type: ignore[arg-type]
        case Kind.RATIO:
            shown = f"{round(float(value) * 100, 1) + 0:.1f}"  # type: ignore[arg-type]
            return f"{shown.removesuffix('.0')}%"
        case Kind.FLAG:
            return gettext("yes") if value else gettext("no")
        case Kind.TEXT if value in known.choices:
            return gettext(known.choices[str(value)])
        case _:
            return str(value)
