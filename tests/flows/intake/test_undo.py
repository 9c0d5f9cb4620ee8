"""Taking imports back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from tests.cast import NOW, Cast
from tests.flows.intake.conftest import Bring
from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import promise, reschedule, waive
from zhike.domain.customers.models import Customer
from zhike.domain.imports.models import Batch, RecordChange
from zhike.domain.orders.models import ChangedMonth, Order, OrderLine, Product
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.flows.archive import change_file
from zhike.flows.intake.command_line import Request, take_file
from zhike.flows.intake.withdrawal import kept_records, unheard
from zhike.flows.intake.work import undo
from zhike.flows.playbooks import adopt, read
from zhike.flows.promises import escalate, plan_care
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity

ORDERS = ("订单编号", "客户名称", "订单日期", "产品名称", "数量", "金额")
TIDE = "海潮贸易有限公司"


def take_back(batch: Batch) -> Batch:
    return undo(batch, actor=SystemActor(), clock=lambda: NOW)


def kept(batch: Batch) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in kept_records(batch, SystemActor())]


def test_what_a_batch_made_is_gone_and_the_months_are_marked(cast: Cast, bring: Bring) -> None:
    batch = bring("orders", ORDERS, ("A1", "新潮公司", "2026-02-05", "剪刀", 1, 10), creates_missing=True)
    before = ChangedMonth.objects.get(month="2026-02").revision
    batch = take_back(batch)
    assert batch.status == Batch.Status.UNDONE
    assert kept(batch) == []
    assert not Order.objects.unscoped("a test").exists()
    assert not OrderLine.objects.exists()
    assert not Product.objects.exists()
    assert not Customer.objects.unscoped("a test").filter(sort_name="新潮公司").exists()
    assert ChangedMonth.objects.get(month="2026-02").revision != before
    assert Activity.objects.filter(kind="import", object_id=batch.pk, verb="undone").count() == 1


def test_changed_orders_become_what_they_were(cast: Cast, bring: Bring) -> None:
    bring("orders", ORDERS, ("A1", TIDE, "2026-02-05", "剪刀", 1, 10), ("A1", TIDE, "2026-02-05", "信封", 2, 5))
    batch = bring("orders", ORDERS, ("A1", TIDE, "2026-02-05", "剪刀", 3, 30))
    take_back(batch)
    order = Order.objects.unscoped("a test").get()
    assert (str(order.ordered_on), order.amount_minor) == ("2026-02-05", 1500)
    lines = order.lines.order_by("position").values_list("product__name", "quantity", "amount_minor")
    assert [(name, int(quantity), amount) for name, quantity, amount in lines] == [("剪刀", 1, 1000), ("信封", 2, 500)]


def test_fields_changed_since_stay_and_the_record_is_named(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", ("客户名称", "地区", "地址"), (TIDE, "青岛", "香港路 1 号"))
    Customer.objects.unscoped("a test").filter(pk=cast.tide.pk).update(region="烟台")
    batch = take_back(batch)
    cast.tide.refresh_from_db()
    assert (cast.tide.region, cast.tide.address) == ("烟台", "")
    assert kept(batch) == [("customer", TIDE)]


def test_a_made_customer_that_is_used_since_stays_and_is_named(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", ("客户名称",), ("新潮公司",), ("闲置公司",))
    bring("orders", ORDERS, ("A1", "新潮公司", "2026-02-05", "剪刀", 1, 10))
    batch = take_back(batch)
    assert kept(batch) == [("customer", "新潮公司")]
    assert not Customer.objects.unscoped("a test").filter(sort_name="闲置公司").exists()


def test_tiers_found_out_since_do_not_hold_a_customer(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", ("客户名称",), ("新潮公司",))
    scheme = Scheme.objects.create(key="rfm", name={"zh": "RFM"})
    version = SchemeVersion.objects.create(scheme=scheme, number=1, definition={}, started_at=NOW)
    made = Customer.objects.unscoped("a test").get(sort_name="新潮公司")
    Standing.objects.create(
        customer=made, scheme=scheme, version=version, tier="none", started_on=NOW.date(), evaluated_on=NOW.date()
    )
    assert kept(take_back(batch)) == []
    assert not Standing.objects.unscoped("a test").exists()


def test_a_care_plan_holds_a_customer_only_once_somebody_has_worked_on_it(cast: Cast, bring: Bring) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    batch = bring("customers", ("客户名称",), ("新潮公司",), ("闲置公司",))
    items = Commitment.everything.filter(customer__sort_name="新潮公司").exclude(cycle="")
    waive(commitment=items[0], reason="暂停营业", now=NOW, actor=cast.zhao)
    assert Commitment.everything.filter(customer__sort_name="闲置公司").exists()
    assert kept(take_back(batch)) == [("customer", "新潮公司")]
    assert not Commitment.everything.filter(customer__sort_name="闲置公司").exists()


def test_what_several_nights_made_does_not_hold_customers(cast: Cast, bring: Bring) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    customers = bring("customers", ("客户名称",), ("新潮公司",), ("闲置公司",), ("改期公司",))
    orders = bring("orders", ORDERS, ("A1", "新潮公司", "2026-02-05", "剪刀", 1, 900_000))
    for days in range(0, 400, 40):
        moment = NOW + timedelta(days=days)
        plan_care(as_of=local_date(moment), now=moment)
        escalate(now=moment)
    moved = Commitment.everything.filter(customer__sort_name="改期公司", closed_at=None).latest("planned_on")
    reschedule(commitment=moved, planned_on=date(2027, 6, 16), now=moment, actor=cast.zhao)
    ended = Commitment.everything.values_list("customer__sort_name", "outcome").distinct()
    assert {("新潮公司", "missed"), ("闲置公司", "missed")} <= set(ended)
    assert kept(take_back(orders)) == []
    assert kept(take_back(customers)) == [("customer", "改期公司")]
    (one,) = kept_records(customers, SystemActor())
    assert one.reason == "该客户还有未被撤销的已有人处理过的承诺，因此予以保留。"


def test_a_made_customer_that_was_edited_since_stays(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", ("客户名称",), ("新潮公司",))
    Customer.objects.unscoped("a test").filter(sort_name="新潮公司").update(changed_at=NOW.replace(hour=23))
    assert kept(take_back(batch)) == [("customer", "新潮公司")]


def test_what_is_owed_follows_a_customer_to_its_new_owner_and_back(cast: Cast, bring: Bring) -> None:
    def promised(content: str, owner: User) -> Commitment:
        return promise(
            customer=cast.tide, content=content, owner=owner, due_at=NOW + timedelta(days=3), source_kind="interaction",
            source_id=None, now=NOW, actor=owner,
        )  # fmt: skip

    of_the_owner, of_another = promised("寄样品", cast.sun), promised("核对合同", cast.chen)
    batch = bring("customers", ("客户名称", "负责人"), (TIDE, cast.li.email))
    of_the_owner.refresh_from_db()
    of_another.refresh_from_db()
    assert (of_the_owner.owner, of_another.owner) == (cast.li, cast.chen)
    passed_on = Activity.objects.get(kind="commitment", object_id=of_the_owner.pk, verb="reassigned")
    assert (passed_on.customer_id, passed_on.changes) == (cast.tide.pk, {"owner_id": [cast.sun.pk, cast.li.pk]})
    take_back(batch)
    of_the_owner.refresh_from_db()
    assert of_the_owner.owner == cast.sun


def test_tags_are_taken_back_too(cast: Cast, bring: Bring) -> None:
    bring("customers", ("客户名称", "标签"), (TIDE, "老客户"))
    batch = bring("customers", ("客户名称", "标签"), (TIDE, "重点,出口"))
    take_back(batch)
    assert list(cast.tide.tags.values_list("name", flat=True)) == ["老客户"]


def test_a_second_undo_says_so(cast: Cast, bring: Bring) -> None:
    batch = take_back(bring("customers", ("客户名称",), ("新潮公司",)))
    with pytest.raises(Refused, match=str(batch.pk)):
        take_back(batch)


def test_an_undo_that_was_killed_is_carried_on(cast: Cast, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhike.flows.intake.withdrawal.CHUNK_RECORDS", 2)
    batch = bring("customers", ("客户名称",), *((f"新客户{index}",) for index in range(6)))

    class KilledError(Exception):
        pass

    def die(batch: Batch) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        undo(batch, actor=SystemActor(), clock=lambda: NOW, tell=die)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.UNDOING
    assert Customer.objects.unscoped("a test").filter(sort_name__startswith="新客户").count() == 4
    take_back(batch)
    assert not Customer.objects.unscoped("a test").filter(sort_name__startswith="新客户").exists()


def test_whoever_takes_a_batch_back_changes_only_what_he_may_change(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", ("客户名称", "地区"), (TIDE, "青岛"), ("南粤电子有限公司", "佛山"))
    undo(batch, actor=cast.chen.at(NOW), clock=lambda: NOW)
    cast.tide.refresh_from_db()
    cast.southern.refresh_from_db()
    assert (cast.tide.region, cast.southern.region) == ("", "佛山")
    assert kept(batch) == [("customer", "南粤电子有限公司")]
    assert batch.record_changes.get(object_id=cast.southern.pk).undo == RecordChange.Undo.OUT_OF_REACH


def test_every_record_that_becomes_what_it_was_leaves_a_line(cast: Cast, bring: Bring) -> None:
    bring("orders", ORDERS, ("A1", TIDE, "2026-02-05", "剪刀", 1, 10))
    orders = bring("orders", ORDERS, ("A1", TIDE, "2026-02-05", "剪刀", 3, 30))
    customers = bring("customers", ("客户名称", "地区"), (TIDE, "青岛"), ("新潮公司", "烟台"))
    undo(orders, actor=cast.zhao.at(NOW), clock=lambda: NOW)
    undo(customers, actor=cast.zhao.at(NOW), clock=lambda: NOW)
    lines = Activity.objects.filter(verb="undone", actor=cast.zhao).exclude(kind="import").order_by("pk")
    assert [(line.kind, line.customer_id, line.changes) for line in lines] == [
        ("order", cast.tide.pk, {"amount_minor": [3000, 1000], "lines": [1, 1]}),
        ("customer", lines[1].object_id, {"name": ["新潮公司", None]}),
        ("customer", cast.tide.pk, {"region": ["青岛", ""]}),
    ]


class Days:
    """Imports and their undoing on one day after the other."""

    def __init__(self, write: Callable[..., Path]) -> None:
        self._write = write
        self.now = NOW

    def __next__(self) -> datetime:
        self.now += timedelta(days=1)
        return self.now

    def bring(self, amount: int, region: str) -> list[Batch]:
        """The order O1 and its customer."""
        return [
            self._take("customers", ("客户名称", "地区"), ("新潮公司", region)),
            self._take("orders", ORDERS, ("O1", "新潮公司", "2026-02-05", "剪刀", 1, amount)),
        ]

    def _take(self, kind: str, *table: Sequence[object]) -> Batch:
        next(self)
        request = Request(kind=kind, path=self._write(*table))
        with take_file(request, actor=SystemActor(), clock=lambda: self.now, tell=unheard) as batch:
            return batch

    def take_back(self, batches: list[Batch]) -> None:
        for batch in reversed(batches):
            next(self)
            undo(batch, actor=SystemActor(), clock=lambda: self.now)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_imports_taken_back_in_any_order_leave_nothing(
    cast: Cast, write: Callable[..., Path], order: tuple[int, ...]
) -> None:
    days = Days(write)
    imports = [days.bring(10, "青岛"), days.bring(99, "烟台"), days.bring(98, "威海")]
    for number in order:
        days.take_back(imports[number])
    assert not Order.objects.unscoped("a test").exists()


def test_the_later_import_brings_back_what_was_before_both(cast: Cast, write: Callable[..., Path]) -> None:
    days = Days(write)
    _kept, first, second = days.bring(5, "烟台"), days.bring(10, "青岛"), days.bring(99, "威海")
    days.take_back(first)
    assert Order.objects.unscoped("a test").get().amount_minor == 9900
    days.take_back(second)
    assert Order.objects.unscoped("a test").get().amount_minor == 500
    assert Customer.objects.unscoped("a test").get(sort_name="新潮公司").region == "烟台"


def test_what_somebody_changed_between_two_imports_stays(cast: Cast, write: Callable[..., Path]) -> None:
    days = Days(write)
    first = days.bring(10, "青岛")
    customer = Customer.objects.unscoped("a test").get(sort_name="新潮公司")
    change_file(customer=customer, region="烟台", actor=cast.zhao, now=next(days))
    second = days.bring(99, "威海")
    days.take_back(first)
    days.take_back(second)
    customer.refresh_from_db()
    assert customer.region == "烟台"
