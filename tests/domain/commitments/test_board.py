"""What the Today page is made of."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments import services
from zhike.domain.commitments.models import Commitment, Escalation, ServiceStandard
from zhike.domain.commitments.queries import board as queries
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.kernel.clock import COMPANY_ZONE, local_date


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


def owed(customer: Customer, owner: User, due_at: datetime, **fields: object) -> Commitment:
    made: Commitment = Commitment.everything.create(
        customer=customer,
        owner=owner,
        due_at=due_at,
        source_kind="interaction",
        created_at=NOW,
        **{"content": "回访", **fields},
    )
    return made


def standard() -> ServiceStandard:
    made: ServiceStandard = ServiceStandard.objects.create(key="talk", trigger="cadence", rule="month", started_at=NOW)
    return made


def in_tier(customer: Customer, tier: str) -> None:
    scheme, _ = Scheme.objects.get_or_create(key="abc", defaults={"is_primary": True})
    version, _ = SchemeVersion.objects.get_or_create(
        scheme=scheme, number=1, defaults={"definition": {}, "started_at": NOW}
    )
    day = local_date(NOW)
    Standing.objects.create(
        customer=customer, scheme=scheme, version=version, tier=tier, evaluated_on=day, started_on=day
    )


def test_the_board_sorts_by_urgency_and_leaves_out_what_others_owe(cast: Cast) -> None:
    late = owed(cast.precision, cast.li, NOW - timedelta(hours=1))
    soon = owed(cast.precision, cast.li, shanghai("2026-03-16T18:00"))
    sunday = owed(cast.precision, cast.li, shanghai("2026-03-22T18:00"))
    next_week = owed(cast.precision, cast.li, shanghai("2026-03-23T09:00"))
    asleep = owed(cast.precision, cast.li, NOW - timedelta(days=1), snoozed_until=NOW + timedelta(days=1))
    owed(cast.tide, cast.sun, NOW - timedelta(hours=1))
    services.waive(commitment=owed(cast.precision, cast.li, NOW), reason="取消", now=NOW, actor=cast.li)
    seen = queries.board(queries.selected(cast.li, owner_id=cast.li.pk), now=NOW)
    assert (seen.overdue, seen.today, seen.this_week, seen.later) == ([late], [soon], [sunday], [next_week])
    assert seen.snoozed == [asleep]
    assert not seen.is_empty


def test_what_was_snoozed_is_back_on_its_day(cast: Cast) -> None:
    asleep = owed(cast.precision, cast.li, NOW + timedelta(hours=1), snoozed_until=NOW)
    assert queries.board(queries.selected(cast.li), now=NOW).today == [asleep]


def test_a_director_sees_the_promises_of_the_region_and_can_pick_one_person(cast: Cast) -> None:
    first = owed(cast.precision, cast.li, NOW - timedelta(hours=2))
    second = owed(cast.tide, cast.sun, NOW - timedelta(hours=1))
    owed(cast.southern, cast.wang, NOW - timedelta(hours=1))
    assert queries.board(queries.selected(cast.chen), now=NOW).overdue == [first, second]
    assert queries.board(queries.selected(cast.chen, owner_id=cast.sun.pk), now=NOW).overdue == [second]


def test_the_board_takes_two_queries_however_much_is_owed(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(-30, 30):
        owed(cast.precision, cast.li, NOW + timedelta(hours=hour))
    rows = queries.with_tier(queries.selected(cast.li), cast.li)
    with django_assert_num_queries(2):
        seen = queries.board(rows, now=NOW)
        assert [row.customer.name for row in [*seen.overdue, *seen.today, *seen.this_week]]


@pytest.mark.parametrize("source", queries.Source)
def test_a_board_can_be_narrowed_to_one_source(cast: Cast, source: queries.Source) -> None:
    made = {
        queries.Source.PLAN: owed(cast.precision, cast.li, NOW, standard=standard(), cycle="2026-03"),
        queries.Source.STANDARD: owed(cast.precision, cast.li, NOW, standard=ServiceStandard.objects.get()),
        queries.Source.FOLLOW_UP: owed(cast.precision, cast.li, NOW),
    }
    assert list(queries.selected(cast.li, source=source)) == [made[source]]
    assert queries.source_of(made[source]) == source


def test_a_board_can_be_narrowed_to_one_tier(cast: Cast) -> None:
    in_tier(cast.precision, "a")
    in_tier(cast.tide, "b")
    first = owed(cast.precision, cast.li, NOW)
    owed(cast.tide, cast.sun, NOW)
    rows = queries.with_tier(queries.selected(cast.chen, tier="a"), cast.chen)
    assert [(row, row.tier) for row in rows] == [(first, "a")]  # type: ignore[attr-defined]


def test_the_figures_count_what_is_open_what_is_done_and_what_was_in_time(cast: Cast) -> None:
    owed(cast.precision, cast.li, NOW - timedelta(minutes=1))
    owed(cast.precision, cast.li, shanghai("2026-03-16T23:59"))
    owed(cast.precision, cast.li, shanghai("2026-03-17T00:00"))
    for closed, due_at in (
        (NOW, NOW - timedelta(minutes=1)),
        (NOW - timedelta(days=3), NOW - timedelta(days=2)),
        (NOW - timedelta(days=40), NOW - timedelta(days=31)),
    ):
        services.fulfil(commitment=owed(cast.precision, cast.li, due_at), now=closed, actor=cast.li)
    services.miss(commitment=owed(cast.precision, cast.li, NOW - timedelta(days=9)), now=NOW, actor=None)
    found = queries.figures(queries.selected(cast.li), now=NOW)
    assert (found.overdue, found.due_today, found.done_this_week) == (1, 1, 1)
    assert (found.on_time.in_time, found.on_time.late, found.on_time.broken) == (1, 1, 2)
    assert found.on_time.rate == 0.25
    assert queries.fell_due(queries.selected(cast.li), now=NOW).count() == found.on_time.fell_due
    assert queries.done_this_week(queries.selected(cast.li), now=NOW).count() == found.done_this_week


def test_the_team_is_listed_with_the_most_overdue_first(cast: Cast) -> None:
    owed(cast.precision, cast.li, NOW + timedelta(hours=1))
    owed(cast.tide, cast.sun, NOW - timedelta(hours=1))
    owed(cast.southern, cast.wang, NOW - timedelta(hours=1))
    loads = queries.team(cast.chen, now=NOW)
    assert [(load.name, load.overdue, load.due_today, load.open) for load in loads] == [
        (cast.sun.name, 1, 0, 1),
        (cast.li.name, 0, 1, 1),
    ]


def test_what_was_put_before_somebody_stands_apart_until_it_is_closed(cast: Cast) -> None:
    late = owed(cast.precision, cast.li, NOW - timedelta(hours=1))
    Escalation.objects.create(commitment=late, step=1, to=cast.chen, at=NOW)
    assert list(queries.escalated_to(cast.chen, now=NOW)) == [late]
    assert list(queries.escalated_to(cast.li, now=NOW)) == []
    services.fulfil(commitment=late, now=NOW, actor=cast.li)
    assert list(queries.escalated_to(cast.chen, now=NOW)) == []


def test_a_commitment_tells_its_story_from_the_promise_to_its_end(cast: Cast) -> None:
    commitment = services.promise(
        customer=cast.precision,
        content="送样品",
        owner=cast.li,
        due_at=NOW + timedelta(hours=2),
        source_kind="interaction",
        source_id=None,
        now=NOW,
        actor=cast.chen,
    )
    later = NOW + timedelta(hours=3)
    services.snooze(commitment=commitment, until=NOW + timedelta(days=1), reason="客户出差", now=NOW, actor=cast.li)
    Escalation.objects.create(commitment=commitment, step=1, to=cast.chen, at=later)
    services.fulfil(commitment=commitment, note="已送达", now=later + timedelta(hours=1), actor=cast.li)
    told = [(step.verb, step.who, step.note) for step in queries.history(commitment)]
    assert told == [
        ("promised", cast.chen.name, ""),
        ("snoozed", cast.li.name, "客户出差"),
        ("escalated", cast.chen.name, ""),
        ("kept", cast.li.name, "已送达"),
    ]


def test_the_first_steps_are_ticked_one_after_the_other(cast: Cast) -> None:
    assert queries.first_steps() == queries.FirstSteps(customers=True)
    cast.company.playbook = "b2b-abc"
    cast.company.save()
    in_tier(cast.southern, "a")
    steps = queries.first_steps()
    assert (steps.playbook, steps.customers, steps.orders, steps.tiers) == (True, True, False, True)
    assert not steps.are_done
