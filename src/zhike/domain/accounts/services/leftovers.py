"""What let somebody in and no longer does is thrown away."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.conf import settings

from zhike.domain.accounts.models import SetupCode


def forget_expired(moment: datetime) -> int:
    """Throw away sessions that have ended, and set-up codes that ended before that moment; how many codes."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return SetupCode.objects.filter(expires_at__lt=moment).delete()[0]
