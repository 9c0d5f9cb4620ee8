from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhike.domain.customers import services
from zhike.domain.customers.models import Contact, Customer
from zhike.kernel.errors import Conflict, Denied, NotFound, Refused
from zhike.kernel.models import Activity

LATER = NOW + timedelta(minutes=5)


def _trail(customer: Customer) -> list[tuple[str, dict[str, Any]]]:
    rows = Activity.objects.filter(customer_id=customer.pk).order_by("pk")
    return [(row.verb, row.changes) for row in rows]


def test_a_name_is_enough_and_the_file_is_the_openers_own(cast: Cast) -> None:
    customer = services.create_customer(actor=cast.li, now=NOW, name="  上海  启明科技 ")
    assert (customer.name, customer.number) == ("上海 启明科技", "C202603005")
    assert (customer.owner, customer.department) == (cast.li, cast.east)
    assert [verb for verb, _changes in _trail(customer)] == ["created"]


def test_the_same_form_sent_twice_opens_one_file(cast: Cast) -> None:
    first = services.create_customer(actor=cast.li, now=NOW, token="t", name="甲")
    assert services.create_customer(actor=cast.li, now=LATER, token="t", name="甲") == first


def test_a_refused_file_takes_no_number(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.create_customer(actor=cast.li, now=NOW, name="甲", industry="炼金术")
    assert services.create_customer(actor=cast.li, now=NOW, name="乙").number == "C202603005"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "甲", "credit_code": "91110000600037341X"}, "credit_code"),
        ({"name": "甲", "industry": "炼金术"}, "industry"),
        ({"name": "甲", "lifecycle": "asleep"}, "lifecycle"),
        ({"name": "甲", "employees": -1}, "employees"),
        ({"name": "甲" * 201}, "name"),
        ({"name": "甲", "extra": {"nonsense": 1}}, "extra"),
    ],
)
def test_a_wrong_value_is_refused_and_its_field_named(cast: Cast, fields: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.create_customer(actor=cast.li, now=NOW, **fields)
    assert refusal.value.field == field


def test_an_external_number_belongs_to_one_customer(cast: Cast) -> None:
    services.create_customer(actor=cast.li, now=NOW, name="甲", external_id="E1")
    with pytest.raises(Conflict) as conflict:
        services.create_customer(actor=cast.li, now=NOW, name="乙", external_id="E1")
    assert conflict.value.field == "external_id"


def test_a_change_leaves_what_was_before_and_after(cast: Cast) -> None:
    services.change_customer(customer=cast.precision, actor=cast.li, now=LATER, region="上海", industry="专用设备")
    assert _trail(cast.precision) == [("changed", {"region": ["", "上海"], "industry": ["", "C35"]})]
    services.change_customer(customer=cast.precision, actor=cast.li, now=LATER, region="上海")
    assert len(_trail(cast.precision)) == 1


def test_who_writes_second_is_told_who_changed_what(cast: Cast) -> None:
    seen_at = cast.precision.changed_at
    services.change_customer(customer=cast.precision, actor=cast.chen, now=LATER, region="上海", seen_at=seen_at)
    with pytest.raises(Conflict) as conflict:
        services.change_customer(customer=cast.precision, actor=cast.li, now=LATER, region="苏州", seen_at=seen_at)
    assert "陈立" in conflict.value.sentence
    cast.precision.refresh_from_db()
    assert cast.precision.region == "上海"


def test_a_customer_out_of_sight_cannot_be_told_from_none(cast: Cast) -> None:
    with pytest.raises(NotFound):
        services.change_customer(customer=cast.southern, actor=cast.li, now=NOW, region="上海")


def test_customers_change_hands_together_or_not_at_all(cast: Cast) -> None:
    both = [cast.precision.pk, cast.tide.pk]
    moved = services.assign_customers(customer_ids=both, owner=cast.sun, actor=cast.chen, now=NOW)
    assert [customer.pk for customer in moved] == [cast.precision.pk]
    with pytest.raises(Denied):
        services.assign_customers(
            customer_ids=[cast.tide.pk, cast.southern.pk], owner=cast.li, actor=cast.chen, now=NOW
        )
    cast.tide.refresh_from_db()
    assert cast.tide.owner == cast.sun


def test_nobody_is_handed_to_somebody_who_has_left(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.assign_customers(customer_ids=[cast.tide.pk], owner=cast.qian, actor=cast.chen, now=NOW)


def test_a_deleted_file_comes_back_as_it_was(cast: Cast) -> None:
    services.delete_customer(customer=cast.precision, actor=cast.li, now=NOW)
    assert not Customer.objects.for_user(cast.li).present().exists()
    services.restore_customer(customer=cast.precision, actor=cast.li, now=LATER)
    assert Customer.objects.for_user(cast.li).present().get() == cast.precision


def test_tags_go_on_and_off_and_say_so(cast: Cast) -> None:
    both = [cast.precision.pk, cast.tide.pk]
    assert len(services.tag_customers(customer_ids=both, names=["重点", "展会"], actor=cast.chen, now=NOW)) == 2
    assert services.tag_customers(customer_ids=both, names=["重点"], actor=cast.chen, now=NOW) == []
    services.untag_customers(customer_ids=both, names=["重点"], actor=cast.chen, now=LATER)
    assert _trail(cast.tide)[-1] == ("untagged", {"tags": [["展会", "重点"], ["展会"]]})


def test_the_first_contact_is_the_main_one_until_another_is(cast: Cast) -> None:
    first = services.add_contact(
        customer=cast.precision, actor=cast.li, now=NOW, name="张三", phone="+86 138-0013-8000"
    )
    assert (first.is_primary, first.phone) == (True, "13800138000")
    services.add_contact(customer=cast.precision, actor=cast.li, now=NOW, name="李四", is_primary=True)
    first.refresh_from_db()
    assert not first.is_primary


def test_no_contact_reports_to_somebody_below_or_elsewhere(cast: Cast) -> None:
    head, hand, elsewhere = (
        services.add_contact(customer=customer, actor=cast.chen, now=NOW, name=name)
        for customer, name in ((cast.precision, "总经理"), (cast.precision, "采购员"), (cast.tide, "外人"))
    )
    services.change_contact(contact=hand, actor=cast.li, now=NOW, reports_to=head)
    for wrong in (hand, elsewhere):
        with pytest.raises(Refused) as refusal:
            services.change_contact(contact=head, actor=cast.li, now=NOW, reports_to=wrong)
        assert refusal.value.field == "reports_to"


def test_a_removed_contact_can_be_brought_back(cast: Cast) -> None:
    contact = services.add_contact(customer=cast.precision, actor=cast.li, now=NOW, name="张三")
    services.remove_contact(contact=contact, actor=cast.li, now=NOW)
    assert Contact.objects.for_user(cast.li).filter(deleted_at__isnull=False).get() == contact
    services.restore_contact(contact=contact, actor=cast.li, now=LATER)
    contact.refresh_from_db()
    assert contact.deleted_at is None


def test_a_needs_profile_is_opened_once_and_then_changed(cast: Cast) -> None:
    services.save_needs_profile(customer=cast.precision, actor=cast.li, now=NOW, pain_points="交期不稳")
    profile = services.save_needs_profile(customer=cast.precision, actor=cast.li, now=LATER, budget_from_minor=100)
    assert (profile.pain_points, profile.budget_from_minor) == ("交期不稳", 100)
    with pytest.raises(Refused):
        services.save_needs_profile(customer=cast.precision, actor=cast.li, now=LATER, budget_to_minor=50)


def test_the_companys_own_fields_hold_what_fits_them(cast: Cast) -> None:
    field = services.add_extra_field(subject="customer", label="设备 台数", type="number", actor=cast.zhao, now=NOW)
    changed = services.change_customer(customer=cast.precision, actor=cast.li, now=NOW, extra={field.key: "12"})
    assert (field.key, changed.extra) == ("she-bei-tai-shu", {"she-bei-tai-shu": 12})
    with pytest.raises(Refused):
        services.change_customer(customer=cast.precision, actor=cast.li, now=NOW, extra={field.key: "许多"})
    services.retire_extra_field(field=field, actor=cast.zhao, now=LATER)
    changed = services.change_customer(customer=cast.precision, actor=cast.li, now=LATER, region="上海")
    assert changed.extra == {"she-bei-tai-shu": 12}


def test_what_one_did_to_many_is_taken_back_at_once(cast: Cast) -> None:
    services.assign_customers(customer_ids=[cast.precision.pk, cast.tide.pk], owner=cast.chen, actor=cast.chen, now=NOW)
    row = Activity.objects.filter(verb="assigned").first()
    assert row is not None
    services.take_back(activity_id=row.pk, actor=cast.chen, now=LATER)
    cast.precision.refresh_from_db()
    cast.tide.refresh_from_db()
    assert (cast.precision.owner, cast.tide.owner) == (cast.li, cast.sun)


def test_nobody_takes_back_what_another_did_or_what_has_changed_since(cast: Cast) -> None:
    services.change_customer(customer=cast.precision, actor=cast.li, now=NOW, region="上海")
    row = Activity.objects.get(verb="changed")
    with pytest.raises(NotFound):
        services.take_back(activity_id=row.pk, actor=cast.chen, now=LATER)
    services.change_customer(customer=cast.precision, actor=cast.chen, now=LATER, region="苏州")
    with pytest.raises(Conflict):
        services.take_back(activity_id=row.pk, actor=cast.li, now=LATER)


def test_a_file_is_opened_in_a_department_within_reach(cast: Cast) -> None:
    for actor, department, is_opened in (
        (cast.li, cast.east, True), (cast.li, cast.south, False), (cast.chen, cast.east, True),
        (cast.chen, cast.south, False), (cast.zhao, cast.south, True),
    ):  # fmt: skip
        with nullcontext() if is_opened else pytest.raises(Denied):
            services.create_customer(name="x", department=department, actor=actor, now=NOW)
