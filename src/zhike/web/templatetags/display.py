"""How values look on a page: money, days, clocks, initials, form controls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import in_reader_language
from zhike.kernel import clock
from zhike.kernel.money import yuan
from zhike.kernel.sensitivity import DOTS
from zhike.web.toasts import undo_address

register = template.Library()
register.filter("undo_address", undo_address)

_SELECTED = SafeString(" selected")
_SET = SafeString(" filter-set")

TONES = 8
"""The number of quiet colours an avatar may have (`tone-0` … `tone-7` in the stylesheet)."""


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """One picture of the icon sheet. It is decoration unless it has a `label`, which is then read aloud.

    A tag and not a component: a page has dozens, and a component costs ten times as much.
    """
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    sheet = static("dist/icons.svg")
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', spoken, sheet, name)


@register.filter
def money(minor: int | str | None) -> str:
    """Minor units as people read them: `120050` → `¥1,200.50`; nothing → a dash; a mask stays as it is."""
    if isinstance(minor, str):
        return minor
    return "–" if minor is None else yuan(minor)


@register.filter
def seen(text: str, is_seen: bool) -> str:
    """The text, or dots in its place for readers who may not see it."""
    return text if is_seen else DOTS


@register.filter
def money_short(minor: int | str | None) -> str:
    """Minor units to three figures: `120000000` → `¥120 万` in Chinese, `¥1.2M` in English; a mask stays as it is."""
    if isinstance(minor, str):
        return minor
    if minor is None:
        return "–"
    whole = minor / 100
    chinese = (get_language() or "").startswith("zh")
    steps = ((1e8, " 亿"), (1e4, " 万")) if chinese else ((1e9, "B"), (1e6, "M"), (1e4, "k"))
    for size, unit in steps:
        if abs(whole) >= size:
            divisor = 1e3 if unit == "k" else size
            return f"{'-' if whole < 0 else ''}¥{_three_figures(abs(whole) / divisor)}{unit}"
    return yuan(round(whole) * 100)


def _three_figures(value: float) -> str:
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def number(value: float | None) -> str:
    """A figure with thousands separated; whole numbers without decimals, others with at most two."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


@register.filter
def percent(share: float | None) -> str:
    """A share of one as a percentage: `0.253` → `25.3%`."""
    return "–" if share is None else f"{share * 100:.1f}".rstrip("0").rstrip(".") + "%"


@register.filter
def day(value: date | datetime | None) -> str:
    """`2024-03-15`; an instant becomes the day it is where the company works."""
    if value is None:
        return "–"
    return (clock.local_date(value) if isinstance(value, datetime) else value).isoformat()


@register.filter
def moment(instant: datetime | None) -> str:
    """`2024-03-15 14:30`, where the company works."""
    return "–" if instant is None else instant.astimezone(clock.COMPANY_ZONE).strftime("%Y-%m-%d %H:%M")


def due_text(due: datetime, now: datetime) -> str:
    """How long until, or since, a deadline, in its largest whole unit; `clocks.js` says the same each minute."""
    overdue = due < now
    minutes = int(abs(due - now) / timedelta(minutes=1))
    if minutes < 60:
        return (_("overdue %(n)s min") if overdue else _("in %(n)s min")) % {"n": minutes}
    if minutes < 24 * 60:
        return (_("overdue %(n)s h") if overdue else _("in %(n)s h")) % {"n": minutes // 60}
    return (_("overdue %(n)s d") if overdue else _("in %(n)s d")) % {"n": minutes // (24 * 60)}


def due_state(due: datetime, now: datetime) -> str:
    """`overdue`, `soon` (within 24 hours) or `later`."""
    if due < now:
        return "overdue"
    return "soon" if due - now < timedelta(hours=24) else "later"


@register.filter
def due_in(due: datetime) -> str:
    """`due_text` at this moment."""
    return due_text(due, clock.now())


@register.filter
def urgency(due: datetime) -> str:
    """`due_state` at this moment."""
    return due_state(due, clock.now())


@register.filter
def tone(name: str) -> int:
    """The same quiet colour for the same name, always."""
    return crc32(str(name).encode()) % TONES


@register.filter
def initials(name: str) -> str:
    """What an avatar shows: the last two characters of a Chinese name, the first letters of others."""
    words = str(name).split()
    if not words:
        return "?"
    if not words[-1].isascii():
        return words[-1][-2:]
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
@lru_cache(maxsize=4096)
def avatar(name: str) -> SafeString:
    """The avatar and the name of a colleague, for the rows of a list; elsewhere it is the component `person`."""
    mark = format_html('<span class="avatar-mark tone-{}" aria-hidden="true">{}</span>', tone(name), initials(name))
    return format_html('<span class="person">{}<span class="person-text">{}</span></span>', mark, name)


@register.filter
def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """The options of a select, the chosen one marked; values are compared as text, for an address is nothing else."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, _SELECTED if str(value) == str(chosen) else "", text) for value, text in choices),
    )


@register.simple_tag
def filter_choice(
    name: str, label: str, choices: Iterable[tuple[Any, Any]], chosen: object = "", unset: str = ""
) -> SafeString:
    """A select by which a list is narrowed, marked while it is; `unset` is the choice of not narrowing.

    A tag and not a component: a list has half a dozen, and it is what people wait for most often.
    """
    value = "" if chosen is None else str(chosen)
    return format_html(
        '<label class="filter{}"><span class="filter-label">{}</span>'
        '<select class="form-select" name="{}">{}{}</select></label>',
        _SET if value else "",
        label,
        name,
        format_html('<option value="">{}</option>', unset) if unset else "",
        options(choices, value),
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """The bound field's control with the product's classes; Django itself adds the links to help and errors."""
    widget = field.field.widget
    attrs: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {_control_class(widget)}".strip()}
    if field.errors:
        attrs["class"] += " is-invalid"
    return field.as_widget(attrs=attrs)


def _control_class(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control form-file" if isinstance(widget, FileInput) else "form-control"


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    """Whether the control is one box, whose label belongs beside it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the control is several inputs, which want a fieldset and a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.simple_tag(takes_context=True)
def sort_address(context: Context, name: str, current: str, first: str = "") -> str:
    """Where a click on a heading leads: the same list, ascending, then descending, from its first page.

    `first` says “descending” where the largest and the latest are looked for first.
    """
    query = context["request"].GET.copy()
    up, down = name, f"-{name}"
    steps = {down: up} if first == "descending" else {up: down}
    query["sort"] = steps.get(current, next(iter(steps)))
    for page in ("after", "before"):
        query.pop(page, None)
    return f"?{query.urlencode()}"


@register.filter
def sort_state(current: str, name: str) -> str:
    """`aria-sort` of a heading under the present `sort`."""
    if current == name:
        return "ascending"
    return "descending" if current == f"-{name}" else "none"


@register.filter
def named(names: dict[str, str]) -> str:
    """The name in the reader's language out of `{"zh": …, "en": …}`."""
    return in_reader_language(names, get_language() or "zh-hans")
