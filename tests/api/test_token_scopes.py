"""What a token is meant for is kept at every operation, whatever its person may do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.api.application import api
from zhike.api.security import TokenAuth
from zhike.domain.accounts.rules import KINDS
from zhike.domain.accounts.services import create_api_token
from zhike.domain.customers.models import Customer
from zhike.domain.interactions.models import Interaction
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


def _talk(cast: Cast, **further: Any) -> dict[str, Any]:
    happened = {"customer_id": cast.precision.pk, "channel": "phone", "occurred_at": "2026-03-16T09:30:00+08:00"}
    return happened | further


@pytest.mark.parametrize(
    ("kind", "further"),
    [
        ("contact", {"new_contact": "吴工"}),
        ("commitment", {"next_actions": [{"content": "寄样品", "due_on": "2030-01-04"}]}),
    ],
)
def test_what_follows_in_another_kind_is_not_done_either(cast: Cast, kind: str, further: dict[str, Any]) -> None:
    answer = _program(cast, kinds=("interaction",))("POST", "/interactions/", _talk(cast, **further))
    assert answer.status == 403
    assert not Interaction.objects.unscoped("a test looks").exists()
    assert _program(cast, kinds=("interaction", kind))("POST", "/interactions/", _talk(cast, **further)).status == 201


def test_a_token_for_orders_makes_no_customers(cast: Cast) -> None:
    order = {"number": "SO-1", "ordered_on": "2026-03-02", "customer_name": "新港重工有限公司", "amount_minor": 100}
    stated = order | {"create_missing": True}
    assert _program(cast, kinds=("order",))("POST", "/orders/", stated).status in (403, 422)
    assert not Customer.objects.unscoped("a test looks").filter(sort_name__startswith="新港").exists()
    assert _program(cast, kinds=("order", "customer"))("POST", "/orders/", stated).status == 201


@pytest.mark.parametrize(
    ("kinds", "create_missing", "status"),
    [
        (("import",), "", 403),
        (("import", "order"), "", 202),
        (("import", "order"), "true", 403),
        (("import", "order", "customer"), "true", 202),
    ],
)
def test_a_token_for_imports_brings_in_the_kinds_that_it_names(
    cast: Cast, tmp_path: Path, settings: Any, kinds: tuple[str, ...], create_missing: str, status: int
) -> None:
    settings.ZHIKE_UPLOADS = tmp_path
    file = SimpleUploadedFile(
        "orders.csv", "订单号,客户名称,下单日期,金额\nSO-1,华东精密机械有限公司,2026-03-02,1\n".encode()
    )
    client = Client(headers={"Authorization": f"Bearer {_program(cast, kinds=kinds).secret}"})
    body = {"kind": "orders", "file": file} | ({"create_missing": create_missing} if create_missing else {})
    assert client.post("/api/v1/imports/", body).status_code == status


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
