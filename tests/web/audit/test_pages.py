"""The trail as its auditors see it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Program, program
from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import in_tier
from zhike.domain.accounts import rules
from zhike.domain.accounts.models import ExportRequest, Permission
from zhike.domain.accounts.services import separate_administrators
from zhike.domain.customers import services
from zhike.flows import auditing
from zhike.kernel import trail
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

__all__ = ["program"]


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """A company in which a few things have happened."""
    services.change_customer(
        customer=cast.precision, actor=cast.li, now=NOW, region="上海", yearly_revenue_minor=120_000_00
    )
    services.add_contact(
        customer=cast.tide, actor=cast.sun, now=NOW - timedelta(days=2), name="欧阳静", phone="13812345678"
    )
    trail.record(verb="reconciled", kind="commitment", object_id=0, actor=None, now=NOW - timedelta(days=1))
    auditing.seal(now=NOW)
    return cast


def shown(browser: Client, **narrowing: str) -> list[str]:
    """What the lines on the page say, the latest first."""
    response = browser.get(reverse("audit:list"), narrowing)
    assert response.status_code == 200
    return [f"{each.who} {each.verb} {each.what}" for each in response.context["lines"]]


def test_the_trail_reads_in_sentences_the_latest_first(busy: Cast, visit: Visit) -> None:
    assert shown(visit(busy.zhao)) == [
        f"李雷 更改了 客户 {busy.precision.number}",
        "系统 修复了 承诺",
        f"孙悦 新建了 联系人 {Activity.objects.get(kind='contact').object_id} ({busy.tide.number})",
    ]


def test_nobody_but_an_auditor_reads_it(busy: Cast, visit: Visit, program: Callable[..., Program]) -> None:
    number = Activity.objects.order_by("pk")[0].pk
    for person in (busy.li, busy.chen):
        for name, arguments in (("list", []), ("line", [number]), ("export", []), ("keeping", [])):
            assert visit(person).get(reverse(f"audit:{name}", args=arguments)).status_code == 403
        assert program(person)("GET", "/trail/").status == 403


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"since": "2026-03-16"}, ["李雷"]),
        ({"until": "2026-03-14"}, ["孙悦"]),
        ({"since": "2026-03-15", "until": "2026-03-15"}, ["系统"]),
        ({"person": "system"}, ["系统"]),
        ({"kind": "contact"}, ["孙悦"]),
        ({"verb": "changed"}, ["李雷"]),
        ({"customer": "c202603001"}, ["李雷"]),
        ({"customer": "C209901001"}, []),
        ({"kind": "commitment", "record": "0"}, ["系统"]),
        ({"since": "nonsense", "record": "x"}, ["李雷", "系统", "孙悦"]),
    ],
)
def test_it_can_be_narrowed(busy: Cast, visit: Visit, narrowing: dict[str, str], expected: list[str]) -> None:
    assert [line.split()[0] for line in shown(visit(busy.zhao), **narrowing)] == expected


def test_a_long_trail_comes_in_pages_at_the_same_price(
    busy: Cast, visit: Visit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows: list[tuple[int, int | None, trail.Changes]] = [(number, None, {}) for number in range(200)]
    trail.record_many(rows, verb="imported", kind="order", actor=busy.li, now=NOW - timedelta(hours=1))
    browser = visit(busy.zhao)
    with django_assert_max_num_queries(16):
        response = browser.get(reverse("audit:list"))
    seen = [each.line.pk for each in response.context["lines"]]
    while response.context["after"]:
        response = browser.get(reverse("audit:list"), {"after": response.context["after"]})
        seen += [each.line.pk for each in response.context["lines"]]
    assert len(seen) == len(set(seen)) == Activity.objects.exclude(verb__startswith="sign").count()


def test_a_line_shows_before_and_after_with_personal_values_masked(busy: Cast, visit: Visit) -> None:
    line = Activity.objects.get(verb="changed")
    page = visit(busy.zhao).get(reverse("audit:line", args=[line.pk])).content.decode()
    assert "上海" in page
    contact = Activity.objects.get(kind="contact")
    page = visit(busy.zhao).get(reverse("audit:line", args=[contact.pk])).content.decode()
    assert "欧**" in page
    assert "欧阳静" not in page


def test_amounts_are_for_those_who_may_see_them(busy: Cast) -> None:
    line = Activity.objects.get(verb="changed")
    assert auditing.changes_of(line, shows_amounts=False)["yearly_revenue_minor"] == [None, "•••"]
    assert auditing.changes_of(line, shows_amounts=True)["yearly_revenue_minor"] == [None, 120_000_00]


def test_an_export_wants_a_reason_and_leaves_a_line(busy: Cast, visit: Visit) -> None:
    browser = visit(busy.zhao)
    address = reverse("audit:export") + "?kind=customer"
    assert browser.post(address, {"reason": " "}).status_code == 422
    response = browser.post(address, {"reason": "季度检查"})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[2] for row in rows[1:]] == ["李雷"]
    assert "赵敏" in rows[0][-1]
    assert Activity.objects.get(verb="exported").changes == {
        "rows": [None, 1],
        "filters": [None, "kind=customer"],
        "reason": [None, "•••"],
    }


def test_many_lines_want_a_second_person(busy: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_EXPORTED_ALONE", 2)
    people = {name: getattr(busy, name) for name in ("chen", "zhou", "sun")}
    for person in people.values():
        person.set_password("x")
        person.save()
    separate_administrators(system=busy.chen, security=busy.zhou, audit=busy.sun, actor=busy.zhao, now=NOW)
    browser, address = visit(busy.sun), reverse("audit:export")
    assert browser.post(address, {"reason": "季度检查"}).status_code == 302
    asked = ExportRequest.objects.get()
    take = reverse("audit:file", args=[asked.pk])
    assert browser.post(take).status_code == 422
    assert browser.post(reverse("exports:decision", args=[asked.pk]), {"decision": "approve"}).status_code == 403
    assert visit(busy.chen).get(reverse("exports:list")).status_code == 403
    assert list(visit(busy.zhou).get(reverse("exports:list")).context["waiting"]) == [asked]
    visit(busy.zhou).post(reverse("exports:decision", args=[asked.pk]), {"decision": "approve"})
    assert [(row, is_ready) for row, is_ready in browser.get(address).context["asked"]] == [(asked, True)]
    assert b"".join(browser.post(take).streaming_content).count(b"\n") == asked.rows + 1  # type: ignore[attr-defined]
    assert browser.post(take).status_code == 422


def test_an_auditor_reads_the_reason_that_nobody_finds_in_the_line(busy: Cast, visit: Visit) -> None:
    contact = services.add_contact(customer=busy.precision, name="欧阳静", phone="13812345678", actor=busy.li, now=NOW)
    services.reveal_contact(contact=contact, reason="欧阳静约了周五", actor=busy.li, now=NOW)
    line = Activity.objects.get(verb="revealed")
    assert "欧阳静" not in str(Activity.objects.values_list("note", "changes"))
    for address in (reverse("audit:list"), reverse("audit:line", args=[line.pk])):
        assert "欧阳静约了周五" in visit(busy.zhao).get(address).content.decode()
    response = visit(busy.zhao).post(reverse("audit:export"), {"reason": "季度检查"})
    assert "欧阳静约了周五" in b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_state_of_the_chain_is_on_the_page(busy: Cast, visit: Visit) -> None:
    page = visit(busy.zhao).get(reverse("audit:list")).content.decode()
    assert trail.head_text(trail.head()) in page
    assert "尚未校验" in page
    trail.note_verification(trail.Verified(at=NOW, seals=1, lines=3, seconds=0.1, findings=("line 2 is missing",)))
    assert "line 2 is missing" in visit(busy.zhao).get(reverse("audit:list")).content.decode()


def test_the_trail_is_kept_at_least_as_long_as_the_law_asks(busy: Cast, visit: Visit) -> None:
    browser, address = visit(busy.zhao), reverse("audit:keeping")
    refused = browser.post(address, {"days": 183})
    assert refused.status_code == 422
    assert "184" in refused.content.decode()
    assert trail.days_kept() == 400
    assert browser.post(address, {"days": 184}).status_code == 302
    assert trail.days_kept() == 184
    assert Activity.objects.get(kind="trail").changes == {"days": [400, 184]}


def test_programs_of_auditors_read_it_too(busy: Cast, program: Callable[..., Program]) -> None:
    answer = program(busy.zhao)("GET", "/trail/?verb=changed&size=1")
    assert answer.status == 200
    [line] = answer.document["items"]
    assert (line["person"], line["customer_number"], line["verb"]) == (busy.li.email, busy.precision.number, "changed")
    assert line["changes"]["region"] == ["", "上海"]
    assert answer.document["head"] == trail.head_text(trail.head())
    first = program(busy.zhao)("GET", "/trail/?size=2").document
    second = program(busy.zhao)("GET", f"/trail/?size=2&after={first['next']}").document
    assert not {line["number"] for line in first["items"]} & {line["number"] for line in second["items"]}


def test_a_line_speaks_in_names_and_in_the_words_of_the_filters(cast: Cast, visit: Visit) -> None:
    scheme = in_tier(cast.precision, "a").scheme_id
    trail.record(verb="evaluated", kind="scheme", object_id=scheme, actor=cast.zhao, now=NOW)
    note = "tier=abc:a&lifecycle=at_risk&sort=-created"
    trail.record(verb="viewed", kind="customer", object_id=0, actor=cast.zhao, now=NOW, note=note)
    looked, evaluated = visit(cast.zhao).get(reverse("audit:list")).context["lines"][:2]
    assert evaluated.what.endswith("ABC 分级")
    assert looked.facts == "等级: A 级 · 生命周期: 有流失风险 · 排序: 创建日期 ↓"


def test_a_line_leads_to_its_customer_where_the_reader_may_see_it(busy: Cast, visit: Visit) -> None:
    line = Activity.objects.filter(customer_id=busy.precision.pk).latest("pk")
    address = reverse("audit:line", args=[line.pk])
    way = f'href="/customers/{busy.precision.number}/"'
    assert way in visit(busy.zhao).get(address).content.decode()
    Permission.objects.filter(role__key="administrator", kind="customer").update(level=Level.NONE)
    assert way not in visit(busy.zhao).get(address).content.decode()
