"""Pages are visited by people of the cast at the moment at which the tests' stories happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.kernel import clock

Visit = Callable[[User], Client]


@pytest.fixture
def visit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """`visit(cast.li)` is a browser in which that person is logged in; it is `NOW` on all clocks."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def browser(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return browser
