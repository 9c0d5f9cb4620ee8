"""A tier scheme while it is being edited: what stands in the form, right or wrong, and how it becomes a definition.

A condition is edited as alternatives (or) of comparisons that hold together (and); every condition can be written so.
Inputs are named by their place, as `tiers-0-groups-1-rows-0-field`; after each change the server draws the form anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import count, product
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.analytics.fields import FIELDS
from zhike.domain.segmentation.rules import TierScheme, TierSpec
from zhike.kernel.conditions import AllOf, AnyOf, Compare, Condition, Kind, minor_to_yuan, parse, to_data

MOST_TIERS: Final = 20
SIGNS: Final = {
    ">=": gettext_lazy("at least"),
    ">": gettext_lazy("more than"),
    "<=": gettext_lazy("at most"),
    "<": gettext_lazy("less than"),
    "=": gettext_lazy("is"),
    "!=": gettext_lazy("is not"),
    "in": gettext_lazy("is one of"),
    "not in": gettext_lazy("is none of"),
    "exists": gettext_lazy("is known"),
}
ORDERED: Final = (">=", ">", "<=", "<", "=", "!=", "exists")
OPERATORS: Final = {
    Kind.FLAG: ("=",),
    Kind.TEXT: ("=", "!=", "in", "not in", "exists"),
}
UNITS: Final = {Kind.MONEY: gettext_lazy("yuan"), Kind.RATIO: "%"}
COLOURS: Final = {
    "gold": gettext_lazy("Gold"),
    "green": gettext_lazy("Green"),
    "blue": gettext_lazy("Blue"),
    "violet": gettext_lazy("Violet"),
    "grey": gettext_lazy("Grey"),
    "red": gettext_lazy("Red"),
}


@dataclass
class RowDraft:
    """One comparison as typed."""

    field: str = "amount_365"
    operator: str = ">="
    value: str = ""
    error: str = ""

    @property
    def kind(self) -> Kind:
        """What the chosen figure holds."""
        return FIELDS[self.field].kind

    @property
    def operators(self) -> list[tuple[str, Any]]:
        """The comparisons that make sense for the figure."""
        return [(sign, SIGNS[sign]) for sign in OPERATORS.get(self.kind, ORDERED)]

    @property
    def unit(self) -> Any:
        """What stands behind the value."""
        return UNITS.get(self.kind, "") if self.operator != "exists" else ""

    @property
    def is_yes_or_no(self) -> bool:
        """Whether the value is one of two."""
        return self.kind is Kind.FLAG or self.operator == "exists"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The values to choose from, where they are few and one is wanted."""
        is_one = self.operator in {"=", "!="}
        return [(key, _(words)) for key, words in FIELDS[self.field].choices.items()] if is_one else []

    @property
    def input_type(self) -> str:
        """The type of the value's input."""
        return {Kind.DATE: "date", Kind.TEXT: "text"}.get(self.kind, "number")

    def data(self) -> list[Any]:
        """The comparison as it stands in playbooks; leaves a sentence in `error` where the value is wrong."""
        try:
            return [self.field, self.operator, self._value()]
        except (ValueError, InvalidOperation):
            self.error = {
                Kind.MONEY: _("Write an amount in yuan, such as 500000."),
                Kind.RATIO: _("Write a percentage, such as 10."),
                Kind.WHOLE: _("Write a whole number."),
                Kind.DATE: _("Choose a day."),
            }.get(self.kind, _("Write a value."))
            return [self.field, self.operator, None]

    def _value(self) -> Any:
        text = self.value.strip()
        if self.is_yes_or_no:
            return text != "no"
        if not text:
            raise ValueError
        match self.kind:
            case Kind.WHOLE:
                return int(text)
            case Kind.MONEY:
                amount = Decimal(text).quantize(Decimal("0.01"))
                return int(amount) if amount == amount.to_integral_value() else float(amount)
            case Kind.RATIO:
                return float(Decimal(text) / 100)
            case Kind.DATE:
                return date.fromisoformat(text).isoformat()
        if self.operator in {"in", "not in"}:
            return [part.strip() for part in text.replace("、", ",").replace("，", ",").split(",") if part.strip()]
        return text


@dataclass
class TierDraft:
    """One tier as typed: alternatives of comparisons; none at all means everyone else."""

    key: str
    zh: str = ""
    en: str = ""
    colour: str = "grey"
    groups: list[list[RowDraft]] = field(default_factory=list)


@dataclass
class SchemeDraft:
    """The whole scheme as typed."""

    key: str
    zh: str
    en: str
    window_days: str
    count_orders_by: str
    tiers: list[TierDraft]
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of_spec(cls, spec: TierScheme) -> SchemeDraft:
        """The scheme in force, ready to be edited."""
        return cls(
            key=spec.key,
            zh=spec.name.zh,
            en=spec.name.en,
            window_days=str(spec.window_days),
            count_orders_by=spec.count_orders_by,
            tiers=[_tier_draft(tier) for tier in spec.tiers],
        )

    @classmethod
    def of_post(cls, key: str, post: Mapping[str, str]) -> SchemeDraft:
        """What the form holds; nothing is refused here."""
        return cls(
            key=key,
            zh=post.get("zh", ""),
            en=post.get("en", ""),
            window_days=post.get("window_days", ""),
            count_orders_by="day" if post.get("count_orders_by") == "day" else "order",
            tiers=[_posted_tier(post, f"tiers-{i}") for i in _places(lambda i: f"tiers-{i}-key" in post, MOST_TIERS)],
        )

    def change(self, wish: str) -> None:
        """Carry out a button of the form, such as `add-row:0:1` or `up:2`; one that makes no sense does nothing."""
        word, *rest = wish.split(":")
        places = [int(part) for part in rest if part.isdecimal()]
        try:
            _CHANGES[word](self, *places)
        except (KeyError, IndexError, TypeError):
            return

    def definition(self) -> dict[str, Any] | None:
        """The scheme as it stands in playbooks; None where a value is wrong, with the sentences in their places."""
        tiers = [self._tier(tier, is_last=tier is self.tiers[-1]) for tier in self.tiers]
        if not self.window_days.isdecimal() or not 1 <= int(self.window_days) <= 3650:
            self.errors.append(_("The window is a whole number of days from 1 to 3650."))
        if not self.zh.strip():
            self.errors.append(_("Give the scheme a name."))
        if self.errors or any(row.error for tier in self.tiers for group in tier.groups for row in group):
            return None
        return {
            "key": self.key,
            "name": _names(self.zh, self.en),
            "method": "tiers",
            "window_days": int(self.window_days),
            "count_orders_by": self.count_orders_by,
            "tiers": tiers,
        }

    def _tier(self, tier: TierDraft, *, is_last: bool) -> dict[str, Any]:
        if not tier.zh.strip() and not tier.en.strip():
            self.errors.append(_("Give every tier a name."))
        groups = [[row.data() for row in group] for group in tier.groups if group]
        said: dict[str, Any] = {"key": tier.key, "name": _names(tier.zh, tier.en), "colour": tier.colour}
        if not groups:
            if not is_last:
                sentence = _("“%(tier)s” has no condition: only the last tier may take everyone else.")
                self.errors.append(sentence % {"tier": tier.zh or tier.en})
            return said
        parts = [group[0] if len(group) == 1 and len(groups) > 1 else {"all": group} for group in groups]
        return said | {"when": parts[0] if len(parts) == 1 else {"any": parts}}


def with_unchanged_kept(definition: dict[str, Any], spec: TierScheme) -> dict[str, Any]:
    """The definition, with conditions that mean what they did written as they were."""
    before = {tier.key: tier.when for tier in spec.tiers if tier.when is not None}
    tiers = []
    for tier in definition["tiers"]:
        old, new = before.get(tier["key"]), tier.get("when")
        is_same = old is not None and new and alternatives(parse(new, fields=FIELDS)) == alternatives(old)
        tiers.append({**tier, "when": to_data(old, fields=FIELDS)} if is_same and old is not None else tier)
    return {**definition, "tiers": tiers}


def _names(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh.strip() or en.strip(), "en": en.strip() or zh.strip()}


def _places(is_there: Callable[[int], bool], most: int) -> list[int]:
    found = []
    for place in range(most):
        if not is_there(place):
            break
        found.append(place)
    return found


def _posted_tier(post: Mapping[str, str], name: str) -> TierDraft:
    def rows(group: int) -> list[RowDraft]:
        base = f"{name}-groups-{group}-rows"
        return [_posted_row(post, f"{base}-{k}") for k in _places(lambda k: f"{base}-{k}-field" in post, MOST_TIERS)]

    groups = _places(lambda j: f"{name}-groups-{j}-rows-0-field" in post, MOST_TIERS)
    colour = post.get(f"{name}-colour", "")
    return TierDraft(
        key=post[f"{name}-key"],
        zh=post.get(f"{name}-zh", ""),
        en=post.get(f"{name}-en", ""),
        colour=colour if colour in COLOURS else "grey",
        groups=[rows(group) for group in groups],
    )


def _posted_row(post: Mapping[str, str], name: str) -> RowDraft:
    chosen = post[f"{name}-field"]
    row = RowDraft(chosen if chosen in FIELDS else "amount_365", value=post.get(f"{name}-value", ""))
    operator = post.get(f"{name}-operator", "")
    known = [sign for sign, _words in row.operators]
    row.operator = operator if operator in known else known[0]
    return row


def _tier_draft(tier: TierSpec) -> TierDraft:
    groups = [] if tier.when is None else [[_row_draft(part) for part in parts] for parts in alternatives(tier.when)]
    return TierDraft(key=tier.key, zh=tier.name.zh, en=tier.name.en, colour=tier.colour, groups=groups)


def alternatives(condition: Condition) -> list[tuple[Compare, ...]]:
    """The condition as alternatives of comparisons that hold together (its disjunctive normal form)."""
    match condition:
        case Compare():
            return [(condition,)]
        case AnyOf(parts):
            return [each for part in parts for each in alternatives(part)]
        case AllOf(parts):
            choices = product(*(alternatives(part) for part in parts))
            return [tuple(comparison for part in choice for comparison in part) for choice in choices]


def _row_draft(comparison: Compare) -> RowDraft:
    kind = FIELDS[comparison.field].kind
    value = comparison.value
    if isinstance(value, tuple):
        text = "、".join(str(part) for part in value)
    elif isinstance(value, bool):
        is_yes = value == (comparison.operator != "!=")
        return RowDraft(
            comparison.field, "exists" if comparison.operator == "exists" else "=", "yes" if is_yes else "no"
        )
    elif kind is Kind.MONEY:
        text = str(minor_to_yuan(int(value)))  # type: ignore[arg-type]
    elif kind is Kind.RATIO:
        text = f"{Decimal(str(value)) * 100:f}".rstrip("0").rstrip(".") if value else "0"
    else:
        text = str(value)
    return RowDraft(comparison.field, comparison.operator, text)


def _add_tier(draft: SchemeDraft) -> None:
    if len(draft.tiers) < MOST_TIERS:
        taken = {tier.key for tier in draft.tiers}
        key = next(f"tier-{number}" for number in count(1) if f"tier-{number}" not in taken)
        last_takes_the_rest = bool(draft.tiers) and not draft.tiers[-1].groups
        draft.tiers.insert(len(draft.tiers) - last_takes_the_rest, TierDraft(key, groups=[[RowDraft()]]))


def _swap(draft: SchemeDraft, place: int, other: int) -> None:
    if 0 <= other < len(draft.tiers):
        draft.tiers[place], draft.tiers[other] = draft.tiers[other], draft.tiers[place]


def _remove_row(draft: SchemeDraft, tier: int, group: int, row: int) -> None:
    groups = draft.tiers[tier].groups
    del groups[group][row]
    if not groups[group]:
        del groups[group]


_CHANGES: Final[Mapping[str, Callable[..., Any]]] = {
    "add-tier": _add_tier,
    "remove-tier": lambda draft, tier: draft.tiers.pop(tier),
    "up": lambda draft, tier: _swap(draft, tier, tier - 1),
    "down": lambda draft, tier: _swap(draft, tier, tier + 1),
    "add-group": lambda draft, tier: draft.tiers[tier].groups.append([RowDraft()]),
    "add-row": lambda draft, tier, group: draft.tiers[tier].groups[group].append(RowDraft()),
    "remove-row": _remove_row,
}
