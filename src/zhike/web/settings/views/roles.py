"""Roles, and the table of what each may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhike.domain.accounts import queries, rules, services
from zhike.domain.accounts.models import in_reader_language
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Level
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.settings.forms import LEVEL_NAMES, PermissionForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast

KIND_NAMES = {
    "customer": gettext_lazy("Customers"),
    "contact": gettext_lazy("Contacts"),
    "order": gettext_lazy("Orders"),
    "interaction": gettext_lazy("Interactions"),
    "commitment": gettext_lazy("Promises"),
    "tier": gettext_lazy("Tiers"),
    "import": gettext_lazy("Imports"),
    "person": gettext_lazy("Staff"),
    "setting": gettext_lazy("Settings"),
    "security": gettext_lazy("Access and sign-in"),
    "playbook": gettext_lazy("Playbooks"),
    "finance": gettext_lazy("Amounts of money"),
    "audit": gettext_lazy("Trail of everybody"),
    "privacy": gettext_lazy("Personal information"),
}
ACTION_NAMES = {
    "view": pgettext_lazy("an action", "View"),
    "create": pgettext_lazy("an action", "Create"),
    "edit": pgettext_lazy("an action", "Edit"),
    "delete": pgettext_lazy("an action", "Delete"),
    "assign": pgettext_lazy("an action", "Assign"),
    "share": pgettext_lazy("an action", "Share"),
    "reveal": pgettext_lazy("an action", "Reveal"),
    "export": pgettext_lazy("an action", "Export"),
    "approve": pgettext_lazy("an action", "Approve"),
}

SHORT_LEVEL_NAMES = {
    Level.DEPARTMENT: pgettext_lazy("a level", "Dept."),
    Level.BELOW: pgettext_lazy("a level", "Dept.+"),
}
"""Where many stand side by side."""


@require_safe
@requires("security", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """What every role may see: the first question anybody asks of permissions."""
    table, people = queries.permission_table(), queries.people_in_roles()
    rows = [
        {
            "role": role,
            "name": _role_name(role.name, role.key),
            "people": people[role.pk],
            "cells": [
                {"kind": KIND_NAMES[kind], **_cell(table[role.key].get((kind, "view"), Level.NONE))}
                for kind in rules.KINDS
            ],
        }
        for role in queries.roles()
    ]
    context = {"rows": rows, "kinds": [KIND_NAMES[kind] for kind in rules.KINDS]}
    return settings_page(request, "settings/roles.html", context, route="settings:roles")


@require_http_methods(["GET", "POST"])
@requires("security", "view", to_change="edit")
def page(request: StaffRequest, key: str) -> HttpResponse:
    """One role: kinds of record down, actions across, a level in each cell."""
    role = queries.role(key)
    levels = queries.permission_table()[role.key]
    form = PermissionForm(request.POST if request.method == "POST" else None, role=role, levels=levels)
    name = _role_name(role.name, role.key)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_permissions(role=role, levels=form.levels, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("%(role)s: %(changed)s permissions changed.") % {"role": name, "changed": changed})
            return redirect("settings:role", key=key)
    context = {
        "role": role,
        "name": name,
        "form": form,
        "grid": _grid(form),
        "actions": [ACTION_NAMES[action] for action in rules.ACTIONS],
        "may_edit": request.user.may("security", "edit"),
        "is_administrator": role.key == rules.ADMINISTRATOR,
    }
    return settings_page(
        request, "settings/role.html", context, route="settings:roles", status=422 if form.errors else 200
    )


def _grid(form: PermissionForm) -> list[dict[str, Any]]:
    return [
        {
            "name": KIND_NAMES[kind],
            "cells": [
                {
                    "field": form[f"{kind}.{action}"],
                    "label": f"{KIND_NAMES[kind]} · {ACTION_NAMES[action]}",
                    **_cell(Level(int(form[f"{kind}.{action}"].value()))),
                }
                if action in actions
                else None
                for action in rules.ACTIONS
            ],
        }
        for kind, actions in rules.KINDS.items()
    ]


def _cell(level: Level) -> dict[str, Any]:
    return {"level": level.value, "words": LEVEL_NAMES[level], "chip": SHORT_LEVEL_NAMES.get(level, LEVEL_NAMES[level])}


def _role_name(names: dict[str, str], key: str) -> str:
    return in_reader_language(names, get_language() or "zh-hans") or key
