from datetime import date, datetime, timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments import services
from zhike.domain.commitments.models import WORK_OPENS, Commitment, Escalation, ServiceStandard
from zhike.domain.commitments.queries.board import history
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import share_customer
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Conflict, Refused
from zhike.kernel.models import Activity

LATER = NOW + timedelta(days=30)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


@pytest.fixture
def first_answer(db: None) -> ServiceStandard:
    return ServiceStandard.objects.create(
        key="first-answer",
        name={"zh": "首次答复", "en": "First answer"},
        trigger="event",
        event="first_contact",
        rule="2 working hours",
        escalation=["due", "1 working day"],
        started_at=NOW,
    )


@pytest.fixture
def visit(cast: Cast) -> Commitment:
    return services.promise(
        customer=cast.precision,
        content="送样品",
        owner=cast.li,
        due_at=NOW + timedelta(hours=3),
        source_kind="interaction",
        source_id=1,
        now=NOW,
        actor=cast.li,
    )


def test_an_event_starts_the_clock_of_the_standards_that_answer_it(cast: Cast, first_answer: ServiceStandard) -> None:
    made = services.start(
        event="first_contact", customer=cast.precision, source_kind="customer", source_id=7, now=NOW, actor=cast.chen
    )
    assert [(row.owner, row.standard, row.due_at) for row in made] == [
        (cast.li, first_answer, shanghai("2026-03-16T12:00"))
    ]
    row = Activity.objects.get(kind="commitment", object_id=made[0].pk)
    assert (row.verb, row.customer_id, row.actor) == ("promised", cast.precision.pk, cast.chen)


def test_an_event_announced_twice_makes_one_commitment(cast: Cast, first_answer: ServiceStandard) -> None:
    for _ in range(2):
        services.start(
            event="first_contact", customer=cast.tide, source_kind="customer", source_id=7, now=NOW, actor=None
        )
    assert Commitment.everything.count() == 1


def test_a_standard_for_a_tier_answers_only_for_customers_of_that_tier(
    cast: Cast, first_answer: ServiceStandard
) -> None:
    scheme = Scheme.objects.create(key="abc")
    version = SchemeVersion.objects.create(scheme=scheme, number=1, definition={}, started_at=NOW)
    ServiceStandard.objects.filter(pk=first_answer.pk).update(scheme=scheme, tiers=["a"])
    for customer, tier in ((cast.precision, "a"), (cast.tide, "b")):
        Standing.everything.create(
            customer=customer, scheme=scheme, version=version, tier=tier, evaluated_on=NOW, started_on=NOW
        )
    counts = [
        len(
            services.start(
                event="first_contact", customer=customer, source_kind="test", source_id=1, now=NOW, actor=None
            )
        )
        for customer in (cast.precision, cast.tide, cast.southern)
    ]
    assert counts == [1, 0, 0]


def test_a_retired_standard_promises_nothing_more(cast: Cast, first_answer: ServiceStandard) -> None:
    ServiceStandard.objects.update(retired_at=NOW)
    made = services.start(
        event="first_contact", customer=cast.tide, source_kind="customer", source_id=7, now=NOW, actor=None
    )
    assert made == []


def test_a_customer_of_nobody_is_still_owed_by_somebody(cast: Cast, first_answer: ServiceStandard) -> None:
    made = services.start(
        event="first_contact", customer=cast.orphan, source_kind="customer", source_id=1, now=NOW, actor=None
    )
    assert made[0].owner == cast.zhao


@pytest.mark.parametrize(
    ("content", "hours", "field"),
    [("", 1, "content"), ("  ", 1, "content"), ("回访", 0, "due_at"), ("回访", -1, "due_at")],
)
def test_a_next_action_says_what_and_by_when(cast: Cast, content: str, hours: int, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.promise(
            customer=cast.precision,
            content=content,
            owner=cast.li,
            due_at=NOW + timedelta(hours=hours),
            source_kind="interaction",
            source_id=1,
            now=NOW,
            actor=cast.li,
        )
    assert refusal.value.field == field
    assert not Commitment.everything.exists()


def test_a_next_action_is_not_given_to_somebody_who_has_left(cast: Cast) -> None:
    with pytest.raises(Refused, match=cast.qian.name):
        services.promise(
            customer=cast.precision,
            content="回访",
            owner=cast.qian,
            due_at=NOW + timedelta(hours=1),
            source_kind="interaction",
            source_id=1,
            now=NOW,
            actor=cast.li,
        )


def test_a_kept_promise_knows_when_by_whom_and_through_what(cast: Cast, visit: Commitment) -> None:
    later = NOW + timedelta(hours=1)
    kept = services.fulfil(
        commitment=visit, now=later, actor=cast.li, note="已送到", closing_kind="interaction", closing_id=9
    )
    assert (kept.outcome, kept.closed_at, kept.closed_by, kept.closing_note) == ("kept", later, cast.li, "已送到")
    assert (kept.closing_kind, kept.closing_id) == ("interaction", 9)
    assert Activity.objects.filter(verb="kept", object_id=visit.pk).count() == 1


def test_a_promise_is_closed_once(cast: Cast, visit: Commitment) -> None:
    services.fulfil(commitment=visit, now=NOW, actor=cast.li)
    trail = Activity.objects.count()
    with pytest.raises(Conflict):
        services.fulfil(commitment=visit, now=NOW, actor=cast.chen)
    with pytest.raises(Conflict):
        services.miss(commitment=visit, now=NOW, actor=cast.chen)
    with pytest.raises(Conflict):
        services.waive(commitment=visit, reason="重复", now=NOW, actor=cast.chen)
    with pytest.raises(Conflict):
        services.reassign(commitment=visit, owner=cast.sun, now=NOW, actor=cast.chen)
    visit.refresh_from_db()
    assert (visit.outcome, visit.closed_by, visit.owner) == ("kept", cast.li, cast.li)
    assert Activity.objects.count() == trail


def test_an_end_can_be_taken_back(cast: Cast, visit: Commitment) -> None:
    before = Commitment.everything.values().get(pk=visit.pk)
    services.fulfil(commitment=visit, now=NOW, actor=cast.li, note="手滑")
    services.reopen(commitment=visit, now=NOW, actor=cast.li)
    assert Commitment.everything.values().get(pk=visit.pk) == before
    with pytest.raises(Conflict):
        services.reopen(commitment=visit, now=NOW, actor=cast.li)


def test_waiving_and_snoozing_want_a_reason(cast: Cast, visit: Commitment) -> None:
    with pytest.raises(Refused):
        services.waive(commitment=visit, reason=" ", now=NOW, actor=cast.li)
    with pytest.raises(Refused):
        services.snooze(commitment=visit, until=NOW + timedelta(days=1), reason="", now=NOW, actor=cast.li)
    with pytest.raises(Refused):
        services.snooze(commitment=visit, until=NOW, reason="等客户", now=NOW, actor=cast.li)


def test_snoozing_hides_it_but_stops_no_clock(cast: Cast, visit: Commitment) -> None:
    services.snooze(commitment=visit, until=NOW + timedelta(days=5), reason="客户出差", now=NOW, actor=cast.li)
    assert [step.note for step in history(visit) if step.verb == "snoozed"] == ["客户出差"]
    assert services.escalate_overdue(now=visit.due_at + timedelta(minutes=1)) == 1


def test_a_plan_item_moves_to_the_close_of_another_working_day(cast: Cast, visit: Commitment) -> None:
    moved = services.reschedule(commitment=visit, planned_on=date(2026, 3, 20), now=NOW, actor=cast.li)
    assert moved.due_at == shanghai("2026-03-20T18:00")
    for day in (date(2026, 3, 21), date(2026, 3, 13)):
        with pytest.raises(Refused):
            services.reschedule(commitment=visit, planned_on=day, now=NOW, actor=cast.li)


def test_a_late_promise_goes_up_the_chain_one_head_a_step(cast: Cast, visit: Commitment) -> None:
    due_at = visit.due_at  # Monday 13:00
    assert services.escalate_overdue(now=due_at) == 0
    assert services.escalate_overdue(now=due_at + timedelta(seconds=1)) == 1
    assert services.escalate_overdue(now=due_at + timedelta(hours=1)) == 0
    assert services.escalate_overdue(now=shanghai("2026-03-17T18:00")) == 0
    assert services.escalate_overdue(now=shanghai("2026-03-17T18:01")) == 1
    steps = Escalation.objects.order_by("step").values_list("step", "to__name")
    assert list(steps) == [(1, cast.chen.name), (2, cast.zhao.name)]
    assert services.escalate_overdue(now=shanghai("2026-06-17T18:01")) == 0


def test_steps_that_came_while_the_system_was_down_are_all_taken(cast: Cast, visit: Commitment) -> None:
    assert services.escalate_overdue(now=visit.due_at + timedelta(days=9)) == 2
    visit.refresh_from_db()
    assert visit.escalated_to_step == 2


def test_what_the_top_head_owes_goes_to_an_administrator_or_stays_with_the_head(cast: Cast) -> None:
    services.promise(
        customer=cast.precision,
        content="年度战略会",
        owner=cast.zhao,
        due_at=NOW + timedelta(hours=1),
        source_kind="interaction",
        source_id=1,
        now=NOW,
        actor=cast.zhao,
    )
    services.escalate_overdue(now=NOW + timedelta(hours=2))
    assert Escalation.objects.get().to == cast.zhao


def test_a_closed_promise_is_not_escalated(cast: Cast, visit: Commitment) -> None:
    services.waive(commitment=visit, reason="客户取消", now=NOW, actor=cast.li)
    assert services.escalate_overdue(now=NOW + timedelta(days=30)) == 0


def test_ones_own_word_does_not_let_one_in(cast: Cast) -> None:
    li = User.objects.get(pk=cast.li.pk).at(NOW)
    share_customer(customer=cast.southern, person=li, reason="x", may_edit=True, actor=cast.zhao, now=NOW, until=LATER)

    def promise(owner: User, actor: User) -> Commitment:
        return services.promise(
            customer=cast.southern, content="x", owner=owner, due_at=LATER, source_kind="api", source_id=None,
            now=NOW, actor=actor,
        )  # fmt: skip

    def sees(person: User) -> bool:
        fresh = User.objects.get(pk=person.pk).at(LATER)
        return Customer.objects.for_user(fresh).filter(pk=cast.southern.pk).exists()

    own, lent = promise(li, li), promise(cast.sun, li)
    assert not sees(li)
    assert not sees(cast.sun)
    services.reassign(commitment=lent, owner=li, now=NOW, actor=cast.zhou)
    assert sees(li)
    services.fulfil(commitment=lent, now=NOW, actor=li)
    services.reopen(commitment=lent, now=NOW + WORK_OPENS, actor=li)
    assert not sees(li)
    promise(cast.sun, cast.wang)
    assert sees(cast.sun)
    assert own.owner == li
