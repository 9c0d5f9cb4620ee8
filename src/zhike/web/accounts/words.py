"""Sessions and tokens as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.identity import rules
from zhike.domain.identity.models import Session

TOKEN_KINDS = {
    "customer": gettext_lazy("Customers"),
    "contact": gettext_lazy("Contacts"),
    "order": gettext_lazy("Orders"),
    "interaction": gettext_lazy("Interactions"),
    "commitment": gettext_lazy("Promises"),
    "tier": gettext_lazy("Tiers"),
    "import": gettext_lazy("Imports"),
    "privacy": gettext_lazy("Personal information"),
    "audit": gettext_lazy("Trail of everybody"),
}
_SHOWN_OF_DIGEST = 16
_PHONES = ("Android", "iOS", "HarmonyOS")


@dataclass(frozen=True, kw_only=True)
class ShownSession:
    """A browser that is signed in; `key` names it in addresses and opens nothing."""

    key: str
    device: str
    icon: str
    address: str
    signed_in_at: datetime | None
    seen_at: datetime | None
    is_here: bool


def sessions_shown(sessions: Iterable[Session], *, here: str = "") -> list[ShownSession]:
    """Sessions in their order; `here` is the digest of the one that asks."""
    return [_shown(session, here) for session in sessions]


def _shown(session: Session, here: str) -> ShownSession:
    device = rules.device_name(session.device)
    return ShownSession(
        key=session.session_key[:_SHOWN_OF_DIGEST],
        device=device or _("Unknown device"),
        icon="phone" if device.endswith(_PHONES) else "device-desktop",
        address=session.address,
        signed_in_at=session.signed_in_at,
        seen_at=session.seen_at,
        is_here=session.session_key == here,
    )


def kinds_shown(kinds: Iterable[str]) -> list[str]:
    """The names of the kinds of record that a token may touch; none means all of them."""
    return [str(TOKEN_KINDS.get(kind, kind)) for kind in kinds]
