"""Files of interactions."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.cast import NOW, Cast
from tests.flows.intake.conftest import Bring, counts, reasons
from zhike.domain.accounts.models import Permission, SystemActor
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact
from zhike.domain.interactions.models import Interaction
from zhike.flows.intake.work import undo
from zhike.kernel import trail
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

HEADINGS = ("客户名称", "跟进时间", "跟进方式", "联系人", "跟进人", "跟进内容", "下一步", "下次跟进时间")
VISIT = ("海潮贸易有限公司", "2026-03-05 14:30", "上门拜访", "张三", "孙悦", "谈了续约", "寄样品", "2026-03-20")


def stored() -> Interaction:
    return Interaction.objects.unscoped("a test").get()


def test_an_interaction_is_linked_to_the_people_named(cast: Cast, bring: Bring) -> None:
    contact = Contact.objects.create(customer=cast.tide, name="张三", created_at=NOW, changed_at=NOW)
    batch = bring("interactions", HEADINGS, VISIT)
    assert counts(batch) == (1, 1, 0, 0, 0)
    assert (stored().channel, stored().summary) == ("visit", "谈了续约")
    assert stored().occurred_at == datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
    assert (list(stored().contacts.all()), list(stored().staff.all())) == ([contact], [cast.sun])


def test_the_same_interactions_twice_change_nothing(cast: Cast, bring: Bring) -> None:
    bring("interactions", HEADINGS, VISIT, VISIT)
    assert counts(bring("interactions", HEADINGS, VISIT)) == (1, 0, 0, 1, 0)
    assert Commitment.objects.unscoped("a test").count() == 1


def test_interactions_without_a_channel_are_known_again(cast: Cast, bring: Bring) -> None:
    table = (("客户名称", "时间"), ("海潮贸易有限公司", "2026-03-05"))
    bring("interactions", *table)
    assert counts(bring("interactions", *table)) == (1, 0, 0, 1, 0)


def test_a_number_of_their_own_lets_interactions_change(cast: Cast, bring: Bring) -> None:
    headings = ("记录编号", *HEADINGS)
    bring("interactions", headings, ("K1", *VISIT))
    batch = bring("interactions", headings, ("K1", *VISIT[:5], "谈了续约和价格", "", ""))
    assert counts(batch) == (1, 0, 1, 0, 0)
    assert stored().summary == "谈了续约和价格"


def test_who_may_only_log_interactions_changes_none_that_is_there(cast: Cast, bring: Bring) -> None:
    Permission.objects.filter(role__key="account_manager", kind="interaction", action="edit").delete()
    headings = ("记录编号", *HEADINGS)
    bring("interactions", headings, ("K1", *VISIT))
    batch = bring("interactions", headings, ("K1", *VISIT[:5], "谈了续约和价格", "", ""), by=cast.sun)
    assert [code for _row, _heading, code in reasons(batch)] == ["interaction_out_of_reach"]
    assert stored().summary == "谈了续约"


def test_a_next_action_to_come_is_promised_by_whoever_was_there(cast: Cast, bring: Bring) -> None:
    bring("interactions", HEADINGS, VISIT, (*VISIT[:5], "谈了价格", "寄合同", "2026-03-01"))
    commitment = Commitment.objects.unscoped("a test").get()
    assert (commitment.content, commitment.owner, commitment.customer) == ("寄样品", cast.sun, cast.tide)
    assert commitment.due_at > NOW


def test_undoing_takes_the_interactions_and_their_promises_back(cast: Cast, bring: Bring) -> None:
    batch = bring("interactions", HEADINGS, VISIT)
    undo(batch, actor=SystemActor(), clock=lambda: NOW)
    assert not Interaction.objects.unscoped("a test").exists()
    assert not Commitment.objects.unscoped("a test").exists()


def test_somebody_elses_customer_is_refused(cast: Cast, bring: Bring) -> None:
    batch = bring("interactions", HEADINGS, VISIT, by=cast.wang)
    assert reasons(batch) == [(2, "客户名称", "customer_out_of_reach")]


def test_what_has_not_happened_yet_is_refused_by_its_cell(cast: Cast, bring: Bring) -> None:
    batch = bring("interactions", HEADINGS, (VISIT[0], "2099-01-01 10:00", *VISIT[2:]))
    assert counts(batch) == (1, 0, 0, 0, 1)
    assert batch.problems.get().code == "not_yet"


def test_somebody_elses_interaction_is_refused_without_a_number_too(cast: Cast, bring: Bring) -> None:
    table = (("客户名称", "时间", "沟通内容", "客户反馈"), ("海潮贸易有限公司", "2026-03-05", "谈了续约", "满意"))
    bring("interactions", *table, by=cast.sun)
    Permission.objects.filter(kind="interaction", action="edit").update(level=Level.OWN)
    batch = bring("interactions", table[0], (*table[1][:3], "不满意"), by=cast.chen)
    assert reasons(batch) == [(2, "客户名称", "interaction_out_of_reach")]
    assert stored().feedback == "满意"


def test_what_a_file_made_of_an_interaction_stands_on_the_trail(cast: Cast, bring: Bring) -> None:
    headings = ("记录编号", *HEADINGS)
    bring("interactions", headings, ("K1", *VISIT))
    bring("interactions", headings, ("K1", *VISIT[:5], "谈了续约和价格", "", ""))
    made, changed = Activity.objects.filter(kind="interaction", object_id=stored().pk).order_by("pk")
    assert (made.verb, made.customer_id, made.changes) == ("imported", cast.tide.pk, {"channel": [None, "visit"]})
    assert trail.whole_changes([changed])[changed.pk] == {"summary": ["谈了续约", "谈了续约和价格"]}


def test_a_time_that_has_not_come_yet_is_named(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "interactions", ("客户名称", "往来时间", "沟通方式"), ("海潮贸易有限公司", "2027-03-05 09:30", "电话")
    )
    assert batch.problems.get().value == "2027-03-05 09:30"
