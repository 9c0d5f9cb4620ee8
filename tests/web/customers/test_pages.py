from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.promised import owed
from zhike.domain.accounts.models import Permission, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers import services
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order, OrderLine, Product
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

Visit = Callable[[User], Client]
MOST_QUERIES = 12
TABS = ("page", "timeline", "archive", "contacts", "orders", "care", "promises", "glance", "edit", "needs")


@pytest.fixture
def busy(cast: Cast) -> Customer:
    """华东精密 with something of everything."""
    customer = cast.precision
    services.change_customer(customer=customer, actor=cast.chen, now=NOW, region="上海", department=cast.east)
    services.tag_customers(customer_ids=[customer.pk], names=["展会"], actor=cast.li, now=NOW)
    head = services.add_contact(customer=customer, actor=cast.li, now=NOW, name="张三", phone="13800138000")
    services.add_contact(customer=customer, actor=cast.li, now=NOW, name="李四", reports_to=head)
    services.save_needs_profile(customer=customer, actor=cast.li, now=NOW, pain_points="交期不稳")
    product = Product.objects.create(code="P", name="丝杠", category="传动")
    for number in range(3):
        order = Order.objects.create(
            customer=customer,
            number=f"O{number}",
            ordered_on=NOW.date() - timedelta(days=number),
            amount_minor=120_050,
            created_at=NOW,
            changed_at=NOW,
        )
        OrderLine.objects.create(order=order, position=1, product=product, quantity=2, amount_minor=120_050)
        talk = Interaction.objects.create(
            customer=customer, occurred_at=NOW, channel="visit", summary="谈交期", logged_by=cast.li, created_at=NOW
        )
        talk.contacts.add(head)
        for outcome in ("", "kept"):
            Commitment.objects.create(
                customer=customer,
                content="季度拜访",
                owner=cast.li,
                due_at=NOW - timedelta(days=number),
                source_kind="plan",
                cycle=f"2026-{number}{outcome}",
                planned_on=NOW.date(),
                created_at=NOW,
                outcome=outcome,
                closed_at=NOW if outcome else None,
            )
    return customer


@pytest.mark.parametrize("query", ["", "?q=jm", "?sort=-amount", "?owner=me&lifecycle=new&tag=展会", "?overdue=1"])
def test_the_list_costs_few_queries(
    visit: Visit, cast: Cast, busy: Customer, query: str, django_assert_max_num_queries: Any
) -> None:
    browser = visit(cast.chen)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = browser.get(reverse("customers:list") + query)
    assert answer.status_code == 200


@pytest.mark.parametrize("tab", TABS)
def test_a_customers_page_costs_few_queries_whatever_it_shows(
    visit: Visit, cast: Cast, busy: Customer, tab: str, django_assert_max_num_queries: Any
) -> None:
    browser = visit(cast.chen)
    of_every_kind_and_our_people = 2 if tab == "timeline" else 0
    with django_assert_max_num_queries(MOST_QUERIES + of_every_kind_and_our_people):
        answer = browser.get(reverse(f"customers:{tab}", args=[busy.number]))
    assert answer.status_code == 200


def test_the_palette_finds_customers_and_contacts_in_five_queries_of_its_own(
    visit: Visit, cast: Cast, busy: Customer, django_assert_max_num_queries: Any
) -> None:
    browser = visit(cast.zhao)
    session_and_person = 3
    with django_assert_max_num_queries(5 + session_and_person):
        found = browser.get(reverse("search:palette") + "?q=zs").content.decode()
    assert "张三" in found
    assert "南粤电子" in browser.get(reverse("search:palette") + "?q=nydz").content.decode()
    assert "南粤电子" not in visit(cast.li).get(reverse("search:palette") + "?q=nydz").content.decode()
    assert browser.get(reverse("search:palette") + "?q=").content.strip() == b""


@pytest.mark.parametrize("tab", [*TABS, "removal"])
def test_a_customer_out_of_sight_is_not_there(visit: Visit, cast: Cast, tab: str) -> None:
    answer = visit(cast.li).get(reverse(f"customers:{tab}", args=[cast.southern.number]))
    assert answer.status_code == 404
    assert cast.southern.name not in answer.content.decode()


def test_the_page_tells_everything_about_a_customer(visit: Visit, cast: Cast, busy: Customer) -> None:
    browser = visit(cast.li)
    page = browser.get(reverse("customers:page", args=[busy.number])).content.decode()
    for shown in (busy.name, busy.number, "李雷", "¥3,602", "张三", "展会", "季度拜访"):
        assert shown in page
    told = browser.get(reverse("customers:timeline", args=[busy.number])).content.decode()
    for shown in ("谈交期", "O1", "季度拜访", "上海", "李四"):
        assert shown in told
    assert "丝杠" in browser.get(reverse("customers:orders", args=[busy.number])).content.decode()
    assert "交期不稳" in browser.get(reverse("customers:archive", args=[busy.number])).content.decode()


def test_whoever_sees_only_his_own_promises_is_told_so_instead_of_zero(visit: Visit, cast: Cast) -> None:
    owed(cast.precision, cast.li, NOW + timedelta(days=2))
    Permission.objects.filter(role__key="sales_director", kind="commitment", action="view").update(level=Level.OWN)
    browser, number = visit(cast.chen), cast.precision.number
    page = browser.get(reverse("customers:page", args=[number])).content.decode()
    assert "仅您负责的" in page
    assert ">没有待办承诺" not in page
    assert "无逾期" not in page
    for tab in ("promises", "care"):
        told = browser.get(reverse(f"customers:{tab}", args=[number])).content.decode()
        assert "同事对该客户的承诺不在您的查看范围内" in told
        assert ">没有待办承诺" not in told
    assert "•••" in browser.get(reverse("customers:list") + "?sort=number").content.decode()


def test_whoever_sees_all_that_is_owed_reads_plain_figures(visit: Visit, cast: Cast) -> None:
    page = visit(cast.chen).get(reverse("customers:page", args=[cast.precision.number])).content.decode()
    assert "仅您负责的" not in page
    assert "没有待办承诺" in page


def test_a_file_is_opened_by_name_alone_and_a_second_click_opens_no_other(visit: Visit, cast: Cast) -> None:
    browser = visit(cast.li)
    form = {"name": "上海启明", "kind": "company", "lifecycle": "new", "token": "t", "contact_name": "王五"}
    for _click in range(2):
        answer = browser.post(reverse("customers:new"), form)
    opened = Customer.objects.for_user(cast.li).get(sort_name="上海启明")
    assert answer["Location"] == reverse("customers:page", args=[opened.number])
    assert Contact.objects.for_user(cast.li).get(customer=opened).name == "王五"


def test_the_timeline_names_who_took_part_and_who_wrote_it_down(visit: Visit, cast: Cast) -> None:
    for minute, staff in enumerate([[cast.li], [cast.sun], [cast.li, cast.sun], []]):
        talked = Interaction.objects.create(
            customer=cast.precision,
            channel="phone",
            occurred_at=NOW - timedelta(minutes=minute),
            logged_by=cast.li,
            created_at=NOW,
        )
        talked.staff.set(staff)
    told = visit(cast.chen).get(reverse("customers:timeline", args=[cast.precision.number])).context["stories"]
    assert [story.who for story in told[:4]] == ["李雷", "孙悦（由李雷录入）", "李雷、孙悦", "李雷"]


def test_a_contact_is_edited_and_removed_by_words_in_a_menu(visit: Visit, cast: Cast) -> None:
    known = services.add_contact(customer=cast.precision, actor=cast.li, now=NOW, name="张三", phone="13800138000")
    page = visit(cast.li).get(reverse("customers:contacts", args=[cast.precision.number])).content.decode()
    address = reverse("contacts:edit", args=[known.pk])
    assert f'class="dropdown-item" href="{address}"' in page
    assert ">张三</a>" not in page
    for word in ("编辑", "同意记录", "移除"):
        assert f"<span>{word}</span>" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "华东精密机械有限公司"},
        {"name": " 华东精密机械 股份有限公司"},
        {"name": "别的名称", "contact_phone": "+86 138-0013-8000"},
        {"name": "别的名称", "credit_code": "91310000MA1FL0XX08"},
    ],
)
def test_a_customer_that_is_here_already_is_shown_before_it_is_opened_twice(
    visit: Visit, cast: Cast, typed: dict[str, str]
) -> None:
    services.add_contact(customer=cast.precision, actor=cast.li, now=NOW, name="张三", phone="13800138000")
    Customer.objects.unscoped("in a test").filter(pk=cast.precision.pk).update(credit_code="91310000MA1FL0XX08")
    asked = visit(cast.li).post(reverse("customers:new"), typed, headers={"HX-Request": "true", "HX-Target": "alike"})
    assert cast.precision.number in asked.content.decode()
    assert Customer.objects.unscoped("in a test").count() == 4


def test_a_namesake_is_opened_once_that_is_confirmed(visit: Visit, cast: Cast) -> None:
    browser, form = visit(cast.li), {"name": "华东精密机械有限公司", "kind": "company", "lifecycle": "new"}
    answer = browser.post(reverse("customers:new"), form)
    assert answer.status_code == 422
    assert cast.precision.number in answer.content.decode()
    assert browser.post(reverse("customers:new"), {**form, "is_another": "yes"}).status_code == 302


def test_a_namesake_out_of_sight_is_not_betrayed(visit: Visit, cast: Cast) -> None:
    browser, form = visit(cast.li), {"name": cast.southern.name, "kind": "company", "lifecycle": "new"}
    asked = browser.post(reverse("customers:new"), form, headers={"HX-Request": "true", "HX-Target": "alike"})
    assert asked.content.decode().strip() == ""
    assert browser.post(reverse("customers:new"), form).status_code == 302


def test_a_wrong_value_comes_back_at_its_field(visit: Visit, cast: Cast) -> None:
    form = {
        "name": "上海启明",
        "kind": "company",
        "lifecycle": "new",
        "credit_code": "123",
        "yearly_revenue_minor": "许多",
    }
    answer = visit(cast.li).post(reverse("customers:new"), form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"yearly_revenue_minor", "credit_code"}
    answer = visit(cast.li).post(reverse("customers:new"), {**form, "yearly_revenue_minor": "120万"})
    assert list(answer.context["form"].errors) == ["credit_code"]


def test_the_slower_of_two_reads_at_the_field_what_the_file_says_by_now(visit: Visit, cast: Cast) -> None:
    address = reverse("customers:edit", args=[cast.precision.number])
    form = {"name": cast.precision.name, "kind": "company", "region": "上海", "main_business": "轴承"}
    seen = {"lifecycle": cast.precision.lifecycle, "seen_at": NOW.isoformat()}
    services.change_customer(customer=cast.precision, actor=cast.chen, now=NOW + timedelta(minutes=1), region="苏州")
    answer = visit(cast.li).post(address, {**form, **seen})
    errors = answer.context["form"].errors
    assert set(errors) == {"__all__", "region"}
    assert "苏州" in errors["region"][0]
    assert answer.context["form"]["region"].value() == "上海"


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("profit_margin", "500", "“500”"),
        ("founded_on", "2090-01-01", "“2090-01-01”"),
        ("cooperation_started_on", "2026-03-17", "“2026-03-17”"),
        ("contact_phone", "abc", "“abc”"),
    ],
)
def test_what_cannot_be_comes_back_with_the_rest_of_what_is_wrong(
    visit: Visit, cast: Cast, field: str, value: str, shown: str
) -> None:
    form = {"name": "上海启明", "kind": "company", "lifecycle": "new", "contact_name": "王五", "employees": "x"}
    answer = visit(cast.li).post(reverse("customers:new"), {**form, field: value})
    assert set(answer.context["form"].errors) == {"employees", field}
    assert shown in answer.context["form"].errors[field][0]


def test_the_slower_of_two_is_told_and_may_then_save(visit: Visit, cast: Cast) -> None:
    address = reverse("customers:edit", args=[cast.precision.number])
    form = {"name": "华东精密", "kind": "company", "lifecycle": "active", "seen_at": NOW.isoformat()}
    services.change_customer(customer=cast.precision, actor=cast.chen, now=NOW + timedelta(minutes=1), region="苏州")
    answer = visit(cast.li).post(address, form)
    assert answer.status_code == 422
    assert "陈立" in answer.content.decode()
    again = {**form, "seen_at": answer.context["form"]["seen_at"].value()}
    assert visit(cast.li).post(address, again).status_code == 302


def test_customers_are_handed_over_and_the_toast_takes_it_back(visit: Visit, cast: Cast) -> None:
    browser = visit(cast.chen)
    ids = f"{cast.precision.pk},{cast.tide.pk}"
    answer = browser.post(
        reverse("customers:owner"), {"ids": ids, "owner": cast.chen.pk}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Refresh"] == "true"
    cast.precision.refresh_from_db()
    assert cast.precision.owner == cast.chen
    row = Activity.objects.filter(verb="assigned").latest("pk")
    browser.post(reverse("customers:undo", args=[row.pk]))
    cast.precision.refresh_from_db()
    assert cast.precision.owner == cast.li


def test_tags_and_stage_are_changed_from_the_list(visit: Visit, cast: Cast) -> None:
    browser = visit(cast.li)
    browser.post(reverse("customers:tags"), {"ids": str(cast.precision.pk), "names": "重点，展会"})
    assert sorted(tag.name for tag in cast.precision.tags.all()) == ["展会", "重点"]
    stage = reverse("customers:lifecycle", args=[cast.precision.number])
    assert browser.post(stage, {"lifecycle": "at_risk"}, headers={"HX-Request": "true"}).status_code == 200
    cast.precision.refresh_from_db()
    assert cast.precision.lifecycle == "at_risk"
    assert browser.post(stage, {"lifecycle": "asleep"}).status_code == 422


def test_a_file_is_deleted_and_brought_back(visit: Visit, cast: Cast) -> None:
    browser = visit(cast.li)
    browser.post(reverse("customers:removal", args=[cast.precision.number]))
    assert browser.get(reverse("customers:page", args=[cast.precision.number])).status_code == 404
    row = Activity.objects.get(verb="deleted")
    browser.post(reverse("customers:undo", args=[row.pk]))
    assert browser.get(reverse("customers:page", args=[cast.precision.number])).status_code == 200


@pytest.mark.parametrize(
    ("action", "address"),
    [
        ("create", "new"),
        ("edit", "edit"),
        ("delete", "removal"),
        ("assign", "owner"),
        ("edit", "tags"),
        ("edit", "needs"),
    ],
)
def test_what_a_role_may_not_do_is_refused_with_a_sentence_and_not_offered(
    visit: Visit, cast: Cast, action: str, address: str
) -> None:
    Permission.objects.filter(role__key="account_manager", kind="customer", action=action).delete()
    arguments = [] if address in {"new", "owner", "tags"} else [cast.precision.number]
    target = reverse(f"customers:{address}", args=arguments)
    before = Activity.objects.exclude(verb="denied").count()
    for method in ("get", "post"):
        answer = getattr(visit(cast.li), method)(target, {"ids": cast.precision.pk, "name": "x"})
        assert answer.status_code == 403
    assert Activity.objects.exclude(verb="denied").count() == before
    for route, numbers in (("list", []), ("page", [cast.precision.number])):
        assert f'"{target}' not in visit(cast.li).get(reverse(f"customers:{route}", args=numbers)).content.decode()


def test_a_contact_is_added_changed_removed_and_brought_back(visit: Visit, cast: Cast) -> None:
    browser = visit(cast.li)
    browser.post(reverse("contacts:new", args=[cast.precision.number]), {"name": "张三", "phone": "138 0013 8000"})
    contact = Contact.objects.for_user(cast.li).get()
    browser.post(
        reverse("contacts:edit", args=[contact.pk]), {"name": "张三丰", "seen_at": contact.changed_at.isoformat()}
    )
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("张三丰", "")
    browser.post(reverse("contacts:removal", args=[contact.pk]))
    assert browser.get(reverse("contacts:edit", args=[contact.pk])).status_code == 404
    browser.post(reverse("customers:undo", args=[Activity.objects.get(verb="deleted").pk]))
    assert browser.get(reverse("contacts:edit", args=[contact.pk])).status_code == 200
    assert visit(cast.wang).get(reverse("contacts:edit", args=[contact.pk])).status_code == 404


def test_pickers_offer_only_what_the_person_may_see(visit: Visit, cast: Cast, busy: Customer) -> None:
    def offered(person: User, route: str, query: str) -> list[str]:
        return [one["text"] for one in visit(person).get(reverse(route) + query).json()["results"]]

    assert offered(cast.li, "customers:picker", "?q=") == [cast.precision.name]
    assert offered(cast.zhao, "customers:picker", "?q=ny") == [cast.southern.name]
    assert offered(cast.li, "contacts:picker", f"?customer={busy.pk}&q=三") == ["张三"]
    assert offered(cast.wang, "contacts:picker", f"?customer={busy.pk}") == []
    assert offered(cast.li, "customers:people", "?q=wf") == ["王芳"]
    assert "钱静" not in offered(cast.li, "customers:people", "?q=")


@pytest.mark.parametrize(
    "query", ["?after=x", "?before=%00", "?sort=password", "?owner=99999999999", "?department=x&tier=;"]
)
def test_nonsense_in_the_address_is_answered_with_a_sentence_or_ignored(visit: Visit, cast: Cast, query: str) -> None:
    assert visit(cast.li).get(reverse("customers:list") + query).status_code in {200, 422}


def test_who_referred_a_customer_is_named_to_those_who_may_see_that_file(cast: Cast, visit: Visit) -> None:
    services.change_customer(customer=cast.precision, actor=cast.zhao, now=NOW, referred_by=cast.southern)
    address = reverse("customers:archive", args=[cast.precision.number])
    assert cast.southern.name in visit(cast.zhao).get(address).content.decode()
    assert cast.southern.name not in visit(cast.li).get(address).content.decode()
