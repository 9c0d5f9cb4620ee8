"""Turns ZHIKE_MAIL into Django's settings for sending mail; without it nothing is ever sent."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS = 587


def mail() -> dict[str, Any]:
    """Settings of the server named by ZHIKE_MAIL (`smtps://user:password@host`, `smtp://host:587` for STARTTLS)."""
    url = os.environ.get("ZHIKE_MAIL", "")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    sender = os.environ.get("ZHIKE_MAIL_FROM") or unquote(parts.username or "")
    if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
        raise ImproperlyConfigured(
            "ZHIKE_MAIL cannot be read; expected smtps://user:password@host or smtp://host:587, and the sender's "
            "address in ZHIKE_MAIL_FROM unless the user is one."
        )
    port = parts.port or _PORTS[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and port == _STARTTLS,
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }
