"""The session engine: rows that say whose session it is, from where, and since when; keys are stored as digests.

What a session holds is sealed for its row: while a second factor is set up, its secret is in there.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from zhike.domain.identity import queries, rules
from zhike.domain.identity.models import Policy, Session
from zhike.kernel import clock
from zhike.kernel.vault import Tampered, fixed_key
from zhike.kernel.vault.files import Box
from zhike.web.accounts.places import SIGNED_IN


class SessionStore(db.SessionStore):
    """Django's sessions in the database. A stolen table is no use: what the cookie says is not in it."""

    seen_at: datetime | None = None
    policy: Policy | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def digest(self) -> str:
        """What the table calls this session; nothing before it is stored."""
        return rules.digest(self.session_key) if self.session_key else ""

    @property
    def signed_in_at(self) -> datetime | None:
        """When the person signed in; None while nobody has."""
        said = self.get(SIGNED_IN)
        return datetime.fromisoformat(said["at"]) if said else None

    def encode(self, session_dict: dict[str, Any]) -> str:
        """What the row keeps: sealed for this session."""
        plain: bytes = self.serializer().dumps(session_dict)
        return b64encode(_box().seal(plain, self._place)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What `encode` sealed; nothing where it was changed, or stood in another session: that one is over."""
        try:
            plain = _box().open(b64decode(session_data, validate=True), self._place)
        except (Tampered, ValueError):
            return {}
        held: dict[str, Any] = self.serializer().loads(plain)
        return held

    @property
    def _place(self) -> bytes:
        return f"identity_session.session_data.{self.digest}".encode()

    def exists(self, session_key: str | None) -> bool:
        return Session.objects.filter(session_key=rules.digest(session_key or "")).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=rules.digest(key)).delete()

    def get_expiry_date(self, **known: Any) -> datetime:
        """When the row is of no use any more, by our clock."""
        return super().get_expiry_date(**{"modification": clock.now(), **known})

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for this state of the session."""
        said = data.get(SIGNED_IN) or {}
        signed_in_at = datetime.fromisoformat(said["at"]) if said else None
        return Session(
            session_key=rules.digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            signed_in_at=signed_in_at,
            seen_at=self.seen_at or signed_in_at,
            address=said.get("address", ""),
            device=said.get("device", ""),
        )

    def _get_session_from_db(self) -> Session | None:
        found = queries.session(self.digest, now=clock.now())
        if found is None:
            self._session_key = None
        else:
            self.seen_at, self.policy = found.seen_at, found.policy
        return found


def _box() -> Box:
    """A key that no rotation changes: sessions end before that would help, and a page must not ask for the current."""
    return Box(fixed_key("sessions").hex())
