"""What stands around every page of one scheme: the schemes to choose from, its tabs, the last evaluation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.domain.segmentation import queries
from zhike.domain.segmentation.models import SchemeVersion
from zhike.domain.segmentation.rules import RfmScheme, SchemeSpec, in_language
from zhike.kernel import requests
from zhike.kernel.errors import NotFound
from zhike.web.http import StaffRequest

PALEST = 4
TABS = (
    ("scheme", gettext_lazy("Overview")),
    ("heat_map", gettext_lazy("RFM heat map")),
    ("migration", gettext_lazy("Migration")),
    ("overrides", gettext_lazy("Set by hand")),
    ("versions", gettext_lazy("Versions")),
)


@dataclass(frozen=True, kw_only=True)
class TierLabel:
    """A tier as a badge: its name, and its place from the top up to the palest colour."""

    key: str
    name: str
    rank: int


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The scheme that a page is about, in the reader's language."""

    version: SchemeVersion
    spec: SchemeSpec
    key: str
    name: str
    tiers: dict[str, TierLabel]
    others: tuple[Chosen, ...] = ()

    @property
    def is_rfm(self) -> bool:
        """Whether customers are scored."""
        return isinstance(self.spec, RfmScheme)

    def label(self, key: str) -> TierLabel:
        """The badge of a tier, also of one that an earlier version had."""
        return self.tiers.get(key) or TierLabel(key=key, name=key, rank=PALEST)


def labels(spec: SchemeSpec) -> dict[str, TierLabel]:
    """The badges of all tiers of a scheme, best first."""
    language = get_language() or "zh-hans"
    return {
        tier.key: TierLabel(key=tier.key, name=in_language(tier.name, language), rank=min(rank, PALEST))
        for rank, tier in enumerate(spec.tier_list(), start=1)
    }


def chosen(key: str) -> Chosen:
    """The version in force of a scheme, or of the primary one where no key is given; raises NotFound."""
    everything = [of_version(version) for version in queries.versions_in_force()]
    if key:
        wanted = [each for each in everything if each.key == key]
    else:
        wanted = sorted(everything, key=lambda each: not each.version.scheme.is_primary)
    if not wanted:
        raise NotFound(_("There is no scheme “%(key)s”.") % {"key": key})
    return replace(wanted[0], others=tuple(everything))


def of_version(version: SchemeVersion) -> Chosen:
    """A version as pages show it."""
    spec = queries.spec_of(version)
    name = in_language(spec.name, get_language() or "zh-hans")
    return Chosen(version=version, spec=spec, key=version.scheme.key, name=name, tiers=labels(spec))


def scheme_page(
    request: StaffRequest, template: str, context: dict[str, Any], *, scheme: Chosen, tab: str, status: int = 200
) -> HttpResponse:
    """Render a tab of a scheme: alone when the tabs ask for it, else with the page around it."""
    whole = {**context, "scheme": scheme, "tab": tab}
    if request.htmx and request.htmx.target == "tab-panel":
        return render(request, template, whole, status=status)
    whole |= {
        "panel": template,
        "schemes": scheme.others,
        "tabs": [
            (reverse(f"segmentation:{name}", args=[scheme.key]), label, name == tab)
            for name, label in TABS
            if name != "heat_map" or scheme.is_rfm
        ],
        "may_approve": request.user.may("tier", "approve"),
        "work": _open_evaluation(),
    }
    return render(request, "segmentation/page.html", whole, status=status)


def _open_evaluation() -> Any:
    latest = requests.latest("night")
    return latest if latest is not None and latest.finished_at is None else None
