"""The sections of the settings, and the page around each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.web.http import StaffRequest


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of the settings; without `kind` it is everybody's own.

    Who may edit the kind `to_edit` may open it as well.
    """

    name: Any
    route: str
    icon: str
    kind: str = ""
    to_edit: str = ""
    starts_group: bool = False


SECTIONS = (
    Section(name=_("Our company"), route="settings:page", icon="building", kind="setting"),
    Section(name=_("People and departments"), route="people:list", icon="users-group", kind="person"),
    Section(name=_("Roles and permissions"), route="settings:roles", icon="shield", kind="security"),
    Section(name=_("Signing in"), route="settings:security", icon="lock", kind="security"),
    Section(name=_("Own fields"), route="settings:fields", icon="id", kind="setting"),
    Section(name=_("Service standards"), route="settings:standards", icon="list-check", kind="setting"),
    Section(name=_("Working calendar"), route="settings:calendar", icon="calendar", kind="setting"),
    Section(name=_("Retention periods"), route="privacy:retention", icon="clock", kind="privacy"),
    Section(name=_("Trail"), route="audit:keeping", icon="history", kind="audit", to_edit="security"),
    Section(name=_("Playbook"), route="settings:playbook", icon="file-text", kind="playbook"),
    Section(name=_("My profile"), route="settings:profile", icon="user", starts_group=True),
    Section(name=_("API tokens"), route="settings:tokens", icon="link"),
    Section(name=_("About"), route="settings:about", icon="info-circle", kind="setting"),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A section in the list beside the page."""

    name: str
    url: str
    icon: str
    is_current: bool
    starts_group: bool


def settings_page(
    request: StaffRequest, template: str, context: dict[str, Any] | None = None, *, route: str, status: int = 200
) -> HttpResponse:
    """Render a page of the settings with the list of those sections that the person may open."""
    entries = [
        Entry(
            name=str(section.name),
            url=reverse(section.route),
            icon=section.icon,
            is_current=section.route == route,
            starts_group=section.starts_group,
        )
        for section in SECTIONS
        if not section.kind
        or request.user.may(section.kind, "view")
        or (section.to_edit and request.user.may(section.to_edit, "edit"))
    ]
    return render(request, template, {**(context or {}), "sections": entries}, status=status)
