"""What is one's own: name, language, password, second factor, sessions and tokens on one page."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.accounts import queries as accounts
from zhike.domain.accounts import services as accounts_services
from zhike.domain.accounts.models import User
from zhike.domain.identity import queries, services
from zhike.kernel import clock
from zhike.web.accounts.adapter import speak
from zhike.web.accounts.forms import ProfileForm
from zhike.web.accounts.words import sessions_shown
from zhike.web.http import StaffRequest
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Change what is one's own; the pages speak the chosen language from the next one on."""
    person = request.user
    initial = {"name": person.name, "language": person.language}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        accounts_services.change_profile(person=person, now=clock.now(), **form.cleaned_data)
        language = form.cleaned_data["language"]
        with override(language):
            toast(request, _("Saved."))
        response = redirect("settings:profile")
        speak(response, language)
        return response
    status = 422 if form.errors else 200
    context = {"form": form, "person": person, **_protection(request)}
    return settings_page(request, "accounts/profile.html", context, route="settings:profile", status=status)


@require_http_methods(["DELETE"])
def session(request: StaffRequest, key: str) -> HttpResponse:
    """Sign one of the own browsers out."""
    services.end_session(person=request.user, key=key, actor=request.user, now=clock.now())
    toast(request, _("That device is signed out."))
    return HttpResponseClientRefresh()


@require_http_methods(["DELETE"])
def sessions(request: StaffRequest) -> HttpResponse:
    """Sign all own browsers out but this one."""
    own: Any = request.session
    services.end_sessions(person=request.user, actor=request.user, now=clock.now(), besides=own.digest)
    toast(request, _("Everything but this device is signed out."))
    return HttpResponseClientRefresh()


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Another language from now on; with a person signed in, at the next log-in as well."""
    response: HttpResponse = set_language(request)
    chosen = request.POST.get("language", "")
    if chosen in User.Language.values:
        speak(response, chosen)
        if isinstance(request.user, User):
            person = request.user
            accounts_services.change_profile(person=person, name=person.name, language=chosen, now=clock.now())
    return response


def _protection(request: StaffRequest) -> dict[str, Any]:
    own: Any = request.session
    person, now = request.user, clock.now()
    factors = {factor.type: factor for factor in queries.second_factors(person)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    rule = queries.policy()
    return {
        "has_second_factor": Authenticator.Type.TOTP in factors,
        "must_have_second_factor": queries.needs_second_factor(person, rule),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "password": queries.password_age(person, now=now),
        "policy": rule,
        "sessions": sessions_shown(queries.live_sessions(person, now=now), here=own.digest),
        "tokens": accounts.api_tokens(person).filter(revoked_at__isnull=True, expires_at__gt=now),
    }
