"""What pages and the API note: who looked at what, and what was refused to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from tests.api.conftest import Program, program
from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.customers.services import add_contact
from zhike.flows import auditing
from zhike.kernel.models import Activity
from zhike.kernel.trail.denials import AN_HOUR, Throttle
from zhike.web.audit.accesses import SHOWN, SUGGESTED
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


@pytest.mark.parametrize("address", ["search:palette", "contacts:picker"])
def test_a_suggestion_is_noted_where_a_whole_number_found_somebody(cast: Cast, visit: Visit, address: str) -> None:
    add_contact(customer=cast.tide, actor=cast.sun, now=NOW, name="吴工", phone="13812345678")
    for text in ("吴工", "13800005678", "138 1234 5678"):
        assert visit(cast.sun).get(reverse(address), {"q": text}).status_code == 200
    assert noted() == [("孙悦", "contact", 0, None, {"rows": [None, 1]}, "q=138****5678")]


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


def test_every_page_that_is_watched_exists() -> None:
    names = {
        f"{space}:{name}"
        for space, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert {*SHOWN, *SUGGESTED} <= names


@pytest.mark.parametrize("name", ["page", "archive", "contacts"])
def test_noting_a_look_costs_no_query(cast: Cast, visit: Visit, name: str) -> None:
    visit(cast.li).get(reverse(f"customers:{name}", args=[cast.precision.number]))
    assert not Activity.objects.filter(verb="viewed").exists()
