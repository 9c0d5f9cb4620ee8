"""Signing in with the company's own account: OpenID Connect's code flow with PKCE, state and nonce.

allauth carries the flow out; what it leaves open is decided here: the token's signature is always checked, its issuer
is the one that was entered, its nonce is ours, and it opens the door of a person found by the verified address.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from requests import RequestException, Session

from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import is_separate_administrator
from zhike.domain.identity import queries, rules, services
from zhike.domain.identity.models import Provider
from zhike.gateways.outbound import Rules
from zhike.gateways.session import session
from zhike.kernel import clock
from zhike.kernel.errors import Refused

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
LEEWAY = 60
_log = logging.getLogger(__name__)
_NEEDED = ["exp", "iat", "iss", "aud", "sub"]


class SignOnProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider that stands in the settings; a browser cannot add scopes or parameters of its own."""

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        kwargs |= {"auth_params": {"nonce": nonce}, "scope": self.get_scope()}
        response: HttpResponse = super().redirect(request, "login", next_url, nonce=nonce, **kwargs)
        return response

    def get_oauth2_adapter(self, request: HttpRequest) -> SignOnAdapter:
        return SignOnAdapter(request)

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the provider says is kept beside the link itself."""
        return {}


class SignOnAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads the provider's documents and judges its tokens."""

    nonce: str | None = None

    def __init__(self, request: HttpRequest) -> None:
        provider = queries.provider()
        if provider is None or not provider.is_on:
            raise Http404
        self.chosen = provider
        super().__init__(request, _key(provider))

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer", "").rstrip("/") != self.chosen.issuer:
            raise OAuth2Error("the provider calls itself by another name than the one entered")
        return config

    def get_provider(self) -> SignOnProvider:
        return SignOnProvider(self.request, app=_app(self.chosen))

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sign_on_callback"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._claims(kwargs["response"].get("id_token") or "")
        if "email" not in claims:
            said = self._fetch_user_info(token.token)
            if said.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider speaks of somebody else")
            claims |= said
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.called = str(claims.get("name") or "")
        return login

    def _claims(self, token: str) -> dict[str, Any]:
        """What the token says, if the provider has signed it for us, for this very log-in, and not too long ago."""
        config = self.openid_config
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._signing_key(config["jwks_uri"], jwt.get_unverified_header(token).get("kid")),
                algorithms=ALGORITHMS,
                issuer=config["issuer"],
                audience=self.chosen.client_id,
                leeway=LEEWAY,
                options={"require": _NEEDED},
            )
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            raise OAuth2Error("the token is not valid") from error
        if not self.nonce or not secrets.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("the token is not the answer to this log-in")
        if isinstance(claims["aud"], list) and claims.get("azp", self.chosen.client_id) != self.chosen.client_id:
            raise OAuth2Error("the token was made for another program")
        return claims

    def _signing_key(self, address: str, name: str | None) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as asking:
            answer = asking.get(address)
            answer.raise_for_status()
        for key in jwt.PyJWKSet.from_dict(answer.json()).keys:
            if name is None or key.key_id == name:
                return key
        raise KeyError(name)


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]
    """The way back from the provider; the nonce comes with the state."""

    def _get_state(self, request: HttpRequest, provider: SignOnProvider) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce")
        return state, response


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, from the settings; people are found or refused, never left half-way."""

    def get_requests_session(self) -> Session:
        """The provider is asked through the gate: it lies on the public internet, or in a network opened to it."""
        return session(Rules(opened=settings.ZHIKE_SIGN_ON_NETWORKS))

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        chosen = queries.provider()
        return [_app(chosen)] if chosen is not None and chosen.is_on else []

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let a linked person in, link one by the verified address, or turn whoever it is away."""
        provider = queries.provider()
        if provider is None or not provider.is_on:
            raise ImmediateHttpResponse(turned_away(request, _("The company account is switched off.")))
        try:
            self._let_in(request, sociallogin, provider)
        except Refused as refusal:
            raise ImmediateHttpResponse(turned_away(request, refusal.sentence)) from refusal

    def _let_in(self, request: HttpRequest, sociallogin: SocialLogin, provider: Provider) -> None:
        addresses = sociallogin.email_addresses
        email = next((each.email.lower() for each in addresses if each.verified is True), "")
        if not email:
            raise Refused(_("The provider has not verified your e-mail address. Ask who looks after it."))
        if email.rpartition("@")[2] not in provider.domains:
            raise Refused(_("Addresses of this domain are not let in here."))
        person = sociallogin.user if sociallogin.is_existing else User.objects.filter(email=email).first()
        if person is not None and is_separate_administrator(person):
            raise Refused(_("One of the three administrators signs in with the password: enter it instead."))
        if sociallogin.is_existing:
            return
        if person is None:
            person = services.let_newcomer_in(provider=provider, email=email, name=sociallogin.called, now=clock.now())
        if not person.is_active:
            raise Refused(_("This account is disabled. Your administrator can enable it again."))
        sociallogin.connect(request, person)
        services.record_link(person=person, provider=provider, now=clock.now())

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        raise ImmediateHttpResponse(turned_away(request, _failed()))


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead the browser to the provider."""
    return _answered(request, OAuth2LoginView)


@login_not_required
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Take the browser back from the provider."""
    return _answered(request, CallbackView)


def _answered(request: HttpRequest, view: type[OAuth2View]) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(SignOnAdapter(request))(request)
    except (OAuth2Error, RequestException, ValueError, KeyError):
        _log.warning("the provider of the company account cannot be used", exc_info=True)
        return turned_away(request, _failed())
    return response


def _failed() -> str:
    return _("The company account did not let you in, or not in time. Try again, or use your password.")


def turned_away(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page for whoever does not come in this way."""
    return render(request, "accounts/turned_away.html", {"sentence": sentence}, status=403)


def _key(provider: Provider) -> str:
    """The name under which people's links are kept: those of another issuer are other links."""
    return f"sign-on-{rules.digest(provider.issuer)[:16]}"


def _app(provider: Provider) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=_key(provider),
        name=provider.name,
        client_id=provider.client_id,
        secret=services.secret_of(provider),
        settings={"server_url": provider.issuer, "oauth_pkce_enabled": True},
    )
