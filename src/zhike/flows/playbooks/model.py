"""What a playbook may say. Anything else in the file is an error, and so is anything that could never happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

from zhike.domain.accounts.models import in_reader_language
from zhike.domain.accounts.rules import COMPANY_WIDE, FORMER_CELLS, KINDS, parse_hours
from zhike.domain.commitments.rules.cycles import parse_cadence
from zhike.domain.commitments.rules.due import RuleError, parse_rule
from zhike.domain.commitments.rules.escalation import AT_THE_DEADLINE, ORDINARY_STEPS, parse_steps
from zhike.domain.segmentation.rules import SchemeSpec
from zhike.kernel.scope import Level

EVENTS: Final = ("first_contact", "key_change", "leaving_mentioned", "competitor_mentioned")
"""What happens to a customer that a standard can answer."""

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LEVELS: Final = {level.name.lower(): level for level in Level}
Key: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
RoleKey: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Place: TypeAlias = tuple[str | int, ...]


_HOURS = gettext_lazy("expected hours such as 09:00-12:00, 13:30-18:00, or an empty text for a day off")
_RULE = gettext_lazy(
    "expected a whole number and hours, working hours, days, working days, weeks or months, such as 2 working hours"
)
_CADENCE = gettext_lazy("expected month, quarter, half-year, year, or a number of weeks such as 2 weeks")
_STEPS = gettext_lazy("expected steps such as [due, 1 working day]")


def _read_hours(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError(_HOURS)
    try:
        return tuple(parse_hours(value))
    except ValueError as error:
        raise ValueError(_HOURS) from error


def _read_level(value: Any) -> Level:
    if value not in LEVELS:
        raise ValueError(_("expected one of %(known)s") % {"known": ", ".join(LEVELS)})
    return LEVELS[value]


def _checked_rule(text: str) -> str:
    try:
        return str(parse_rule(text))
    except RuleError as error:
        raise ValueError(_RULE) from error


def _checked_cadence(text: str) -> str:
    try:
        return str(parse_cadence(text))
    except RuleError as error:
        raise ValueError(_CADENCE) from error


def _checked_steps(steps: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(AT_THE_DEADLINE if step is None else str(step) for step in parse_steps(steps))
    except RuleError as error:
        raise ValueError(_STEPS) from error


Hours: TypeAlias = Annotated[tuple[str, ...], PlainValidator(_read_hours)]
LevelName: TypeAlias = Annotated[Level, PlainValidator(_read_level)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """A text in both languages of the interface."""

    zh: str = Field(min_length=1, max_length=1000)
    en: str = Field(min_length=1, max_length=1000)


class ShortWords(_Part):
    """A name in both languages of the interface."""

    zh: str = Field(min_length=1, max_length=80)
    en: str = Field(min_length=1, max_length=80)


class Week(_Part):
    """Opening hours of each weekday; an empty text is a day off."""

    monday: Hours
    tuesday: Hours
    wednesday: Hours
    thursday: Hours
    friday: Hours
    saturday: Hours
    sunday: Hours


class SingleDay(_Part):
    """A day on which the company departs from the official calendar."""

    day: date
    name: str = Field(min_length=1, max_length=80)
    is_working: bool


class WorkingTime(_Part):
    """When the company works: its week, whether it keeps China's public holidays, and single days."""

    week: Week
    public_holidays: Literal["china", "none"] = "china"
    exceptions: tuple[SingleDay, ...] = ()

    def opening_hours(self) -> dict[str, Any]:
        """The week as the company keeps it: seven lists of hours, Monday first."""
        return {
            "week": [list(getattr(self.week, day)) for day in DAYS],
            "public_holidays": self.public_holidays,
        }


class PlaybookRole(_Part):
    """A job and what it may do: kind of record → action → how far."""

    key: RoleKey
    name: ShortWords
    may: dict[str, dict[str, LevelName]]

    def levels(self) -> dict[tuple[str, str], Level]:
        """The cells of the table of permissions that are more than none, and mean something still."""
        return {
            (kind, action): level
            for kind, actions in self.may.items()
            for action, level in actions.items()
            if level > Level.NONE and (kind, action) not in FORMER_CELLS
        }


class Audience(_Part):
    """For whom a standard is: some tiers of one scheme."""

    scheme: Key
    tiers: tuple[str, ...] = Field(min_length=1)


class Standard(_Part):
    """A promise: either `when` an event happens, `within` a time; or `every` cycle for customers of some tiers."""

    key: Key
    name: ShortWords
    content: Words | None = None
    guide: Words | None = None
    when: Literal[EVENTS] | None = None  # type: ignore[valid-type]
    within: Annotated[str, AfterValidator(_checked_rule)] | None = None
    every: Annotated[str, AfterValidator(_checked_cadence)] | None = None
    audience: Audience | None = Field(default=None, alias="for")
    by: RoleKey = "owner"
    through: Literal["any", "phone", "visit", "wechat", "email", "meeting", "task"] = "any"
    escalate: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_checked_steps)] = ORDINARY_STEPS


class Playbook(_Part):
    """A whole configuration. The first scheme is the one whose tiers are shown first."""

    key: Key
    name: ShortWords
    summary: Words
    working_time: WorkingTime
    roles: tuple[PlaybookRole, ...]
    schemes: tuple[SchemeSpec, ...] = Field(min_length=1)
    standards: tuple[Standard, ...]

    def name_in(self, language: str) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name.model_dump(), language)

    def summary_in(self, language: str) -> str:
        """What it is for, in the reader's language."""
        return in_reader_language(self.summary.model_dump(), language)


def contradictions(playbook: Playbook) -> Iterator[tuple[Place, str]]:
    """What is well formed but does not fit together: where, and what was expected there."""
    roles = {role.key for role in playbook.roles} | {"owner", "head"}
    tiers = {scheme.key: {tier.key for tier in scheme.tier_list()} for scheme in playbook.schemes}
    for part in ("roles", "schemes", "standards"):
        yield from _repeated(part, [item.key for item in getattr(playbook, part)])
    for number, role in enumerate(playbook.roles):
        yield from _impossible_permissions(number, role)
    for number, standard in enumerate(playbook.standards):
        place: Place = ("standards", number)
        yield from _mixed_up(place, standard)
        if standard.by not in roles:
            yield (*place, "by"), _("expected owner, head or a role of this file: %(known)s") % _known(sorted(roles))
        if standard.audience and standard.audience.scheme not in tiers:
            yield (*place, "for", "scheme"), _("expected a scheme of this file: %(known)s") % _known(tiers)
        elif standard.audience:
            known = tiers[standard.audience.scheme]
            for position, tier in enumerate(standard.audience.tiers):
                if tier not in known:
                    yield (
                        (*place, "for", "tiers", position),
                        _("expected a tier of this scheme: %(known)s") % _known(sorted(known)),
                    )


def _mixed_up(place: Place, standard: Standard) -> Iterator[tuple[Place, str]]:
    if (standard.when is None) == (standard.every is None):
        yield place, _("expected either `when` and `within`, or `every`")
    elif standard.when and standard.within is None:
        yield place, _("expected `within` beside `when`, such as within: 1 working day")
    elif standard.every and standard.within is not None:
        yield (*place, "within"), _("expected nothing: an item of a care plan is due on its day")
    elif standard.every and standard.audience is None:
        yield place, _("expected `for` beside `every`: the scheme and the tiers it is promised to")


def _repeated(part: str, keys: list[str]) -> Iterator[tuple[Place, str]]:
    for number, key in enumerate(keys):
        if key in keys[:number]:
            yield (part, number, "key"), _("expected a key that is not used above")


def _impossible_permissions(number: int, role: PlaybookRole) -> Iterator[tuple[Place, str]]:
    for kind, actions in role.may.items():
        if kind not in KINDS:
            yield ("roles", number, "may", kind), _("expected one of %(known)s") % _known(KINDS)
            continue
        for action, level in actions.items():
            place: Place = ("roles", number, "may", kind, action)
            if action not in KINDS[kind] and (kind, action) not in FORMER_CELLS:
                yield place, _("expected one of %(known)s") % _known(KINDS[kind])
            elif (kind, action) in COMPANY_WIDE and level not in (Level.NONE, Level.ALL):
                yield place, _("expected all or none: this is about the whole company")


def _known(names: Iterable[str]) -> dict[str, str]:
    return {"known": ", ".join(names)}
