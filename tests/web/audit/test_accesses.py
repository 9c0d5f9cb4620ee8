"""What pages and the API note: who looked at what, and what was refused to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.api.conftest import Program, program
from tests.cast import NOW, Cast
from tests.security.routes import routes
from tests.web.conftest import Visit
from zhike.api.accesses import SHOWN as READ
from zhike.api.accesses import UNWATCHED as UNREAD
from zhike.domain.accounts.models import ApiToken
from zhike.domain.customers.services import add_contact
from zhike.flows import auditing
from zhike.kernel.models import Activity
from zhike.kernel.trail.denials import AN_HOUR, Throttle
from zhike.web.audit.accesses import forget_looks
from zhike.web.audit.watched import PARTS, SEARCHES, SHOWN, UNWATCHED
from zhike.web.moment import LOOKING_AS

__all__ = ["program"]


def noted() -> list[tuple[Any, ...]]:
    auditing.collect(now=NOW)
    rows = Activity.objects.filter(verb="viewed").order_by("pk")
    return list(rows.values_list("actor__name", "kind", "object_id", "customer_id", "changes", "note"))


def refused() -> list[tuple[Any, ...]]:
    rows = Activity.objects.filter(verb="denied").order_by("pk")
    return list(rows.values_list("actor__name", "kind", "changes", "note"))


def test_who_opens_a_customers_page_is_noted(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    for name in ("customers:page", "customers:contacts"):
        assert browser.get(reverse(name, args=[cast.precision.number])).status_code == 200
    pk = cast.precision.pk
    assert noted() == [
        ("李雷", "customer", pk, pk, {}, "page"),
        ("李雷", "customer", pk, pk, {}, "contacts"),
    ]


def test_a_list_is_noted_with_its_length_and_what_it_was_narrowed_to(cast: Cast, visit: Visit) -> None:
    visit(cast.chen).get(reverse("customers:list"), {"q": "精密", "owner": "me", "after": ""})
    visit(cast.chen).get(reverse("customers:list"))
    assert noted() == [
        ("陈立", "customer", 0, None, {"rows": [None, 0]}, "q=精**&owner=me"),
        ("陈立", "customer", 0, None, {"rows": [None, 2]}, ""),
    ]


@pytest.mark.parametrize("name", ["search:palette", "contacts:picker"])
def test_every_suggestion_that_a_whole_number_brought_is_noted(cast: Cast, visit: Visit, name: str) -> None:
    add_contact(customer=cast.tide, actor=cast.sun, now=NOW, name="吴工", phone="13812345678")
    browser = visit(cast.sun)
    for _ in range(3):
        assert browser.get(reverse(name), {"q": "138 1234 5678"}).status_code == 200
    said = ({"rows": [None, 1]}, f"{name.partition(':')[2]} q=138****5678")
    assert [(changes, note) for *_rest, changes, note in noted()] == [said] * 3


def test_the_parts_of_a_page_leave_no_line_beside_it_and_one_without_it(cast: Cast, visit: Visit) -> None:
    browser, number = visit(cast.li), cast.precision.number
    browser.get(reverse("customers:page", args=[number]))
    for name in ("customers:timeline", "interactions:log"):
        assert browser.get(reverse(name, args=[number])).status_code == 200
    assert [note for *_rest, note in noted()] == ["page"]
    forget_looks()
    browser.get(reverse("customers:timeline", args=[number]), {"kind": "order"})
    assert noted()[1:] == [("李雷", "customer", cast.precision.pk, cast.precision.pk, {}, "timeline kind=order")]


def test_a_search_while_somebody_types_leaves_few_lines_and_no_whole_name(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    for typed in ("华", "华东", "华东精", "华东精密", "华东精密机"):
        assert browser.get(reverse("customers:picker"), {"q": typed}).status_code == 200
    assert [(changes, note) for *_rest, changes, note in noted()] == [
        ({}, "picker q=华**"),
        ({"times": [None, 2]}, "picker q=华**"),
        ({"times": [None, 4]}, "picker q=华**"),
    ]


def test_what_a_program_reads_is_noted_as_its_persons_reading(
    cast: Cast, program: Callable[..., Program], visit: Visit
) -> None:
    contact = add_contact(customer=cast.tide, actor=cast.sun, now=NOW, name="吴工")
    call = program(cast.sun)
    assert call("GET", f"/contacts/{contact.pk}/").status == 200
    assert call("GET", f"/contacts/?customer_id={cast.tide.pk}").status == 200
    assert call("GET", "/me/").status == 200
    assert [row[1:] for row in noted()] == [
        ("contact", contact.pk, cast.tide.pk, {}, "api"),
        ("contact", 0, None, {"rows": [None, 1]}, f"api customer_id={cast.tide.pk}"),
    ]


def test_every_operation_leaves_a_line_or_says_why_not() -> None:
    """A new operation fails by its name: decide in `api.accesses` what reading it leaves."""
    read = {each.name.removeprefix("api:") for each in routes({}) if each.is_api and _answers_to_get(each.path)}
    assert sorted([*READ, *UNREAD]) == sorted(read - {""})


def _answers_to_get(path: str) -> bool:
    return "GET" in Client().options(path).headers.get("Allow", "GET")


def test_every_noun_of_the_api_is_watched(cast: Cast, program: Callable[..., Program]) -> None:
    call = program(cast.zhao)
    for noun in ("orders", "commitments", "person-requests", "imports", "trail"):
        assert call("GET", f"/{noun}/").status == 200
    assert {kind for _who, kind, *_rest in noted()} == {"order", "commitment", "privacy", "import", "trail"}


def test_a_token_that_is_wrong_or_over_leaves_a_line(cast: Cast, program: Callable[..., Program]) -> None:
    assert Program("zhike_made_up")("GET", "/customers/").status == 401
    call = program(cast.li)
    ApiToken.objects.update(revoked_at=NOW)
    assert call("GET", "/customers/").status == 401
    told = {"action": [None, "GET"], "status": [None, 401]}
    assert refused() == [(None, "api", told, "/api/v1/customers/"), ("李雷", "api", told, "/api/v1/customers/")]


def test_what_was_refused_was_not_seen_and_leaves_a_line(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    unseen = reverse("customers:page", args=[cast.southern.number])
    assert browser.get(unseen).status_code == 404
    assert browser.get(reverse("audit:list")).status_code == 403
    assert noted() == []
    assert refused() == [
        ("李雷", "page", {"action": [None, "GET"], "status": [None, 404]}, unseen),
        ("李雷", "page", {"action": [None, "GET"], "status": [None, 403]}, reverse("audit:list")),
    ]


def test_a_program_that_is_refused_leaves_a_line(cast: Cast, program: Callable[..., Program]) -> None:
    assert program(cast.li)("DELETE", f"/customers/{cast.southern.pk}/").status == 404
    [(who, kind, changes, note)] = refused()
    assert (who, kind, note) == ("李雷", "api", f"/api/v1/customers/{cast.southern.pk}/")
    assert changes == {"action": [None, "DELETE"], "status": [None, 404]}


def test_whoever_looks_as_somebody_else_is_named_and_as_whom(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.zhao)
    session = browser.session
    session[LOOKING_AS] = cast.li.pk
    session.save()
    assert browser.get(reverse("customers:page", args=[cast.precision.number])).status_code == 200
    assert browser.get(reverse("customers:page", args=[cast.southern.number])).status_code == 404
    [(who, _kind, _pk, _customer, changes, _note)] = noted()
    assert (who, changes) == ("赵敏", {"seen_as": [None, "李雷"]})
    [(who, _kind, changes, _note)] = refused()
    assert (who, changes["seen_as"]) == ("赵敏", [None, "李雷"])


def test_the_same_refusal_again_and_again_leaves_fewer_and_fewer_lines(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    for _each in range(20):
        browser.get(reverse("customers:page", args=[cast.southern.number]))
    assert [changes.get("times", [None, 1])[1] for _who, _kind, changes, _note in refused()] == [1, 2, 4, 8, 16]


def test_whoever_tries_every_door_leaves_a_bounded_number_of_lines() -> None:
    throttle = Throttle()
    lines = sum(bool(throttle.count(7, f"/customers/{number}/", NOW)) for number in range(100_000))
    assert lines == AN_HOUR + 7
    assert throttle.count(8, "/customers/1/", NOW) == 1


def test_every_page_leaves_a_line_or_says_why_not(cast: Cast, visit: Visit) -> None:
    """A new page fails by its name: decide in `watched` what a look at it leaves."""
    browser = visit(cast.zhao)
    pages = [each for each in routes({}) if not each.is_api]
    decided = [*SHOWN, *PARTS, *SEARCHES, *UNWATCHED]
    answer_to_get = {each.name for each in pages if browser.get(each.path).status_code != 405}
    assert sorted(decided) == sorted(answer_to_get)


@pytest.mark.parametrize("name", ["page", "archive", "contacts"])
def test_noting_a_look_costs_no_query(cast: Cast, visit: Visit, name: str) -> None:
    visit(cast.li).get(reverse(f"customers:{name}", args=[cast.precision.number]))
    assert not Activity.objects.filter(verb="viewed").exists()
