"""An old value is put in again as a change like any other, by whoever may edit the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import promise
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.flows import archive, history
from zhike.kernel.errors import Conflict, Denied, NotFound, Refused
from zhike.kernel.models import Activity, ActivityValues

LATER = NOW + timedelta(hours=1)


def changed(cast: Cast, **fields: Any) -> int:
    services.change_customer(customer=cast.tide, actor=cast.sun, now=NOW, **fields)
    line: int = Activity.objects.filter(kind="customer", verb="changed").latest("pk").pk
    return line


def present(customer: Customer) -> Customer:
    return Customer.objects.unscoped("a test looks").get(pk=customer.pk)


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("region", "上海", "北京"),
        ("name", "海潮商贸", "海潮集团"),
        ("employees", 20, None),
        ("founded_on", "2001-02-03", "2002-02-03"),
        ("profit_margin", "12.50", "13"),
        ("address", "上海市浦东新区世纪大道1号", ""),
        ("lifecycle", "at_risk", "lost"),
    ],
)
def test_an_old_value_comes_back_whatever_its_type(cast: Cast, field: str, old: Any, new: Any) -> None:
    changed(cast, **{field: old})
    before = getattr(present(cast.tide), field)
    line = changed(cast, **{field: new})
    history.restore_value(line_number=line, field=field, seen_at=None, actor=cast.sun, now=LATER)
    assert getattr(present(cast.tide), field) == before
    last = Activity.objects.latest("pk")
    assert (last.verb, last.actor, list(last.changes)) == ("changed", cast.sun, [field])


def test_a_contacts_old_number_comes_back_though_the_line_shows_it_masked(cast: Cast) -> None:
    contact = services.add_contact(customer=cast.tide, actor=cast.sun, now=NOW, name="吴工", phone="13812345678")
    services.change_contact(contact=contact, actor=cast.sun, now=NOW, phone="13900001111")
    line = Activity.objects.latest("pk")
    assert line.changes == {"phone": ["138****5678", "139****1111"]}
    history.restore_value(line_number=line.pk, field="phone", seen_at=None, actor=cast.sun, now=LATER)
    contact.refresh_from_db()
    assert contact.phone == "13812345678"


def test_an_old_need_comes_back(cast: Cast) -> None:
    services.save_needs_profile(customer=cast.tide, actor=cast.sun, now=NOW, plans="扩建")
    services.save_needs_profile(customer=cast.tide, actor=cast.sun, now=NOW, plans="停建")
    line = Activity.objects.filter(kind="needs_profile").latest("pk")
    history.restore_value(line_number=line.pk, field="plans", seen_at=None, actor=cast.sun, now=LATER)
    assert present(cast.tide).needs_profile.plans == "扩建"


def test_it_says_what_stands_there_now_and_whether_it_has_moved_on(cast: Cast) -> None:
    changed(cast, region="上海")
    line = changed(cast, region="北京")
    found = history.former_value(cast.sun, line_number=line, field="region")
    assert (found.present, found.former, found.has_moved_on) == ("北京", "上海", False)
    changed(cast, region="广州")
    found = history.former_value(cast.sun, line_number=line, field="region")
    assert (found.present, found.former, found.has_moved_on) == ("广州", "上海", True)
    changed(cast, region="上海")
    with pytest.raises(Refused, match="已经是"):
        history.former_value(cast.sun, line_number=line, field="region")


def test_nothing_is_put_in_behind_somebodys_back(cast: Cast) -> None:
    line = changed(cast, region="北京")
    seen_at = present(cast.tide).changed_at
    services.change_customer(customer=cast.tide, actor=cast.chen, now=LATER, employees=7)
    with pytest.raises(Conflict):
        history.restore_value(line_number=line, field="region", seen_at=seen_at, actor=cast.sun, now=LATER)
    assert present(cast.tide).region == "北京"


def test_only_those_who_may_edit_the_record_put_a_value_in_again(cast: Cast) -> None:
    line = changed(cast, region="北京")
    with pytest.raises(NotFound):
        history.former_value(cast.li, line_number=line, field="region")
    services.share_customer(
        customer=cast.tide, person=cast.li, may_edit=False, until=None, reason="陪访", actor=cast.sun, now=NOW
    )
    with pytest.raises(Denied):
        history.restore_value(line_number=line, field="region", seen_at=None, actor=cast.li.at(NOW), now=LATER)


@pytest.mark.parametrize("field", ["owner", "tags", "deleted_at", "search_text", "nonsense"])
def test_what_is_no_value_of_the_record_cannot_be_put_in_again(cast: Cast, field: str) -> None:
    services.assign_customers(customer_ids=[cast.tide.pk], owner=cast.li, actor=cast.chen, now=NOW)
    with pytest.raises(NotFound):
        history.former_value(cast.chen, line_number=Activity.objects.latest("pk").pk, field=field)


def test_what_was_erased_stays_erased(cast: Cast) -> None:
    contact = services.add_contact(customer=cast.tide, actor=cast.sun, now=NOW, name="吴工", phone="13812345678")
    services.change_contact(contact=contact, actor=cast.sun, now=NOW, phone="13900001111")
    ActivityValues.objects.all().delete()
    with pytest.raises(Refused, match="抹除"):
        history.former_value(cast.sun, line_number=Activity.objects.latest("pk").pk, field="phone")


def test_a_deleted_customer_is_brought_back_with_what_it_was_owed(cast: Cast) -> None:
    owed = promise(
        customer=cast.tide,
        content="发报价",
        due_at=LATER,
        owner=cast.sun,
        source_kind="",
        source_id=None,
        actor=cast.sun,
        now=NOW,
    )
    archive.put_away(customer=cast.tide, actor=cast.zhao, now=NOW)
    line = Activity.objects.get(verb="deleted")
    with pytest.raises((NotFound, Denied)):
        history.bring_back(line_number=line.pk, actor=cast.li, now=LATER)
    history.bring_back(line_number=line.pk, actor=cast.zhao, now=LATER)
    assert present(cast.tide).deleted_at is None
    assert Commitment.objects.unscoped("a test looks").get(pk=owed.pk).closed_at is None
