from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from tests.domain.commitments.rules.test_cycles import day_of
from zhike.domain.accounts.models import Role
from zhike.domain.care import services
from zhike.domain.care.rules import planned_cycles
from zhike.domain.commitments import services as commitments
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.commitments.queries import closing_words, working_calendar
from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.cycles import cycles_between, parse_cadence, turns
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.gateways import holidays
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.sensitivity import EVERYTHING

TODAY = date(2026, 3, 16)
CHINA = holidays.china()
OFFICIAL = WorkingCalendar(COMPANY_ZONE, days_off=CHINA.days_off, make_up_days=CHINA.make_up_days)


@pytest.fixture
def abc(cast: Cast) -> Scheme:
    """Everybody stands in a tier: 华东精密 in A, 海潮贸易 in B, 南粤电子 in A, 无主实业 in C."""
    scheme = Scheme.objects.create(key="abc", name={"zh": "ABC"}, is_primary=True)
    version = SchemeVersion.objects.create(scheme=scheme, number=1, definition={}, started_at=NOW)
    for customer, tier in ((cast.precision, "a"), (cast.tide, "b"), (cast.southern, "a"), (cast.orphan, "c")):
        Standing.everything.create(
            customer=customer, scheme=scheme, version=version, tier=tier, evaluated_on=TODAY, started_on=TODAY
        )
    return scheme


def standard(scheme: Scheme, key: str, rule: str, tiers: list[str], **fields: object) -> ServiceStandard:
    made: ServiceStandard = ServiceStandard.objects.create(
        key=key,
        name={"zh": key, "en": key},
        trigger="cadence",
        rule=rule,
        scheme=scheme,
        tiers=tiers,
        escalation=["due", "1 working day"],
        started_at=NOW,
        **fields,
    )
    return made


def items(customer: Customer) -> list[Commitment]:
    return list(Commitment.everything.filter(customer=customer).order_by("planned_on", "pk"))


def plan() -> int:
    return services.plan(as_of=TODAY, now=NOW)


def move_to_tier(customer: Customer, tier: str) -> None:
    Standing.everything.filter(customer=customer).update(previous_tier=F("tier"), tier=tier)


def test_each_tier_gets_the_items_of_its_cadences_with_owner_day_and_deadline(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    planned = items(cast.precision)
    assert [item.cycle for item in planned] == ["2026-03", "2026-04", "2026-05"][: len(planned)]
    assert len(planned) >= 2
    calendar = working_calendar()
    for item in planned:
        assert item.owner == cast.li
        assert item.planned_on is not None
        assert TODAY < item.planned_on <= TODAY + timedelta(days=60)
        assert item.due_at == calendar.aware(calendar.closes_at(item.planned_on))
        assert item.source_kind == "plan"
        assert (item.outcome, item.closed_at, item.escalated_to_step) == ("", None, 0)
    assert not items(cast.tide)


def test_only_what_is_promised_to_the_tiers_of_a_few_customers_is_asked_for(
    cast: Cast, abc: Scheme, django_assert_max_num_queries: Any
) -> None:
    """A write waits for every other one on SQLite: one for a customer who is promised nothing must be over at once."""
    for number in range(10):
        standard(abc, f"talk-{number}", "month", ["a"])
    with django_assert_max_num_queries(7):
        services.replan(customer_ids=[cast.tide.pk], as_of=TODAY, now=NOW)
    assert items(cast.tide) == []
    services.replan(customer_ids=[cast.precision.pk], as_of=TODAY, now=NOW)
    assert items(cast.precision)
    assert plan() == len(items(cast.southern)) > 0


def test_a_second_night_adds_nothing(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a", "b"])
    standard(abc, "yearly-seminar", "year", ["a", "b", "c"])
    assert plan() > 0
    before = list(Commitment.everything.order_by("pk").values())
    assert plan() == 0
    assert services.plan(as_of=TODAY + timedelta(days=1), now=NOW + timedelta(days=1)) <= 1  # the horizon moves a day
    assert list(Commitment.everything.filter(pk__lte=before[-1]["id"]).order_by("pk").values()) == before


def test_thirty_nights_in_a_row_give_each_customer_one_item_a_cycle(cast: Cast, abc: Scheme) -> None:
    standard(abc, "weekly-mail", "1 week", ["a", "b", "c"])
    standard(abc, "monthly-talk", "month", ["a", "b", "c"])
    standard(abc, "yearly-seminar", "year", ["a", "b", "c"])
    for night in range(30):
        services.plan(as_of=TODAY + timedelta(days=night), now=NOW + timedelta(days=night))
    keys = list(Commitment.everything.values_list("customer", "standard", "cycle"))
    assert len(keys) == len(set(keys))
    for customer in (cast.precision, cast.tide, cast.southern, cast.orphan):
        months = {item.cycle for item in items(customer) if item.standard and item.standard.key == "monthly-talk"}
        assert {"2026-04", "2026-05"} <= months


def test_a_customer_without_an_owner_is_owed_by_somebody(cast: Cast, abc: Scheme) -> None:
    standard(abc, "half-yearly-call", "month", ["c"])
    plan()
    assert {item.owner for item in items(cast.orphan)} == {cast.zhao}


def test_the_head_of_the_owner_owes_what_is_promised_by_the_head(cast: Cast, abc: Scheme) -> None:
    standard(abc, "strategy-talk", "month", ["a"], owner_role="head")
    plan()
    assert {item.owner for item in items(cast.precision)} == {cast.chen}
    assert {item.owner for item in items(cast.southern)} == {cast.zhou}


def test_people_with_a_role_in_the_department_take_turns(cast: Cast, abc: Scheme) -> None:
    agents = Role.objects.create(key="service_agent", name={})
    cast.li.roles.add(agents)
    cast.sun.roles.add(agents)
    cast.wang.roles.add(agents)
    standard(abc, "service-call", "month", ["a", "b"], owner_role="service_agent")
    plan()
    east = sorted([cast.li.pk, cast.sun.pk])
    for customer in (cast.precision, cast.tide):
        assert {item.owner_id for item in items(customer)} == {east[customer.pk % 2]}
    assert {item.owner for item in items(cast.southern)} == {cast.wang}


def test_an_item_that_a_person_waived_is_not_planned_again(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    first = items(cast.precision)[0]
    commitments.waive(commitment=first, reason="客户停产检修", now=NOW, actor=cast.li)
    assert plan() == 0


def test_a_demotion_withdraws_what_was_coming_and_plans_what_the_new_tier_is_owed(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    standard(abc, "biweekly-mail", "2 weeks", ["b"])
    plan()
    before = len(items(cast.precision))
    move_to_tier(cast.precision, "b")
    result = services.follow_tiers(as_of=TODAY, now=NOW)
    assert (result.withdrawn, services.follow_owners()) == (before, 0)
    assert result.planned == Commitment.everything.filter(customer=cast.precision, closed_at=None).count() > 0
    for item in Commitment.everything.filter(customer=cast.precision, standard__key="monthly-talk"):
        assert (item.outcome, item.closing_kind, item.closed_by) == ("waived", "replanned", None)
        assert closing_words(EVERYTHING.show(item))
    assert Commitment.everything.filter(customer=cast.southern, outcome="waived").count() == 0


def test_a_customer_who_comes_back_to_its_tier_is_planned_again(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    before = [(item.cycle, item.planned_on) for item in items(cast.precision)]
    move_to_tier(cast.precision, "b")
    services.follow_tiers(as_of=TODAY, now=NOW)
    move_to_tier(cast.precision, "a")
    services.follow_tiers(as_of=TODAY, now=NOW)
    again = Commitment.everything.filter(customer=cast.precision, closed_at=None).order_by("planned_on")
    assert [(item.cycle, item.planned_on) for item in again] == before


def test_overdue_items_of_a_tier_left_behind_stay_broken_promises(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    move_to_tier(cast.precision, "b")
    late = items(cast.precision)[0]
    assert late.planned_on is not None
    services.follow_tiers(as_of=late.planned_on, now=NOW)
    late.refresh_from_db()
    assert late.closed_at is None


@pytest.mark.parametrize("is_night", [False, True])
def test_a_new_owner_of_the_customer_takes_over_its_open_items(cast: Cast, abc: Scheme, is_night: bool) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    kept = items(cast.precision)[0]
    commitments.fulfil(commitment=kept, now=NOW, actor=cast.li)
    Customer.everything.filter(pk=cast.precision.pk).update(owner=cast.sun)
    if is_night:
        assert services.follow_owners() == len(items(cast.precision)) - 1 > 0
    else:
        services.replan(as_of=TODAY, now=NOW, customer_ids=[cast.precision.pk])
    kept.refresh_from_db()
    assert kept.owner == cast.li
    assert {item.owner for item in items(cast.precision) if not item.outcome} == {cast.sun}


def test_an_item_assigned_by_hand_stays_with_its_keeper(cast: Cast, abc: Scheme) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    item = items(cast.precision)[0]
    commitments.reassign(commitment=item, owner=cast.wang, now=NOW, actor=cast.chen)
    assert services.follow_owners() == 0
    item.refresh_from_db()
    assert item.owner == cast.wang


def test_a_new_version_of_a_standard_does_not_ask_twice_in_a_cycle(cast: Cast, abc: Scheme) -> None:
    old = standard(abc, "monthly-talk", "month", ["a"])
    plan()
    first = items(cast.precision)[0]
    commitments.fulfil(commitment=first, now=NOW, actor=cast.li)
    ServiceStandard.objects.filter(pk=old.pk).update(retired_at=NOW)
    standard(abc, "monthly-talk", "month", ["a"], version=2)
    services.follow_tiers(as_of=TODAY, now=NOW)
    current = [item for item in items(cast.precision) if item.outcome != "waived"]
    assert len({item.cycle for item in current}) == len(current)
    assert [item.pk for item in current if item.standard_id == old.pk] == [first.pk]


def test_an_unfulfilled_item_is_missed_when_the_next_cycle_has_begun_and_the_heads_have_heard(
    cast: Cast, abc: Scheme
) -> None:
    standard(abc, "monthly-talk", "month", ["a"])
    plan()
    late = items(cast.precision)[0]
    assert late.cycle == "2026-03"
    april = datetime(2026, 4, 9, 2, tzinfo=UTC)
    assert services.close_lapsed(as_of=date(2026, 4, 9), now=april) == 0
    commitments.escalate_overdue(now=april)
    assert services.close_lapsed(as_of=date(2026, 3, 31), now=april) == 0
    assert services.close_lapsed(as_of=date(2026, 4, 9), now=april) >= 1
    late.refresh_from_db()
    assert (late.outcome, late.closed_at) == ("missed", april)


@given(
    st.sampled_from(["month", "quarter", "half-year", "year", "1 week", "3 weeks"]),
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    st.integers(1, 10**9),
)
def test_rows_for_the_database_say_the_same_as_the_rule_for_one_customer(rule: str, as_of: date, customer: int) -> None:
    cadence = parse_cadence(rule)
    rows: dict[str, date] = {}
    for cycle in planned_cycles(cadence, OFFICIAL, as_of=as_of):
        place = customer % cycle.places
        if place < cycle.passed:
            place = cycle.places + customer % cycle.left
        for turn in cycle.turns:
            if turn.place == place:
                rows[cycle.key] = turn.planned_on
    expected = {}
    for one in cycles_between(cadence, as_of, as_of + timedelta(days=60)):
        planned = turns(one, OFFICIAL, as_of=as_of)
        day = day_of(planned, customer)
        is_late = bool(planned.days) and customer % len(planned.days) < planned.passed
        if day and (is_late or day <= as_of + timedelta(days=60)):
            expected[one.key] = day
    assert rows == expected
