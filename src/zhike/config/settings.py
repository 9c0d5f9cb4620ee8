"""Settings of every way to run Zhike. Whatever differs between machines comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from zhike.config.database import database
from zhike.config.home import begin_key_change, data_folder, end_key_change, master_keys, witness_folder
from zhike.config.mail import mail
from zhike.config.networks import sign_on_networks
from zhike.kernel.vault.cipher import derive

PACKAGE = Path(__file__).resolve().parent.parent
HOME = data_folder()

ZHIKE_MASTER_KEYS = master_keys
ZHIKE_KEY_CHANGE = (begin_key_change, end_key_change)
SECRET_KEY = derive(master_keys()[0].encode(), "django").hex()
DEBUG = os.environ.get("ZHIKE_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ZHIKE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ZHIKE_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_vite",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "zhike.kernel.vault",
    "allauth.socialaccount.providers.openid_connect",
    "zhike.kernel",
    "zhike.domain.accounts",
    "zhike.domain.identity",
    "zhike.domain.imports",
    "zhike.domain.customers",
    "zhike.domain.privacy",
    "zhike.domain.orders",
    "zhike.domain.segmentation",
    "zhike.domain.commitments",
    "zhike.domain.interactions",
    "zhike.domain.care",
    "zhike.web",
    "zhike.api",
    "zhike.jobs",
]

MIDDLEWARE = [
    "zhike.web.headers.HeaderMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhike.web.language.LanguageMiddleware",
    "zhike.web.errors.BareAnswerMiddleware",
    "zhike.web.sizes.SizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhike.web.accounts.middleware.SessionMiddleware",
    "zhike.web.moment.MomentMiddleware",
    "zhike.web.accounts.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhike.web.toasts.ToastMiddleware",
    "zhike.web.audit.accesses.AccessMiddleware",
    "zhike.web.pieces.PieceMiddleware",
    "zhike.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "zhike.config.urls"
WSGI_APPLICATION = "zhike.config.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "zhike.web.templatetags.display",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhike.web.frame.frame",
            ],
        },
    }
]
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "zhike.web.accounts.passwords.PolicyValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today:page"
ACCOUNT_ADAPTER = "zhike.web.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "zhike.web.accounts.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # attempts are counted in the database, where every process sees them
ZHIKE_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ZHIKE_PROXIES", "0"))
MFA_ADAPTER = "zhike.web.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "zhike.web.accounts.second_factor.AuthenticateForm",
    "reauthenticate": "zhike.web.accounts.second_factor.ReauthenticateForm",
    "activate_totp": "zhike.web.accounts.second_factor.ActivationForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "zhike.web.accounts.sign_on.SocialAdapter"
ZHIKE_SIGN_ON_NETWORKS = sign_on_networks()
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead off this site; the state belongs to this browser
SESSION_ENGINE = "zhike.config.sessions"
SESSION_COOKIE_AGE = 24 * 60 * 60  # the longest that the policy allows; the middleware ends sessions before

IS_HTTPS = os.environ.get("ZHIKE_HTTPS") == "1"
_PREFIX = "__Host-" if IS_HTTPS else ""  # browsers take such a cookie over HTTPS, for this very host alone
SESSION_COOKIE_NAME = f"{_PREFIX}zhike-session"
CSRF_COOKIE_NAME = f"{_PREFIX}zhike-form"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}zhike-language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "zhike.web.errors.csrf_failure"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ZHIKE_MAIL = bool(os.environ.get("ZHIKE_MAIL"))
globals().update(mail())

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/dist/assets/.+-[\w-]{8}\.(js|css)$"
DJANGO_VITE = {
    "default": {
        "static_url_prefix": "dist",
        "manifest_path": PACKAGE / "web" / "static" / "dist" / ".vite" / "manifest.json",
    }
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}

DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # a thousand orders with their lines over the API
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

ZHIKE_UPLOADS = HOME / "imports"
ZHIKE_WAREHOUSE = HOME / "warehouse"
ZHIKE_TRAIL = HOME / "trail"
ZHIKE_WITNESS = witness_folder
ZHIKE_ENGINE = os.environ.get("ZHIKE_ENGINE", "duckdb://")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ZHIKE_LOG_LEVEL", "WARNING")},
}
