"""A program reaches what its person may reach, whatever the operation; and what it writes is on the trail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers

from tests.api.conftest import Program, rows_of
from tests.api.test_requests import operations
from tests.cast import Cast
from zhike.domain.accounts.models import ApiToken, User
from zhike.kernel.models import Activity, UnsealedActivity

As = Callable[[User], Program]

AT = "2026-03-16T09:30:00+08:00"
ORDER = {"number": "SO-9", "ordered_on": "2026-03-02", "amount_minor": 100}
BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/customers/{customer_id}/"): {"region": "苏州"},
    ("DELETE", "/customers/{customer_id}/"): None,
    ("POST", "/contacts/"): {"customer_id": "{customer_id}", "name": "郑工"},
    ("PATCH", "/contacts/{contact_id}/"): {"title": "厂长"},
    ("DELETE", "/contacts/{contact_id}/"): None,
    ("POST", "/contacts/{contact_id}/reveal/"): {"reason": "回访"},
    ("POST", "/customers/{customer_id}/reveal/"): {"reason": "寄样品"},
    ("POST", "/customers/{customer_id}/collaborators/"): {"person": "sun@example.com", "reason": "休假"},
    ("DELETE", "/customers/{customer_id}/collaborators/{collaborator_id}/"): None,
    ("PATCH", "/customers/{customer_id}/needs/"): {"pain_points": "交期不稳"},
    ("POST", "/orders/"): ORDER | {"customer_id": "{customer_id}"},
    ("POST", "/orders/bulk/"): {"orders": [ORDER | {"customer_id": "{customer_id}"}]},
    ("DELETE", "/orders/{order_id}/"): None,
    ("POST", "/interactions/"): {"customer_id": "{customer_id}", "channel": "phone", "occurred_at": AT},
    ("DELETE", "/interactions/{interaction_id}/"): None,
    ("POST", "/commitments/"): {"customer_id": "{customer_id}", "content": "寄样品", "due_at": "2030-01-04T09:30:00Z"},
    ("POST", "/commitments/{commitment_id}/closing/"): {"outcome": "kept"},
    ("POST", "/commitments/{commitment_id}/snooze/"): {"until": "2030-01-02T09:30:00Z", "reason": "客户出差"},
}
"""What writes about a customer, with a body that is carried out."""

DESK = {
    *(("POST", "/contacts/{contact_id}/consents/"), ("POST", "/contacts/{contact_id}/withdrawals/")),
    *(("POST", "/person-requests/"), ("POST", "/person-requests/{number}/closing/")),
}
OVERRIDE = "/customers/{customer_id}/tiers/{scheme_key}/override/"
ELSEWHERE = {
    *(("POST", "/customers/"), ("POST", "/imports/"), ("DELETE", "/imports/{import_id}/")),
    *(("PUT", OVERRIDE), ("DELETE", OVERRIDE)),
    *DESK,
}
"""What writes in another way: told in tests of its own."""


def addresses() -> list[tuple[str, str]]:
    return [(method, path.removeprefix("/api/v1")) for method, path in operations()]


def filled(value: Any, ids: dict[str, int]) -> Any:
    """The address or the body with the ids in it."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    if isinstance(value, str) and value.startswith("{"):
        return ids[value.strip("{}")]
    return value.format(**ids) if isinstance(value, str) else value


def digest() -> str:
    """Every row of the database but the traces of asking: when a token was used, and what was denied."""
    traces = (ApiToken, Activity, UnsealedActivity)
    models = [model for config in apps.get_app_configs() for model in config.get_models() if model not in traces]
    return "\n".join(serializers.serialize("json", model._base_manager.order_by("pk")) for model in models)


def test_the_table_of_writes_is_complete() -> None:
    assert {each for each in addresses() if each[0] != "GET"} == set(BODIES) | ELSEWHERE


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_every_write_leaves_a_row_on_the_trail_of_its_customer(cast: Cast, program: As, method: str, path: str) -> None:
    call = program(cast.li)
    ids = rows_of(call, cast.li, cast.precision)
    before = Activity.objects.count()
    assert call(method, path.format(**ids), filled(BODIES[method, path], ids)).status < 300
    written = Activity.objects.order_by("pk")[before:]
    assert {(row.actor_id, row.customer_id) for row in written} == {(cast.li.pk, cast.precision.pk)}


WITH_ROWS = [each for each in addresses() if ("{" in each[1] or each in BODIES) and "{number}" not in each[1]]


@pytest.mark.parametrize(("method", "path"), WITH_ROWS)
def test_what_belongs_to_others_looks_like_nothing_and_stays_as_it_is(
    cast: Cast, program: As, method: str, path: str
) -> None:
    theirs = rows_of(program(cast.wang), cast.wang, cast.southern)
    missing = dict.fromkeys(theirs, 987_654_321)
    call, body, before = program(cast.li), BODIES.get((method, path)), digest()
    unseen, none = (call(method, path.format(**ids), filled(body, ids)) for ids in (theirs, missing))
    assert unseen.status == none.status
    assert unseen.status in {404, 422} or unseen.document["created"] == 0
    assert re.sub(rb"import \d+", b"import", unseen.content) == re.sub(rb"import \d+", b"import", none.content)
    assert digest() == before


@pytest.mark.parametrize("noun", ["customers", "contacts", "orders", "interactions", "commitments", "imports"])
def test_lists_hold_what_is_ones_own_and_nothing_of_others(cast: Cast, program: As, noun: str) -> None:
    rows_of(program(cast.wang), cast.wang, cast.southern)
    own = rows_of(program(cast.li), cast.li, cast.precision)
    shown = program(cast.li)("GET", f"/{noun}/").document["items"]
    assert [item["id"] for item in shown] == [own[f"{noun[:-1]}_id"]]
