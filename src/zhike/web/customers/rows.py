"""What a row of the list shows, ready for the template tag `rows`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypedDict

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer
from zhike.flows.directory import Entry
from zhike.kernel.sensitivity import DOTS
from zhike.web.templatetags.customers import badges, tag_links
from zhike.web.templatetags.display import avatar, day, money_short

NOTHING: Final = SafeString('<span class="quiet">–</span>')


class Row(TypedDict):
    """One customer as the list shows it: texts, and pieces of markup where there may be nothing to show."""

    at: str
    pk: int
    name: str
    number: str
    star: SafeString
    tags: SafeString
    tiers: SafeString
    lifecycle: str
    stage: str
    owner: SafeString
    year: str
    last_order: str
    promises: SafeString
    region: str
    created: str


def rows(entries: Iterable[Entry]) -> list[Row]:
    """The rows of these entries, in the reader's language."""
    at = reverse("customers:list")
    stages = {stage.value: str(stage.label) for stage in Customer.Lifecycle}
    return [_row(entry, f"{at}{entry.customer.number}/", stages) for entry in entries]


def _row(entry: Entry, at: str, stages: Mapping[str, str]) -> Row:
    customer, glance = entry.customer, entry.glance
    return Row(
        at=at,
        pk=customer.pk,
        name=customer.name,
        number=customer.number,
        star=_star(customer.get_strategic_display()) if customer.strategic else SafeString(),
        tags=tag_links(entry.tags),
        tiers=badges(entry.tiers),
        lifecycle=customer.lifecycle,
        stage=stages[customer.lifecycle],
        owner=avatar(customer.owner.name) if customer.owner else _quiet(_("Nobody")),
        year=money_short(glance.year_minor) if glance.year_minor else NOTHING,
        last_order=day(glance.last_order_on),
        promises=_promises(entry),
        region=customer.region,
        created=day(customer.created_at),
    )


def _star(word: str) -> SafeString:
    mark = '<svg class="icon icon-star" role="img" aria-label="{0}"><title>{0}</title><use href="{1}#star"/></svg>'
    return format_html(mark, word, static("dist/icons.svg"))


def _promises(entry: Entry) -> SafeString:
    overdue, still_open = entry.glance.overdue_promises, entry.glance.open_promises
    if overdue:
        return format_html('<span class="pill pill-overdue">{} {}</span>', _("Overdue"), overdue)
    if still_open:
        return _quiet(f"{_('Open')} {still_open}")
    return NOTHING if entry.tells_every_promise else _quiet(DOTS)


def _quiet(text: str) -> SafeString:
    return format_html('<span class="quiet">{}</span>', text)
