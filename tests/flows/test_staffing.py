"""People move, hand over and go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Grant, Permission, Role, User
from zhike.domain.accounts.services import give_grant
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import give_back
from zhike.domain.customers.models import Collaborator, Customer
from zhike.domain.customers.services import share_customer
from zhike.flows.archive import change_file, take_back
from zhike.flows.staffing import burden, hand_over_everything, let_go, move_person
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

LATER = NOW + timedelta(days=3)


def owe(customer: Customer, person: User) -> Commitment:
    return Commitment.objects.create(
        customer=customer, owner=person, content="send the offer", due_at=LATER, created_at=NOW, source_kind="free"
    )


def owner_of(commitment: Commitment) -> int:
    return Commitment.everything.get(pk=commitment.pk).owner_id


def fresh(customer: Customer) -> Customer:
    return Customer.everything.get(pk=customer.pk)


def test_all_customers_are_handed_over_with_everything_owed(cast: Cast) -> None:
    own, other = owe(cast.precision, cast.li), owe(cast.tide, cast.li)
    done = hand_over_everything(person=cast.li, heir=cast.sun, actor=cast.zhao, now=NOW)
    assert (done.customers, done.promises) == (1, 1)
    assert fresh(cast.precision).owner == cast.sun
    assert owner_of(own) == owner_of(other) == cast.sun.pk
    assert not burden(cast.li)


def test_undoing_a_hand_over_gives_the_promises_back(cast: Cast) -> None:
    own, foreign = owe(cast.precision, cast.li), owe(cast.precision, cast.wang)
    hand_over_everything(person=cast.li, heir=cast.sun, actor=cast.zhao, now=NOW)
    last = Activity.objects.get(kind="customer", verb="assigned")
    take_back(activity_id=last.pk, actor=cast.zhao, now=LATER)
    assert fresh(cast.precision).owner == cast.li
    assert owner_of(own) == cast.li.pk
    assert owner_of(foreign) == cast.wang.pk


def test_a_promise_that_has_moved_since_stays_where_it_is(cast: Cast) -> None:
    own = owe(cast.precision, cast.li)
    hand_over_everything(person=cast.li, heir=cast.sun, actor=cast.zhao, now=NOW)
    Commitment.everything.filter(pk=own.pk).update(owner=cast.wang)
    last = Activity.objects.get(kind="customer", verb="assigned")
    take_back(activity_id=last.pk, actor=cast.zhao, now=LATER)
    assert owner_of(own) == cast.wang.pk


def test_nothing_goes_back_to_whoever_has_left(cast: Cast) -> None:
    own, foreign = owe(cast.precision, cast.li), owe(cast.tide, cast.li)
    let_go(person=cast.li, heir=cast.sun, actor=cast.zhao, now=NOW)
    last = Activity.objects.get(kind="customer", verb="assigned")
    with pytest.raises(Refused, match="李雷"):
        take_back(activity_id=last.pk, actor=cast.zhao, now=LATER)
    give_back(customer_ids=[cast.precision.pk, cast.tide.pk], moved_at=NOW, actor=cast.zhao, now=LATER)
    assert fresh(cast.precision).owner == cast.sun
    assert owner_of(own) == owner_of(foreign) == cast.sun.pk


def test_undoing_a_change_of_owner_takes_the_right_to_hand_over(cast: Cast) -> None:
    change_file(customer=cast.precision, actor=cast.li, now=NOW, owner=cast.sun)
    Permission.objects.filter(kind="customer", action__in=("view", "edit")).update(level=Level.ALL)
    Permission.objects.filter(kind="customer", action="assign").delete()
    last = Activity.objects.get(kind="customer", verb="changed")
    with pytest.raises(Denied):
        take_back(activity_id=last.pk, actor=User.objects.get(pk=cast.li.pk), now=LATER)
    assert fresh(cast.precision).owner == cast.sun


def test_nobody_hands_over_customers_out_of_reach(cast: Cast) -> None:
    with pytest.raises(Denied):
        hand_over_everything(person=cast.wang, heir=cast.li, actor=cast.chen, now=NOW)
    assert fresh(cast.southern).owner == cast.wang


def test_whoever_keeps_something_cannot_go_without_an_heir(cast: Cast) -> None:
    with pytest.raises(Refused, match="1"):
        let_go(person=cast.li, heir=None, actor=cast.zhao, now=NOW)
    assert User.objects.get(pk=cast.li.pk).is_active


def test_who_goes_leaves_nothing_behind(cast: Cast) -> None:
    owe(cast.precision, cast.li)
    share_customer(customer=cast.southern, person=cast.li, reason="fair", actor=cast.zhao, now=NOW)
    give_grant(
        person=cast.li,
        kind="order",
        action="view",
        level=Level.ALL,
        until=LATER,
        reason="fair",
        actor=cast.zhao,
        now=NOW,
    )
    let_go(person=cast.li, heir=cast.sun, actor=cast.zhao, now=NOW)
    assert not User.objects.get(pk=cast.li.pk).is_active
    assert not burden(cast.li)
    assert not Collaborator.live(NOW).exists()
    assert not Grant.live(NOW).exists()
    verbs = set(Activity.objects.values_list("verb", flat=True))
    assert {"disable", "assigned", "unshared", "granted"} <= verbs


def test_who_looks_after_access_sends_away_without_a_right_to_customers(cast: Cast) -> None:
    own = owe(cast.precision, cast.li)
    keeper = Role.objects.create(key="keeper", name={"zh": "x", "en": "x"})
    cast.zhou.roles.set([keeper])
    with pytest.raises(Denied):
        let_go(person=cast.li, heir=cast.sun, actor=cast.zhou, now=NOW)
    Permission.objects.create(role=keeper, kind="security", action="edit", level=Level.ALL)
    done = let_go(person=cast.li, heir=cast.sun, actor=User.objects.get(pk=cast.zhou.pk), now=NOW)
    assert done.customers == 1
    assert fresh(cast.precision).owner == cast.sun
    assert owner_of(own) == cast.sun.pk
    assert set(Activity.objects.values_list("actor", flat=True)) == {cast.zhou.pk}


def test_nothing_is_done_where_the_heir_has_left(cast: Cast) -> None:
    with pytest.raises(Refused):
        let_go(person=cast.li, heir=cast.qian, actor=cast.zhao, now=NOW)
    assert User.objects.get(pk=cast.li.pk).is_active
    assert fresh(cast.precision).owner == cast.li


@pytest.mark.parametrize("follow", [True, False])
def test_customers_follow_their_owner_into_another_department_or_stay(cast: Cast, follow: bool) -> None:
    moved = move_person(
        person=cast.li,
        name=cast.li.name,
        department=cast.south,
        roles=cast.li.roles.all(),
        actor=cast.zhao,
        now=NOW,
        customers_follow=follow,
    )
    assert moved == (1 if follow else 0)
    assert fresh(cast.precision).department == (cast.south if follow else cast.east)
    assert fresh(cast.precision).owner == cast.li
    assert (fresh(cast.precision) in Customer.objects.for_user(User.objects.get(pk=cast.zhou.pk))) is follow


def test_a_customer_is_shared_by_who_may_and_for_a_reason(cast: Cast) -> None:
    with pytest.raises(Refused, match="原因"):
        share_customer(customer=cast.precision, person=cast.wang, reason=" ", actor=cast.li, now=NOW)
    with pytest.raises(Refused):
        share_customer(customer=cast.precision, person=cast.qian, reason="fair", actor=cast.li, now=NOW)
    Permission.objects.filter(kind="customer", action="share", role__key="account_manager").delete()
    with pytest.raises(Denied):
        share_customer(
            customer=cast.precision, person=cast.wang, reason="fair", actor=User.objects.get(pk=cast.li.pk), now=NOW
        )


def test_sharing_again_replaces_what_was_agreed(cast: Cast) -> None:
    share_customer(customer=cast.precision, person=cast.wang, reason="fair", actor=cast.li, now=NOW)
    share_customer(customer=cast.precision, person=cast.wang, reason="fair", may_edit=True, actor=cast.li, now=LATER)
    [row] = Collaborator.live(LATER)
    assert row.may_edit


def test_nobody_gives_rights_to_oneself(cast: Cast) -> None:
    with pytest.raises(Refused):
        give_grant(
            person=cast.zhao, kind="order", action="view", level=Level.ALL, until=LATER, reason="x", actor=cast.zhao,
            now=NOW,
        )  # fmt: skip
