"""Who calls: a token in the Authorization header, standing for a person."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from zhike.domain.accounts.models import ApiToken, User
from zhike.domain.accounts.queries import live_api_token, owner_of_dead_token
from zhike.domain.accounts.services import note_token_use
from zhike.kernel import clock
from zhike.kernel.errors import Denied

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class CallerRequest(HttpRequest):
    """A request whose caller is known."""

    auth: User


class TokenAuth(HttpBearer):
    """`Authorization: Bearer zhike_…`: a token neither expired nor revoked, of a person who still works here.

    `kind` is the kind of record behind the addresses that it guards; none where a token may always go.
    """

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.kind = kind

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found: ApiToken | None = live_api_token(token, now=clock.now())
        if found is None:
            request.was_caller = owner_of_dead_token(token)  # type: ignore[attr-defined]
            return None
        request.auth = found.user  # type: ignore[attr-defined]  # what is refused from here on is refused to somebody
        if not found.may_write and request.method not in READING:
            raise Denied(_("This token only reads. Make one that may write under Settings → API tokens."))
        if self.kind and found.kinds and self.kind not in found.kinds:
            raise Denied(_("This token is not meant for these records. Settings → API tokens makes one that is."))
        note_token_use(token=found, now=clock.now())
        found.user.token = found
        return found.user.at(clock.now())
