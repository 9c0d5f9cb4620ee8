from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import ChangedMonth, Order
from zhike.domain.segmentation.models import Standing
from zhike.domain.segmentation.services import put_scheme
from zhike.kernel.models import Activity

As = Callable[[User], Program]

GRADING: dict[str, Any] = {
    "key": "abc",
    "name": {"zh": "ABC 分级", "en": "ABC grading"},
    "method": "tiers",
    "window_days": 3650,
    "tiers": [
        {"key": "a", "name": {"zh": "A", "en": "A"}, "when": ["amount_total", ">=", 1000]},
        {"key": "c", "name": {"zh": "C", "en": "C"}},
    ],
}


def order(number: str = "SO-1", **stated: Any) -> dict[str, Any]:
    line = {"product_code": "P-1", "product_name": "轴承", "category": "零件", "quantity": "2", "amount_minor": 120_000}
    return {"number": number, "ordered_on": "2026-03-02", "lines": [line]} | stated


@pytest.fixture
def call(cast: Cast, program: As) -> Program:
    return program(cast.li)


def count() -> int:
    return Order.objects.unscoped("a test counts").count()


def test_an_order_is_made_then_unchanged_then_replaced(cast: Cast, call: Program) -> None:
    stated = order(customer_id=cast.precision.pk)
    made, same = call("POST", "/orders/", stated), call("POST", "/orders/", stated)
    assert (made.status, same.status) == (201, 200)
    assert made.document == same.document
    assert made.document["amount_minor"] == 120_000
    assert made.document["lines"][0]["product_name"] == "轴承"
    changed = call("POST", "/orders/", order(customer_id=cast.precision.pk, lines=[], amount_minor=5)).document
    assert (changed["id"], changed["amount_minor"], changed["lines"]) == (made.document["id"], 5, [])
    assert count() == 1


def test_a_read_order_can_be_stated_as_it_is(cast: Cast, call: Program) -> None:
    made = call("POST", "/orders/", order(customer_id=cast.precision.pk)).document
    read = call("GET", f"/orders/{made['id']}/").document
    assert call("POST", "/orders/", read).document == made


@pytest.mark.parametrize(
    "named",
    [{"customer": "C202603001"}, {"customer": "Ｃ202603001 "}, {"customer_name": "华东精密机械有限公司"}],
)
def test_a_customer_goes_by_number_or_name(cast: Cast, call: Program, named: dict[str, str]) -> None:
    assert call("POST", "/orders/", order(**named)).document["customer_id"] == cast.precision.pk


def test_a_return_turns_its_amounts_round(cast: Cast, call: Program) -> None:
    made = call("POST", "/orders/", order(customer_id=cast.precision.pk, is_return=True)).document
    assert (made["is_return"], made["amount_minor"], made["lines"][0]["quantity"]) == (True, -120_000, "-2.000")


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (order(), "customer"),
        (order(customer="K-77"), "customer"),
        (order(customer="C202603003"), "customer"),
        (order(customer_id=999_999), "customer_id"),
        (order(customer="C202603001", lines=[]), "amount_minor"),
        (order(customer="C202603001", amount_minor=119_999), "amount_minor"),
    ],
)
def test_what_is_wrong_with_an_order_is_named(cast: Cast, call: Program, stated: dict[str, Any], field: str) -> None:
    answer = call("POST", "/orders/", stated)
    assert (answer.status, answer.document["field"]) == (422, field)
    assert count() == 0


def test_somebody_elses_customer_and_none_at_all_are_refused_alike(cast: Cast, call: Program) -> None:
    for unseen, missing in (
        ({"customer": "C202603003"}, {"customer": "C1"}),
        ({"customer_id": cast.southern.pk}, {"customer_id": 999_999}),
    ):
        assert call("POST", "/orders/", order(**unseen)).content == call("POST", "/orders/", order(**missing)).content


def test_a_thousand_orders_are_one_request_and_what_is_wrong_refuses_itself_alone(cast: Cast, program: As) -> None:
    call = program(cast.zhao)
    good = [order(f"SO-{index}", customer="C202603001") for index in range(997)]
    wrong = [order("X-1", customer="nobody"), order("SO-0", customer="C202603001"), order("X-2")]
    done = call("POST", "/orders/bulk/", {"orders": good + wrong}).document
    assert (done["created"], done["updated"], done["unchanged"]) == (997, 0, 0)
    assert [(each["index"], each["field"]) for each in done["refused"]] == [
        (997, "customer"), (998, "number"), (999, "customer"),
    ]  # fmt: skip
    assert call("POST", "/orders/bulk/", {"orders": good}).document["unchanged"] == 997
    assert call("POST", "/orders/bulk/", {"orders": [*good, *wrong, order("Y")]}).status == 422


def test_missing_customers_are_made_where_that_is_asked_for(cast: Cast, call: Program) -> None:
    stated = [order("1", customer="K-77", customer_name="新港重工"), order("2", customer="K-77")]
    assert call("POST", "/orders/bulk/", {"orders": stated}).document["created"] == 0
    done = call("POST", "/orders/bulk/", {"orders": stated, "create_missing": True}).document
    assert (done["created"], done["refused"]) == (2, [])
    made = Customer.objects.for_user(cast.li).get(external_id="K-77")
    assert (made.name, made.owner) == ("新港重工", cast.li)


def test_a_refused_order_leaves_no_customer_behind(cast: Cast, call: Program) -> None:
    stated = order(customer="K-78", lines=[], create_missing=True)
    assert call("POST", "/orders/", stated).status == 422
    assert not Customer.objects.unscoped("a test looks").filter(external_id="K-78").exists()


def test_many_orders_sent_twice_under_one_key_are_written_once(cast: Cast, call: Program) -> None:
    body = {"orders": [order(customer_id=cast.precision.pk)]}
    answers = [call("POST", "/orders/bulk/", body, **{"Idempotency-Key": "night-1"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[1].document["created"] == 1


def test_a_cancelled_order_is_kept_but_counts_no_longer(cast: Cast, call: Program) -> None:
    put_scheme(definition=GRADING, actor=cast.zhao, now=NOW)
    pk = call("POST", "/orders/", order(customer_id=cast.precision.pk)).document["id"]
    assert tier(cast.precision) == "a"
    before = ChangedMonth.objects.get(month="2026-03").revision
    assert [call("DELETE", f"/orders/{pk}/").status for _ in range(2)] == [204, 204]
    assert tier(cast.precision) != "a"
    assert call("GET", f"/orders/{pk}/").document["cancelled_at"]
    assert ChangedMonth.objects.get(month="2026-03").revision != before
    again = call("POST", "/orders/", order(customer_id=cast.precision.pk))
    assert (again.status, again.document["field"]) == (422, "number")


def tier(customer: Customer) -> str:
    return Standing.objects.unscoped("a test looks").get(customer=customer, ended_on__isnull=True).tier


def test_every_change_of_an_order_is_on_the_trail(cast: Cast, call: Program) -> None:
    stated = order(customer_id=cast.precision.pk)
    pk = call("POST", "/orders/", stated).document["id"]
    call("POST", "/orders/", stated)
    call("POST", "/orders/", stated | {"channel": "线上"})
    call("DELETE", f"/orders/{pk}/")
    rows = Activity.objects.filter(kind="order", object_id=pk).order_by("pk")
    assert [row.verb for row in rows] == ["created", "changed", "cancelled"]
    assert rows[1].changes == {"channel": ["", "线上"]}
    assert {(row.actor_id, row.customer_id) for row in rows} == {(cast.li.pk, cast.precision.pk)}


@pytest.mark.parametrize(
    ("narrowing", "numbers"),
    [
        ("", ["1", "2", "3"]),
        ("?number=2", ["2"]),
        ("?ordered_from=2026-02-01", ["2", "3"]),
        ("?ordered_to=2026-02-01", ["1", "2"]),
        ("?is_return=true", ["3"]),
        ("?customer_id=999999", []),
        ("?changed_since=2100-01-01T00:00:00Z", []),
    ],
)
def test_the_list_is_narrowed(cast: Cast, call: Program, narrowing: str, numbers: list[str]) -> None:
    days = {"1": "2026-01-01", "2": "2026-02-01", "3": "2026-03-01"}
    orders = [
        order(number, customer_id=cast.precision.pk, ordered_on=day, is_return=number == "3")
        for number, day in days.items()
    ]
    call("POST", "/orders/bulk/", {"orders": orders})
    assert [item["number"] for item in call("GET", f"/orders/{narrowing}").document["items"]] == numbers


def test_an_order_takes_nothing_from_another_customers_or_days_order_of_its_number(cast: Cast, program: As) -> None:
    call = program(cast.chen)
    for other in ({}, {"customer_id": cast.tide.pk}, {"ordered_on": "2026-03-03"}):
        stated = {"orders": [order(**({"customer_id": cast.precision.pk} | other))]}
        assert call("POST", "/orders/bulk/", stated).document["created"] == 1
    assert count() == 3


def test_others_orders_are_neither_seen_nor_touched(cast: Cast, call: Program, program: As) -> None:
    theirs = program(cast.wang)("POST", "/orders/", order(customer_id=cast.southern.pk)).document["id"]
    assert call("GET", "/orders/").document["items"] == []
    for method in ("GET", "DELETE"):
        unseen, missing = call(method, f"/orders/{theirs}/"), call(method, "/orders/999999/")
        assert unseen.status == missing.status == 404
        assert unseen.content == missing.content
    assert call("POST", "/orders/", order(customer_id=cast.precision.pk)).status == 201
    kept = Order.objects.unscoped("a test looks").get(pk=theirs)
    assert (kept.customer_id, kept.cancelled_at, kept.ordered_on) == (cast.southern.pk, None, date(2026, 3, 2))


def test_an_order_that_cannot_be_read_keeps_none_of_the_others_out(cast: Cast, call: Program) -> None:
    good = order(customer_id=cast.precision.pk)
    wrong = [order("X", customer_id=cast.precision.pk, ordered_on="soon"), 7, good | {"number": "Y", "bogus": 1}]
    done = call("POST", "/orders/bulk/", {"orders": [*wrong, good, order("Z")]}).document
    assert done["created"] == 1
    assert [(each["index"], each["field"]) for each in done["refused"]] == [
        (0, "ordered_on"), (1, ""), (2, "bogus"), (4, "customer"),
    ]  # fmt: skip


def test_a_customer_may_be_null_where_its_name_is_given(cast: Cast, call: Program) -> None:
    stated = order(customer=None, customer_name="华东精密机械有限公司")
    assert call("POST", "/orders/", stated).document["customer_id"] == cast.precision.pk
