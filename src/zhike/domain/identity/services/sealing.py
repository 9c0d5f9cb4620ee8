"""The one place where secrets of this trade are sealed before they are stored."""

from __future__ import annotations

from zhike.kernel import vault

PURPOSE = "identity"


def seal(text: str, *, place: str) -> str:
    """The text as it is stored in a place, such as `identity_provider.secret`."""
    return vault.seal(PURPOSE, text.encode(), place)


def unseal(sealed: str, *, place: str) -> str:
    """What was sealed for the place; raises `vault.Tampered` for anything else."""
    return vault.open_(PURPOSE, sealed, place).decode()
