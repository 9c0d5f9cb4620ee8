from datetime import date, timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.flows import promises
from zhike.kernel.models import Activity

TODAY = date(2026, 3, 16)


@pytest.fixture
def monthly_talk(cast: Cast) -> ServiceStandard:
    scheme = Scheme.objects.create(key="abc")
    version = SchemeVersion.objects.create(scheme=scheme, number=1, definition={}, started_at=NOW)
    for customer in (cast.precision, cast.tide, cast.southern, cast.orphan):
        Standing.everything.create(
            customer=customer, scheme=scheme, version=version, tier="a", evaluated_on=TODAY, started_on=TODAY
        )
    return ServiceStandard.objects.create(
        key="monthly-talk",
        trigger="cadence",
        rule="month",
        scheme=scheme,
        tiers=["a"],
        escalation=["due", "1 working day"],
        started_at=NOW,
    )


def owed(customer: Customer, owner: User, days: int) -> Commitment:
    return Commitment.everything.create(
        customer=customer,
        owner=owner,
        due_at=NOW + timedelta(days=days),
        content="回访",
        source_kind="interaction",
        created_at=NOW,
    )


def state() -> list[object]:
    return list(Commitment.everything.order_by("pk").values())


def test_two_nights_of_one_day_come_to_the_same_plan(cast: Cast, monthly_talk: ServiceStandard) -> None:
    first = promises.plan_care(as_of=TODAY, now=NOW)
    before = state()
    assert first == len(before) > 0
    assert promises.plan_care(as_of=TODAY, now=NOW + timedelta(hours=1)) == 0
    assert state() == before
    assert Activity.objects.filter(kind="care_plan").count() == 1


def test_nights_through_a_quarter_close_every_cycle_and_leave_nothing_unanswered(
    cast: Cast, monthly_talk: ServiceStandard
) -> None:
    for night in range(0, 100, 3):
        now = NOW + timedelta(days=night)
        promises.plan_care(as_of=TODAY + timedelta(days=night), now=now)
        promises.escalate(now=now)
        assert promises.reconcile(now=now).sentences == []
    over = Commitment.everything.filter(cycle__in=["2026-04", "2026-05"])
    assert over.count() == 8
    assert set(over.values_list("outcome", "escalated_to_step")) == {("missed", 2)}


def test_the_check_gives_what_leavers_owe_to_those_who_owe_it_now(cast: Cast) -> None:
    orphaned = owed(cast.precision, cast.qian, 5)
    kept = owed(cast.tide, cast.sun, 5)
    report = promises.reconcile(now=NOW)
    assert (report.checked, report.reassigned) == (2, 1)
    assert len(report.sentences) == 1
    orphaned.refresh_from_db()
    kept.refresh_from_db()
    assert (orphaned.owner, kept.owner) == (cast.li, cast.sun)
    assert promises.reconcile(now=NOW).sentences == []


def test_the_check_waives_what_is_owed_to_deleted_customers(cast: Cast) -> None:
    gone = owed(cast.precision, cast.li, 5)
    Customer.everything.filter(pk=cast.precision.pk).update(deleted_at=NOW)
    assert promises.reconcile(now=NOW).waived == 1
    gone.refresh_from_db()
    assert gone.outcome == "waived"


def test_the_check_escalates_what_is_late(cast: Cast) -> None:
    owed(cast.precision, cast.li, -5)
    report = promises.reconcile(now=NOW)
    assert (report.escalated, report.unanswered) == (2, 0)


def test_the_check_tells_of_late_promises_that_cannot_be_escalated(cast: Cast, monthly_talk: ServiceStandard) -> None:
    ServiceStandard.objects.update(escalation=[])
    late = owed(cast.precision, cast.li, -3)
    Commitment.everything.filter(pk=late.pk).update(standard=monthly_talk)
    assert promises.reconcile(now=NOW).unanswered == 1


def test_after_a_check_every_open_promise_has_an_active_owner_and_an_answer(
    cast: Cast, monthly_talk: ServiceStandard
) -> None:
    promises.plan_care(as_of=TODAY, now=NOW)
    User.objects.filter(pk__in=[cast.li.pk, cast.chen.pk]).update(is_active=False)
    later = NOW + timedelta(days=40)
    promises.reconcile(now=later)
    still_open = Commitment.everything.filter(closed_at__isnull=True)
    assert still_open.exists()
    assert not still_open.filter(owner__is_active=False).exists()
    assert not still_open.filter(due_at__lt=later, escalations__isnull=True).exists()
