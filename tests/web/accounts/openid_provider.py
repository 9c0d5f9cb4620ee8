"""A real OpenID Connect provider, allauth's own, in a process of its own.

`python -m tests.web.accounts.openid_provider CALLBACK` prints its address and serves. It signs whoever comes in as the
person whom the header `X-Person` names, which stands for its log-in page. The file that
WRONG_WITH_TOKENS names says in which way its answers are wrong, if in any.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

CLIENT, SECRET = "zhike", "the-secret-of-the-tests"
PEOPLE = {
    "li@example.com": True,
    "newcomer@example.com": True,
    "unverified@example.com": False,
    "stranger@elsewhere.example": True,
    "qian@example.com": True,
    "zhao@example.com": True,
}
"""E-mail address → whether the provider has verified it."""


def configure(folder: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    settings.configure(
        SECRET_KEY="provider",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            f"{__name__}.whoever_comes_is_named",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
        IDP_OIDC_PRIVATE_KEY=pem,
        IDP_OIDC_ADAPTER=f"{__name__}.Adapter",
        IDP_OIDC_ID_TOKEN_EXPIRES_IN=300,
    )


def whoever_comes_is_named(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    from django.contrib.auth import get_user_model, login

    def middleware(request: Any) -> Any:
        if email := request.headers.get("X-Person"):
            person = get_user_model().objects.get(email=email)
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        return get_response(request)

    return middleware


def serve(callback: str) -> None:
    """Print the address, then answer until killed. `callback` is where the program under test takes people back."""
    configure(Path(tempfile.mkdtemp(prefix="zhike-provider-")))
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for email, verified in PEOPLE.items():
        people: Any = get_user_model().objects
        person = people.create_user(email, email, first_name="吴", last_name=email.partition("@")[0])
        EmailAddress.objects.create(user=person, email=email, verified=verified, primary=True)
    client = Client(id=CLIENT, name="Zhike", skip_consent=True, type="confidential")
    client.set_secret(SECRET)
    client.set_redirect_uris([callback])
    client.set_scopes(["openid", "profile", "email"])
    client.set_default_scopes(["openid"])
    client.set_grant_types(["authorization_code"])
    client.set_response_types(["code"])
    client.save()

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_words: Any) -> None:
            return

    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _wrong() -> str:
    file = Path(os.environ["WRONG_WITH_TOKENS"])
    return file.read_text() if file.exists() else ""


def _adapter() -> type:
    from allauth.idp.oidc.adapter import DefaultOIDCAdapter

    class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
        """Puts the e-mail address into the id token; is wrong on demand, as a file beside it says."""

        def populate_id_token(self, id_token: dict[str, Any], client: Any, scopes: Any, **kwargs: Any) -> None:
            changes: dict[str, dict[str, Any]] = {
                "issuer": {"iss": "https://elsewhere.example"},
                "audience": {"aud": "another-program"},
                "expired": {"exp": 1_500_000_000},
                "nonce": {"nonce": "of-another-log-in"},
                "no nonce": {"nonce": ""},
            }
            id_token.update(changes.get(_wrong(), {}))

        def get_issuer(self) -> str:
            return "https://elsewhere.example" if _wrong() == "name" else str(super().get_issuer())

    return Adapter


def __getattr__(name: str) -> Any:
    if name == "Adapter":
        return _adapter()
    if name == "urlpatterns":
        from django.urls import include, path

        return [path("", include("allauth.idp.urls")), path("accounts/", include("allauth.account.urls"))]
    raise AttributeError(name)


if __name__ == "__main__":
    from tests.web.accounts import openid_provider  # noqa: PLW0406 - by the name under which Django finds it

    openid_provider.serve(sys.argv[1])
