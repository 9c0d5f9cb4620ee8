"""Who calls: a token in the Authorization header, standing for a person."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from zhike.domain.accounts.models import ApiToken, User
from zhike.domain.accounts.queries import live_api_token
from zhike.domain.accounts.services import note_token_use
from zhike.kernel import clock


class CallerRequest(HttpRequest):
    """A request whose caller is known."""

    auth: User


class TokenAuth(HttpBearer):
    """`Authorization: Bearer zhike_…`: a token neither expired nor revoked, of a person who still works here."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found: ApiToken | None = live_api_token(token, now=clock.now())
        if found is None:
            return None
        note_token_use(token=found, now=clock.now())
        return found.user.at(clock.now())
