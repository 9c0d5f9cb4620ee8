"""What a token is meant for is kept at every operation, whatever its person may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.api.application import api
from zhike.api.security import TokenAuth
from zhike.domain.accounts.rules import KINDS
from zhike.domain.accounts.services import create_api_token
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.accounts.words import TOKEN_KINDS

OPERATIONS = sorted(
    (method.upper(), path.removeprefix("/api/v1").replace("{", "").replace("}", ""))
    for path, operations in api.get_openapi_schema()["paths"].items()
    for method in operations
)
OPEN_TO_ALL = ("/me/", "/calendar/due/")


def _address(path: str) -> str:
    return "/".join("1" if part.endswith("_id") else part for part in path.split("/"))


def _kind(path: str) -> str:
    """The kind of record behind an address, as its words tell."""
    if "/tiers/" in path:
        return "tier"
    if path in ("/fields/",) or path.startswith("/customers/"):
        return "customer"
    first = path.split("/")[1]
    return {"person-requests": "privacy", "trail": "audit"}.get(first, first.rstrip("s"))


def _program(cast: Cast, *, kinds: tuple[str, ...] = (), may_write: bool = True) -> Program:
    now = clock.now()
    _token, secret = create_api_token(
        owner=cast.zhao,
        name="tests",
        expires_at=now + timedelta(days=1),
        actor=cast.zhao,
        now=now,
        kinds=kinds,
        may_write=may_write,
    )
    return Program(secret)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_token_that_only_reads_is_refused_at_every_write(cast: Cast, method: str, path: str) -> None:
    answer = _program(cast, may_write=False)(method, _address(path), {} if method != "GET" else None)
    assert (answer.status == 403) == (method != "GET")
    if method != "GET":
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_token_for_one_kind_is_refused_at_every_other(cast: Cast, method: str, path: str) -> None:
    kind = _kind(path)
    others = tuple(each for each in KINDS if each != kind)
    answer = _program(cast, kinds=others)(method, _address(path), {} if method != "GET" else None)
    assert (answer.status == 403) == (path not in OPEN_TO_ALL), answer.document
    own = _program(cast, kinds=(kind if kind in KINDS else "customer",))(
        method, _address(path), {} if method != "GET" else None
    )
    assert own.status != 403


def test_every_operation_names_the_kind_behind_it() -> None:
    silent = [
        path
        for address, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for each in operation.auth_callbacks
        if isinstance(each, TokenAuth) and not each.kind and f"{address}{path}" not in OPEN_TO_ALL
    ]
    assert not silent


def test_the_page_of_tokens_offers_every_kind_that_the_api_has() -> None:
    kinds = {_kind(path) for _method, path in OPERATIONS if path not in OPEN_TO_ALL}
    assert kinds == set(TOKEN_KINDS)


def test_a_token_lasts_a_year_at_most(cast: Cast) -> None:
    now = clock.now()
    with pytest.raises(Refused):
        create_api_token(owner=cast.li, name="ewig", expires_at=now + timedelta(days=400), actor=cast.li, now=now)
