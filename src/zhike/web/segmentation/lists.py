"""Which customers stand behind a figure of the tiers page, and how they are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer
from zhike.domain.segmentation import queries
from zhike.domain.segmentation.models import Standing, StandingQuerySet
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Actor
from zhike.web.segmentation.schemes import Chosen, TierLabel


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: `r` and `f` scores, or `moved` (up, down) and `days`, or `from`, `to`, two days."""

    NAMES: ClassVar = frozenset({"r", "f", "moved", "days", "from", "to", "since", "until"})

    scheme: Chosen
    title: str
    r: int | None = None
    f: int | None = None
    direction: str = ""
    pair: tuple[str, str] | None = None
    start: date
    end: date

    @classmethod
    def of(cls, query: Mapping[str, str], *, scheme: Chosen, today: date) -> Asked:
        """Read the address; raises Refused for one that makes no sense."""
        try:
            if "r" in query:
                r, f = int(query["r"]), int(query["f"])
                title = _("Recency %(r)s, frequency %(f)s") % {"r": r, "f": f}
                return cls(scheme=scheme, title=title, r=r, f=f, start=today, end=today)
            if "from" in query:
                start, end = date.fromisoformat(query["since"]), date.fromisoformat(query["until"])
                names = scheme.label(query["from"]).name, scheme.label(query["to"]).name
                title = f"{names[0]} → {names[1]}"
                return cls(scheme=scheme, title=title, pair=(query["from"], query["to"]), start=start, end=end)
            days = int(query["days"])
            title = {"up": _("Went up in %(days)s days"), "down": _("Went down in %(days)s days")}[query["moved"]]
            start = today - timedelta(days=days)
            return cls(scheme=scheme, title=title % {"days": days}, direction=query["moved"], start=start, end=today)
        except (KeyError, ValueError, OverflowError) as error:
            raise Refused(_("This list cannot be found: open it from the tiers page again.")) from error

    @property
    def everybody(self) -> str:
        """The address of all customers that are now in the tier that is asked for; empty where none is."""
        if self.pair is None or self.pair[1] not in self.scheme.tiers:
            return ""
        return f"{reverse('customers:list')}?{urlencode({'tier': f'{self.scheme.key}:{self.pair[1]}'})}"

    def standings(self, actor: Actor) -> StandingQuerySet:
        """The standings of those customers."""
        key = self.scheme.key
        if self.r is not None:
            rows = Standing.objects.for_user(actor, "view").current().filter(scheme__key=key)
            return rows.filter(recency_score=self.r, frequency_score=self.f, customer__deleted_at__isnull=True)
        if self.pair is not None:
            return queries.went(key, *self.pair, start=self.start, end=self.end, actor=actor)
        direction: Any = self.direction
        return queries.moved_to(self.scheme.spec, direction, start=self.start, end=self.end, actor=actor)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One customer of such a list."""

    customer: Customer
    standing: queries.StandingView
    tier: TierLabel
    before: TierLabel | None


def rows_of(standing_ids: Sequence[int], *, scheme: Chosen, actor: Actor) -> list[Row]:
    """The rows of the standings with these ids, in this order: two queries."""
    seen = Standing.objects.for_user(actor, "view").filter(pk__in=list(standing_ids))
    customer_of = dict(seen.values_list("pk", "customer_id"))
    customers = Customer.objects.for_user(actor, "view").select_related("owner").in_bulk(list(customer_of.values()))
    tiers = queries.tiers_of(customer_of.values(), actor=actor)
    found = (
        (customer_of[pk], tiers.get(customer_of[pk], {}).get(scheme.key)) for pk in standing_ids if pk in customer_of
    )
    return [
        Row(
            customer=customers[pk],
            standing=standing,
            tier=scheme.label(standing.tier),
            before=scheme.label(standing.previous_tier) if standing.previous_tier else None,
        )
        for pk, standing in found
        if standing is not None and pk in customers
    ]
