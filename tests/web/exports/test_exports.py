"""Customers leave as a file for a reason, above a number of rows with a second person's approval."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.accounts import rules
from zhike.domain.accounts.models import ExportRequest, Permission, User
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import change_customer
from zhike.flows import exporting
from zhike.kernel import clock
from zhike.kernel.models import Activity
from zhike.kernel.trail import typed_words


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are many."""
    monkeypatch.setattr(rules, "MOST_EXPORTED_ALONE", 1)


def ask(visit: Visit, person: User, query: str = "") -> Any:
    return visit(person).post(reverse("exports:customers") + query, {"reason": "分析"})


def take(visit: Visit, person: User) -> Any:
    asked = ExportRequest.objects.latest("pk")
    return visit(person).post(reverse("exports:file", args=[asked.pk]))


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_a_small_file_is_there_at_once_masked_and_marked(cast: Cast, visit: Visit) -> None:
    change_customer(customer=cast.precision, address="杭州市西湖区文三路 90 号", actor=cast.li, now=NOW)
    ask(visit, cast.li)
    heading, row = rows_of(take(visit, cast.li))
    assert len(heading) == len(row)
    assert row[0] == cast.precision.number
    assert "杭州市西湖区****" in row
    assert cast.li.email in row[-1]
    lines = Activity.objects.filter(kind="export").order_by("pk")
    words = typed_words(lines)
    told = [(line.verb, words[line.pk], line.actor_id) for line in lines]
    assert told == [("requested", "分析", cast.li.pk), ("exported", "分析", cast.li.pk)]


def test_without_a_reason_or_the_right_there_is_no_file(cast: Cast, visit: Visit) -> None:
    assert visit(cast.li).post(reverse("exports:customers"), {"reason": " "}).status_code == 422
    Permission.objects.filter(action="export").delete()
    assert ask(visit, cast.li).status_code == 403
    assert not ExportRequest.objects.exists()


def test_a_large_file_waits_for_a_second_person(cast: Cast, visit: Visit, strict: None) -> None:
    ask(visit, cast.chen)
    assert take(visit, cast.chen).status_code == 422
    asked = ExportRequest.objects.get()
    decision = reverse("exports:decision", args=[asked.pk])
    assert visit(cast.chen).post(decision, {"decision": "approve"}).status_code == 404
    assert visit(cast.zhou).post(decision, {"decision": "approve"}).status_code == 404
    page = visit(cast.zhao).get(reverse("exports:list"))
    assert list(page.context["waiting"]) == [asked]
    assert [each.waiting for each in page.context["frame"].pages if "exports" in each.url] == [1]
    visit(cast.zhao).post(decision, {"decision": "approve"})
    assert visit(cast.zhao).post(decision, {"decision": "refuse"}).status_code == 409
    assert len(rows_of(take(visit, cast.chen))) == 3


def approve(visit: Visit, person: User) -> None:
    asked = ExportRequest.objects.latest("pk")
    visit(person).post(reverse("exports:decision", args=[asked.pk]), {"decision": "approve"})


def test_a_large_file_in_small_pieces_waits_too(
    cast: Cast, visit: Visit, strict: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (cast.li, cast.sun):
        ask(visit, cast.chen, f"?owner={person.pk}")
    first, second = ExportRequest.objects.order_by("pk")
    browser = visit(cast.chen)
    assert browser.post(reverse("exports:file", args=[first.pk])).status_code == 200
    assert browser.post(reverse("exports:file", args=[second.pk])).status_code == 422
    ask(visit, cast.chen, f"?owner={cast.sun.pk}")
    assert not ExportRequest.objects.latest("pk").is_approved
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=24, seconds=1))
    assert visit(cast.chen).post(reverse("exports:file", args=[second.pk])).status_code == 200


def test_a_file_is_taken_once(cast: Cast, visit: Visit, strict: None) -> None:
    ask(visit, cast.chen)
    approve(visit, cast.zhao)
    assert [take(visit, cast.chen).status_code for _ in range(2)] == [200, 422]
    assert Activity.objects.filter(verb="exported").count() == 1


def test_a_file_that_could_not_be_made_was_not_taken(cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(visit, cast.chen)
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "write_workbook", Mock(side_effect=OSError("full")))
        with pytest.raises(OSError, match="full"):
            take(visit, cast.chen)
    assert take(visit, cast.chen).status_code == 200


@pytest.mark.parametrize(("more", "status"), [(2, 200), (3, 422)])
def test_an_approval_is_for_as_many_rows_as_were_asked_for_and_a_tenth(
    cast: Cast, visit: Visit, strict: None, more: int, status: int
) -> None:
    def bring(count: int, prefix: str) -> None:
        Customer.objects.bulk_create(
            Customer(number=f"{prefix}{n}", name="x", owner=cast.chen, created_at=NOW, changed_at=NOW)
            for n in range(count)
        )

    bring(20, "A")
    ask(visit, cast.chen, f"?owner={cast.chen.pk}")
    approve(visit, cast.zhao)
    bring(more, "B")
    assert take(visit, cast.chen).status_code == status


def test_what_is_refused_is_not_given(cast: Cast, visit: Visit, strict: None) -> None:
    ask(visit, cast.chen)
    asked = ExportRequest.objects.get()
    visit(cast.zhao).post(reverse("exports:decision", args=[asked.pk]), {"decision": "refuse"})
    assert take(visit, cast.chen).status_code == 422


def test_the_file_holds_what_the_rights_of_now_allow(cast: Cast, visit: Visit) -> None:
    ask(visit, cast.chen)
    Customer.everything.filter(pk=cast.tide.pk).update(owner=cast.wang, department=cast.south)
    numbers = [row[0] for row in rows_of(take(visit, cast.chen))[1:]]
    assert numbers == [cast.precision.number]


def test_a_small_file_that_has_grown_is_asked_for_again(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(visit, cast.chen)
    monkeypatch.setattr(rules, "MOST_EXPORTED_ALONE", 1)
    assert take(visit, cast.chen).status_code == 422


def test_nobody_takes_the_file_of_another(cast: Cast, visit: Visit) -> None:
    ask(visit, cast.li)
    assert take(visit, cast.zhao).status_code == 404


def test_the_filters_of_the_list_hold_for_the_file(cast: Cast, visit: Visit) -> None:
    ask(visit, cast.chen, f"?owner={cast.sun.pk}&created_from=2020-01-01")
    assert [row[0] for row in rows_of(take(visit, cast.chen))[1:]] == [cast.tide.number]
