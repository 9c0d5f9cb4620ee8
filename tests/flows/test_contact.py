from datetime import date, datetime, timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Permission
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction
from zhike.flows import contact
from zhike.flows.contact import NewInteraction, NextAction
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Conflict, Denied, NotFound, Refused
from zhike.kernel.models import Activity


@pytest.fixture
def quarterly_visit(db: None) -> ServiceStandard:
    return ServiceStandard.objects.create(
        key="quarterly-visit",
        name={"zh": "季度拜访", "en": "Quarterly visit"},
        trigger="cadence",
        rule="quarter",
        channel="visit",
        started_at=NOW,
    )


def item(customer: Customer, standard: ServiceStandard, cast: Cast, day: date, cycle: str) -> Commitment:
    return Commitment.everything.create(
        customer=customer,
        standard=standard,
        owner=cast.li,
        planned_on=day,
        due_at=datetime(day.year, day.month, day.day, 18, tzinfo=COMPANY_ZONE),
        cycle=cycle,
        source_kind="plan",
        created_at=NOW,
    )


def visit(cast: Cast, **fields: object) -> NewInteraction:
    values = {
        "customer": cast.precision,
        "channel": "visit",
        "occurred_at": NOW - timedelta(hours=1),
        "staff": [cast.li],
        "summary": "讨论二季度备货",
        **fields,
    }
    return NewInteraction(**values)  # type: ignore[arg-type]


def test_a_logged_visit_keeps_the_plan_item_of_its_cycle_and_proposes_the_next(
    cast: Cast, quarterly_visit: ServiceStandard
) -> None:
    now_due = item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    following = item(cast.precision, quarterly_visit, cast, date(2026, 5, 12), "2026Q2")
    logged = contact.log_interaction(form=visit(cast), actor=cast.li, now=NOW)
    assert logged.fulfilled == [now_due]
    kept = logged.fulfilled[0]
    assert (kept.outcome, kept.closed_at, kept.closed_by) == ("kept", NOW - timedelta(hours=1), cast.li)
    assert (kept.closing_kind, kept.closing_id) == ("interaction", logged.interaction.pk)
    assert logged.proposal is not None
    assert (logged.proposal.planned, logged.proposal.due_on) == (following, date(2026, 5, 12))
    assert logged.proposal.content == "季度拜访"


def test_an_unanswered_call_keeps_nothing_and_proposes_to_try_again(
    cast: Cast, quarterly_visit: ServiceStandard
) -> None:
    item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    logged = contact.log_interaction(form=visit(cast, is_connected=False), actor=cast.li, now=NOW)
    assert logged.fulfilled == []
    assert logged.proposal is not None
    assert logged.proposal.due_on == date(2026, 3, 17)


def test_a_choice_of_promises_outranks_the_rules(cast: Cast, quarterly_visit: ServiceStandard) -> None:
    planned = item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    ahead = item(cast.precision, quarterly_visit, cast, date(2026, 5, 12), "2026Q2")
    assert contact.log_interaction(form=visit(cast, fulfils=[]), actor=cast.li, now=NOW).fulfilled == []
    both = contact.log_interaction(form=visit(cast, fulfils=[planned, ahead]), actor=cast.li, now=NOW)
    assert {one.pk for one in both.fulfilled} == {planned.pk, ahead.pk}


def test_an_empty_record_keeps_no_promise_whoever_chose_it(cast: Cast, quarterly_visit: ServiceStandard) -> None:
    planned = item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    for chosen in (None, [planned]):
        with pytest.raises(Refused) as refusal:
            contact.log_interaction(form=visit(cast, fulfils=chosen, summary=" "), actor=cast.li, now=NOW)
        assert refusal.value.field == "summary"
    assert not Interaction.everything.exists()
    said = visit(cast, summary="", feedback="交付及时")
    assert contact.log_interaction(form=said, actor=cast.li, now=NOW).fulfilled == [planned]


def test_an_empty_record_that_keeps_nothing_is_logged_all_the_same(cast: Cast) -> None:
    assert contact.log_interaction(form=visit(cast, summary=""), actor=cast.li, now=NOW).fulfilled == []


def test_where_nobody_was_reached_no_promise_can_be_chosen(cast: Cast, quarterly_visit: ServiceStandard) -> None:
    planned = item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    with pytest.raises(Refused) as refusal:
        contact.log_interaction(form=visit(cast, is_connected=False, fulfils=[planned]), actor=cast.li, now=NOW)
    assert refusal.value.field == "fulfils"
    assert Commitment.everything.get(pk=planned.pk).closed_at is None


def test_next_actions_become_commitments_with_owner_and_deadline(cast: Cast) -> None:
    actions = [
        NextAction(content="寄样品", owner=cast.sun, due_on=date(2026, 3, 18)),
        NextAction(content="周末电话确认", owner=cast.li, due_on=date(2026, 3, 21)),
    ]
    logged = contact.log_interaction(form=visit(cast, next_actions=actions), actor=cast.li, now=NOW)
    assert [(one.content, one.owner, one.due_at.astimezone(COMPANY_ZONE).isoformat()) for one in logged.promised] == [
        ("寄样品", cast.sun, "2026-03-18T18:00:00+08:00"),
        ("周末电话确认", cast.li, "2026-03-21T23:59:00+08:00"),
    ]
    assert {(one.source_kind, one.source_id) for one in logged.promised} == {("interaction", logged.interaction.pk)}
    assert logged.proposal is None


def test_the_same_form_sent_twice_is_one_interaction(cast: Cast, quarterly_visit: ServiceStandard) -> None:
    item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    form = visit(
        cast, token="4f7a", next_actions=[NextAction(content="寄样品", owner=cast.li, due_on=date(2026, 3, 18))]
    )
    first = contact.log_interaction(form=form, actor=cast.li, now=NOW)
    trail = Activity.objects.count()
    second = contact.log_interaction(form=form, actor=cast.li, now=NOW)
    assert second.interaction == first.interaction
    assert (second.fulfilled, second.promised) == (first.fulfilled, first.promised)
    assert Interaction.everything.count() == 1
    assert Commitment.everything.count() == 2
    assert Activity.objects.count() == trail


def test_a_wish_to_leave_starts_the_standard_that_answers_it(cast: Cast) -> None:
    standard = ServiceStandard.objects.create(
        key="keep-them",
        trigger="event",
        event="leaving_mentioned",
        rule="1 working day",
        owner_role="head",
        started_at=NOW,
    )
    logged = contact.log_interaction(form=visit(cast, mentions_leaving=True), actor=cast.li, now=NOW)
    assert [(one.standard, one.owner) for one in logged.promised] == [(standard, cast.chen)]


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"mentions_leaving": True}, date(2026, 3, 17)),
        ({"mentions_competitor": True}, date(2026, 3, 19)),
        ({}, date(2026, 4, 16)),
    ],
)
def test_without_a_standard_or_plan_the_next_step_is_proposed_all_the_same(
    cast: Cast, fields: dict[str, object], day: date
) -> None:
    logged = contact.log_interaction(form=visit(cast, **fields), actor=cast.li, now=NOW)
    assert logged.proposal is not None
    assert (logged.proposal.due_on, logged.proposal.planned) == (day, None)


def test_an_accepted_proposal_becomes_a_commitment_of_the_one_who_accepts(cast: Cast) -> None:
    logged = contact.log_interaction(form=visit(cast), actor=cast.li, now=NOW)
    made = contact.accept_proposal(interaction=logged.interaction, due_on=date(2026, 4, 2), actor=cast.li, now=NOW)
    assert (made.owner, made.source_id) == (cast.li, logged.interaction.pk)
    with pytest.raises(NotFound):
        contact.accept_proposal(interaction=logged.interaction, due_on=date(2026, 4, 2), actor=cast.li, now=NOW)


def test_an_accepted_plan_item_moves_to_the_chosen_day(cast: Cast, quarterly_visit: ServiceStandard) -> None:
    following = item(cast.precision, quarterly_visit, cast, date(2026, 5, 12), "2026Q2")
    logged = contact.log_interaction(form=visit(cast), actor=cast.li, now=NOW)
    moved = contact.accept_proposal(interaction=logged.interaction, due_on=date(2026, 5, 13), actor=cast.li, now=NOW)
    assert (moved, moved.planned_on) == (following, date(2026, 5, 13))


def test_a_log_taken_back_leaves_the_promises_as_they_were(cast: Cast, quarterly_visit: ServiceStandard) -> None:
    kept = item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    before = Commitment.everything.values().get(pk=kept.pk)
    actions = [NextAction(content="寄样品", owner=cast.sun, due_on=date(2026, 3, 18))]
    logged = contact.log_interaction(form=visit(cast, next_actions=actions), actor=cast.li, now=NOW)
    contact.take_back(interaction=logged.interaction, actor=cast.li, now=NOW)
    assert Commitment.everything.values().get(pk=kept.pk) == before
    assert Commitment.everything.exclude(pk=kept.pk).get().outcome == "waived"
    assert not Interaction.everything.exists()
    with pytest.raises(NotFound):
        contact.take_back(interaction=logged.interaction, actor=cast.li, now=NOW)


def test_a_day_after_logging_it_takes_the_right_to_delete(cast: Cast) -> None:
    Permission.objects.filter(role__key="account_manager", kind="interaction", action="delete").delete()
    logged, late = (
        contact.log_interaction(form=visit(cast), actor=cast.li, now=NOW),
        NOW + timedelta(hours=24, seconds=1),
    )
    with pytest.raises(Denied):
        contact.take_back(interaction=logged.interaction, actor=cast.li, now=late)
    contact.take_back(interaction=logged.interaction, actor=cast.chen, now=late)
    assert not Interaction.everything.exists()


def test_a_new_contact_is_added_to_the_customer_and_the_interaction(cast: Cast) -> None:
    logged = contact.log_interaction(form=visit(cast, new_contact=" 冯工 "), actor=cast.li, now=NOW)
    added = Contact.everything.get(customer=cast.precision)
    assert added.name == "冯工"
    assert list(logged.interaction.contacts.all()) == [added]


def test_wrong_input_is_refused_and_leaves_nothing(cast: Cast) -> None:
    stranger = Contact.everything.create(customer=cast.tide, name="别家", created_at=NOW, changed_at=NOW)
    wrong: list[tuple[str, dict[str, object]]] = [
        ("channel", {"channel": "pigeon"}),
        ("occurred_at", {"occurred_at": NOW + timedelta(minutes=1)}),
        ("contacts", {"contacts": [stranger]}),
        ("content", {"next_actions": [NextAction(content="", owner=cast.li, due_on=date(2026, 3, 18))]}),
        ("due_at", {"next_actions": [NextAction(content="寄样品", owner=cast.li, due_on=date(2026, 3, 13))]}),
        ("owner", {"next_actions": [NextAction(content="寄样品", owner=cast.qian, due_on=date(2026, 3, 18))]}),
    ]
    for field, fields in wrong:
        with pytest.raises(Refused) as refusal:
            contact.log_interaction(form=visit(cast, **fields), actor=cast.li, now=NOW)
        assert refusal.value.field == field
    assert not Interaction.everything.exists()
    assert not Commitment.everything.exists()
    assert not Activity.objects.exists()


def test_nobody_logs_for_customers_out_of_sight_or_without_the_right(cast: Cast) -> None:
    with pytest.raises(NotFound):
        contact.log_interaction(form=visit(cast, customer=cast.southern), actor=cast.li, now=NOW)
    Permission.objects.filter(role__key="account_manager", kind="interaction", action="create").delete()
    with pytest.raises(Denied):
        contact.log_interaction(form=visit(cast), actor=cast.sun, now=NOW)


def test_a_promise_closed_by_somebody_else_meanwhile_stops_the_log(
    cast: Cast, quarterly_visit: ServiceStandard
) -> None:
    planned = item(cast.precision, quarterly_visit, cast, date(2026, 3, 26), "2026Q1")
    contact.log_interaction(form=visit(cast), actor=cast.li, now=NOW)
    with pytest.raises(Conflict):
        contact.log_interaction(form=visit(cast, fulfils=[planned]), actor=cast.li, now=NOW)
    assert Interaction.everything.count() == 1
