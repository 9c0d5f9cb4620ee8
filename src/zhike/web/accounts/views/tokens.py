"""One's own API tokens, and those of everybody for whoever looks after access."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.accounts import queries, services
from zhike.domain.accounts.models import ApiToken
from zhike.kernel import clock
from zhike.web.accounts.forms import TokenForm
from zhike.web.accounts.words import kinds_shown
from zhike.web.http import StaffRequest
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """The tokens; a new one shows its secret in the answer that makes it, and never again."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    secret = ""
    now = clock.now()
    if request.method == "POST" and form.is_valid():
        _token, secret = services.create_api_token(
            owner=request.user,
            name=form.cleaned_data["name"],
            expires_at=now + form.lasting,
            kinds=form.cleaned_data["kinds"],
            may_write=form.cleaned_data["may_write"],
            actor=request.user,
            now=now,
        )
    context = {
        "form": TokenForm() if secret else form,
        "secret": secret,
        "tokens": [(token, _state(token, now), kinds_shown(token.kinds)) for token in queries.api_tokens(request.user)],
    }
    status = 422 if form.errors else 201 if secret else 200
    return settings_page(request, "accounts/tokens.html", context, route="settings:tokens", status=status)


@require_http_methods(["DELETE"])
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    return _revoked(request, queries.api_token(request.user, pk))


@require_safe
@requires("security", "view")
def everybodys(request: StaffRequest) -> HttpResponse:
    """The tokens of everybody that still open the door."""
    tokens = [(token, kinds_shown(token.kinds)) for token in queries.every_api_token(now=clock.now())]
    context = {"tokens": tokens, "may_edit": request.user.may("security", "edit")}
    return settings_page(request, "accounts/everybodys_tokens.html", context, route="settings:security")


@require_http_methods(["DELETE"])
@requires("security", "edit")
def anybodys(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke a token of anybody."""
    return _revoked(request, queries.anybodys_api_token(pk))


def _revoked(request: StaffRequest, token: ApiToken) -> HttpResponse:
    services.revoke_api_token(token=token, actor=request.user, now=clock.now())
    toast(request, _("“%(name)s” is revoked: programs that use it are refused from now on.") % {"name": token.name})
    return HttpResponseClientRefresh()


def _state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now else "live"
