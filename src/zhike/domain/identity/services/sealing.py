"""The one place where secrets of this trade are sealed before they are stored, and sealed again under a new key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from zhike.domain.identity.models import Provider
from zhike.kernel import vault
from zhike.kernel.vault.cipher import MARK
from zhike.kernel.vault.rotation import retire

PURPOSE = "identity"
SECOND_FACTORS = "mfa_authenticator.data"
PROVIDER = "identity_provider.secret"
_SEALED_IN_DATA = ("secret", "seed")
"""What the data of a second factor holds sealed: the secret of an app, the seed of recovery codes."""


def seal(text: str, *, place: str) -> str:
    """The text as it is stored in a place, such as `identity_provider.secret`."""
    return vault.seal(PURPOSE, text.encode(), place)


def unseal(sealed: str, *, place: str) -> str:
    """What was sealed for the place; raises `vault.Tampered` for anything else."""
    return vault.open_(PURPOSE, sealed, place).decode()


@transaction.atomic
def seal_again(*, now: datetime) -> int:
    """Seal what an older key sealed with the current one, after a rotation; how many secrets. May be repeated."""
    done = 0
    for provider in Provider.objects.select_for_update():
        if provider.secret and _is_old(provider.secret):
            provider.secret = seal(unseal(provider.secret, place=PROVIDER), place=PROVIDER)
            provider.save(update_fields=["secret"])
            done += 1
    for factor in Authenticator.objects.select_for_update():
        old = list(_old_parts(factor))
        for name in old:
            factor.data[name] = seal(unseal(factor.data[name], place=SECOND_FACTORS), place=SECOND_FACTORS)
        if old:
            factor.save(update_fields=["data"])
        done += len(old)
    retire(PURPOSE, now=now)
    return done


def _old_parts(factor: Authenticator) -> Iterator[str]:
    return (name for name in _SEALED_IN_DATA if isinstance(factor.data.get(name), str) and _is_old(factor.data[name]))


def _is_old(sealed: str) -> bool:
    return sealed.startswith(MARK) and not vault.ring.is_current(PURPOSE, sealed)
