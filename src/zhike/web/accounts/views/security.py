"""How people sign in: the policy, the three administrators, the company's own provider."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.domain.accounts import queries as accounts
from zhike.domain.accounts import rules, services
from zhike.domain.identity import queries
from zhike.domain.identity import services as identity
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.accounts.forms import PolicyForm, ProviderForm, SeparationForm
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast

ROUTE = "settings:security"


@require_http_methods(["GET", "POST"])
@requires("security", "view", to_change="edit")
def page(request: StaffRequest) -> HttpResponse:
    """Passwords, second factors and sessions of everybody."""
    policy = queries.policy()
    form = PolicyForm(posted(request), policy=policy)
    if request.method == "POST" and form.is_valid():
        try:
            identity.change_policy(**form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved. Sessions follow at once, passwords when they are next used."))
            return redirect(ROUTE)
    context = {
        "form": form,
        "policy": policy,
        "provider": queries.provider(),
        "are_separate": accounts.administrators_are_separate(),
        "keepers": _keepers(),
        "may_edit": request.user.may("security", "edit"),
    }
    return settings_page(request, "accounts/security.html", context, route=ROUTE, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("security", "view", to_change="edit")
def separation(request: StaffRequest) -> HttpResponse:
    """Split the administrators' work among three people; only the console puts it together again."""
    form = SeparationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.separate_administrators(**form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("The administrators are three people from now on."))
            return redirect("settings:profile")
    context = {"form": form, "are_separate": accounts.administrators_are_separate(), "keepers": _keepers()}
    return settings_page(request, "accounts/separation.html", context, route=ROUTE, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("security", "view", to_change="edit")
def provider(request: StaffRequest) -> HttpResponse:
    """The provider with which people may sign in."""
    form = ProviderForm(posted(request), provider=queries.provider())
    if request.method == "POST" and form.is_valid():
        try:
            identity.change_provider(**form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved. Try it in a private window before you leave this one."))
            return redirect("settings:provider")
    context = {
        "form": form,
        "may_edit": request.user.may("security", "edit"),
        "callback": request.build_absolute_uri(reverse("sign_on_callback")),
    }
    return settings_page(request, "accounts/provider.html", context, route=ROUTE, status=422 if form.errors else 200)


def _keepers() -> list[tuple[str, str]]:
    """The three administrators: role key and name."""
    if not accounts.administrators_are_separate():
        return []
    return [(key, person.name) for key in rules.SEPARATE for person in accounts.active_administrators(key)]
