"""What a scheme of tiers may say: RFM (scores and classes) or an ordered list of tiers with conditions."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    model_validator,
)

from zhike.analytics.fields import FIELDS
from zhike.kernel.conditions import AllOf, AnyOf, Compare, Condition, parse, to_data, used_fields, yuan_to_minor
from zhike.kernel.errors import Fault
from zhike.kernel.errors import gettext_noop as _

NO_TIER: Final = "none"
LARGEST_YUAN: Final = 10**14
LONGEST_WINDOW: Final = 3650
"""Days: ten years, as the editor of schemes has it. A day that far back still lies in the calendar."""

# A yes is no 1, and a number that no column holds would end every night.
Weight: TypeAlias = Annotated[int, Field(ge=0, le=1_000, strict=True)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


def _checked_yuan(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST_YUAN:
        raise Fault(_("expected an amount in yuan"))
    return value


Yuan: TypeAlias = Annotated[int | float, BeforeValidator(_checked_yuan)]
Key: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Colour: TypeAlias = Literal["green", "blue", "gold", "grey", "red", "violet"]


def _read_condition(data: Any) -> Condition:
    if isinstance(data, AllOf | AnyOf | Compare):
        return data
    return parse(data, fields=FIELDS)


def _write_condition(condition: Condition) -> Any:
    return to_data(condition, fields=FIELDS)


Rule: TypeAlias = Annotated[
    Condition, PlainValidator(_read_condition), PlainSerializer(_write_condition, return_type=Any)
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Strict):
    """A name in both languages of the interface."""

    zh: str = Field(min_length=1, max_length=80)
    en: str = Field(min_length=1, max_length=80)


def in_language(text: Text, language: str) -> str:
    """The name in the reader's language, given as a code such as `zh-hans` or `en`."""
    return text.zh if language.startswith("zh") else text.en


class TierSpec(_Strict):
    """One tier. The first tier whose condition holds is the customer's; without a condition it is everybody else's."""

    key: Key
    name: Text
    colour: Colour = "grey"
    when: Rule | None = None


class Weights(_Strict):
    """How much each score counts in the total; whole numbers, so that totals are exact."""

    r: Weight = 1
    f: Weight = 1
    m: Weight = 1

    @model_validator(mode="after")
    def _not_all_zero(self) -> Self:
        if self.r + self.f + self.m == 0:
            raise Fault(_("at least one weight must be above 0"))
        return self


class CutOffs(_Strict):
    """Own breakpoints instead of quintiles: four ascending values each; amounts in yuan."""

    recency_days: tuple[Count, Count, Count, Count]
    orders: tuple[Count, Count, Count, Count]
    amount: tuple[Yuan, Yuan, Yuan, Yuan]

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        for name in ("recency_days", "orders", "amount"):
            values = list(getattr(self, name))
            if values != sorted(values):
                raise Fault(_("%(field)s expects four ascending values, not %(values)s"), field=name, values=values)
        if any(yuan_to_minor(value) is None for value in self.amount):
            raise Fault(_("the cut-offs of amount must be amounts in yuan with at most two decimals"))
        return self

    def breakpoints(self) -> dict[str, tuple[float, ...]]:
        """The values in the units of the figures: days, orders, 分."""
        return {
            "recency_days": tuple(map(float, self.recency_days)),
            "orders": tuple(map(float, self.orders)),
            "amount": tuple(float(yuan_to_minor(value) or 0) for value in self.amount),
        }


class Thresholds(_Strict):
    """The three numbers of the four classes."""

    churn_risk_at_most: int = Field(default=2, ge=0, le=5, strict=True)
    high_at_least: float = Field(default=4, ge=1, le=5, strict=True)
    low_below: float = Field(default=2.5, ge=1, le=5, strict=True)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_below > self.high_at_least:
            raise Fault(_("low_below must not be above high_at_least"))
        return self


class _Scheme(_Strict):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    name: Text
    window_days: int = Field(default=365, ge=1, le=LONGEST_WINDOW, strict=True)
    count_orders_by: Literal["order", "day"] = "order"


class RfmScheme(_Scheme):
    """Recency, frequency and money scored 1–5 by quintiles or own cut-offs, read as four or eight classes."""

    method: Literal["rfm"]
    weights: Weights = Weights()
    cut_offs: CutOffs | None = None
    reading: Literal["four", "eight"] = "four"
    thresholds: Thresholds = Thresholds()
    split: Literal["mean", "median"] = "mean"

    def tier_list(self) -> tuple[TierSpec, ...]:
        """All tiers a customer can have, best first, the one without purchase last."""
        return (*(FOUR_CLASSES if self.reading == "four" else EIGHT_CLASSES), NO_PURCHASE)

    def tier(self, key: str) -> TierSpec:
        """The tier of that key. Raises KeyError where the scheme has none."""
        return {tier.key: tier for tier in self.tier_list()}[key]


class TierScheme(_Scheme):
    """An ordered list of tiers with conditions over the customer's figures, such as ABC."""

    method: Literal["tiers"]
    tiers: tuple[TierSpec, ...]

    @model_validator(mode="after")
    def _distinct_and_reachable(self) -> Self:
        keys = [tier.key for tier in self.tiers]
        if not keys:
            raise Fault(_("expected at least one tier"))
        if len(set(keys)) < len(keys) or NO_TIER in keys:
            raise Fault(_("tiers want distinct keys other than none, not %(keys)s"), keys=", ".join(keys))
        for tier in self.tiers[:-1]:
            if tier.when is None:
                raise Fault(_("only the last tier may be without a condition, and “%(tier)s” is not"), tier=tier.key)
        return self

    def tier_list(self) -> tuple[TierSpec, ...]:
        """All tiers a customer can have, best first, the one for whom no condition held last."""
        return (*self.tiers, NOT_GRADED)

    def tier(self, key: str) -> TierSpec:
        """The tier of that key. Raises KeyError where the scheme has none."""
        return {tier.key: tier for tier in self.tier_list()}[key]

    def used_fields(self) -> tuple[str, ...]:
        """The figures that any of the conditions speaks of, in order of appearance."""
        spoken = (key for tier in self.tiers if tier.when is not None for key in used_fields(tier.when))
        return tuple(dict.fromkeys(spoken))


SchemeSpec: TypeAlias = Annotated[RfmScheme | TierScheme, Field(discriminator="method")]
SCHEME: Final[TypeAdapter[RfmScheme | TierScheme]] = TypeAdapter(SchemeSpec)


def _tier(key: str, zh: str, en: str, colour: Colour) -> TierSpec:
    return TierSpec(key=key, name=Text(zh=zh, en=en), colour=colour)


FOUR_CLASSES: Final = (
    _tier("high_value", "高价值", "High value", "gold"),
    _tier("potential", "潜力", "Potential", "blue"),
    _tier("low_value", "低价值", "Low value", "grey"),
    _tier("churn_risk", "流失风险", "Churn risk", "red"),
)
EIGHT_CLASSES: Final = (
    _tier("important_value", "重要价值", "Important: value", "gold"),
    _tier("important_develop", "重要发展", "Important: develop", "green"),
    _tier("important_keep", "重要保持", "Important: keep", "blue"),
    _tier("important_win_back", "重要挽留", "Important: win back", "red"),
    _tier("general_value", "一般价值", "General: value", "violet"),
    _tier("general_develop", "一般发展", "General: develop", "blue"),
    _tier("general_keep", "一般保持", "General: keep", "grey"),
    _tier("general_win_back", "一般挽留", "General: win back", "grey"),
)
NO_PURCHASE: Final = _tier(NO_TIER, "无购买", "No purchase", "grey")
NOT_GRADED: Final = _tier(NO_TIER, "未分级", "Not graded", "grey")
