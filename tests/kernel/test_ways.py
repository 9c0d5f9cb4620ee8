"""Sharing, work and grants open rows, for a time; the list of rows and the answer for a single row never differ."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Grant, Permission, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Collaborator, Contact, Customer
from zhike.domain.orders.models import Order
from zhike.kernel.scope import Level, Way, may_reveal, sees_finance, view_of, way
from zhike.kernel.sensitivity import View

LATER = NOW + timedelta(days=3)


def share(customer: Customer, person: User, *, until: datetime | None = None, may_edit: bool = False) -> Collaborator:
    return Collaborator.objects.create(
        customer=customer, person=person, may_edit=may_edit, until=until, reason="leave", shared_at=NOW
    )


def owe(customer: Customer, person: User, *, closed_at: datetime | None = None) -> Commitment:
    return Commitment.objects.create(
        customer=customer, owner=person, content="install", due_at=NOW, created_at=NOW, source_kind="interaction",
        closed_at=closed_at, outcome="kept" if closed_at else "",
    )  # fmt: skip


def contact(customer: Customer, name: str, *, is_primary: bool = False) -> Contact:
    return Contact.objects.create(
        customer=customer, name=name, is_primary=is_primary, created_at=NOW, changed_at=NOW, phone="13812345678"
    )


def order(customer: Customer) -> Order:
    return Order.objects.create(
        customer=customer, number="1", ordered_on=NOW.date(), amount_minor=1, created_at=NOW, changed_at=NOW
    )


def at(person: User, moment: datetime = NOW) -> User:
    return User.objects.get(pk=person.pk).at(moment)


def may(person: User, action: str, customer: Customer) -> bool:
    return Customer.objects.for_user(person, action).filter(pk=customer.pk).exists()


def test_what_is_shared_is_seen_with_all_that_hangs_on_it_and_nothing_more(cast: Cast) -> None:
    share(cast.southern, cast.li)
    person, bought = contact(cast.southern, "何丽"), order(cast.southern)
    li = at(cast.li)
    assert set(Customer.objects.for_user(li)) == {cast.precision, cast.southern}
    assert list(Contact.objects.for_user(li)) == [person]
    assert list(Order.objects.for_user(li)) == [bought]
    assert not any(may(li, action, cast.southern) for action in ("edit", "delete", "assign", "export", "reveal"))
    assert view_of(li, cast.southern) is View.ORDINARY


def test_a_collaborator_who_may_edit_may_not_delete_hand_over_or_reveal(cast: Cast) -> None:
    share(cast.southern, cast.li, may_edit=True)
    li = at(cast.li)
    assert {action for action in ("view", "create", "edit", "delete", "assign", "export", "reveal", "share")
            if may(li, action, cast.southern)} == {"view", "create", "edit"}  # fmt: skip


@pytest.mark.parametrize(("moment", "is_seen"), [(LATER - timedelta(seconds=1), True), (LATER, False)])
def test_sharing_ends_at_its_moment(cast: Cast, moment: datetime, is_seen: bool) -> None:
    share(cast.southern, cast.li, until=LATER)
    assert may(at(cast.li, moment), "view", cast.southern) is is_seen


def test_without_a_moment_nothing_that_can_expire_counts(cast: Cast) -> None:
    share(cast.southern, cast.li)
    owe(cast.tide, cast.li)
    Grant.objects.create(
        person=cast.li, kind="customer", action="view", level=Level.ALL, until=LATER, reason="audit", given_at=NOW
    )
    assert set(Customer.objects.for_user(User.objects.get(pk=cast.li.pk))) == {cast.precision}


@pytest.mark.parametrize(
    ("closed_at", "is_seen"),
    [(None, True), (NOW - timedelta(days=6, hours=23), True), (NOW - timedelta(days=7), False)],
)
def test_who_owes_something_sees_whom_until_a_week_after(cast: Cast, closed_at: datetime | None, is_seen: bool) -> None:
    owe(cast.southern, cast.li, closed_at=closed_at)
    main, other = contact(cast.southern, "何丽", is_primary=True), contact(cast.southern, "马克")
    order(cast.southern)
    li = at(cast.li)
    assert may(li, "view", cast.southern) is is_seen
    assert (main in Contact.objects.for_user(li)) is is_seen
    assert main not in Contact.objects.for_user(li, by_work=False)
    assert other not in Contact.objects.for_user(li)
    assert not Order.objects.for_user(li).exists()
    assert not may(li, "edit", cast.southern)
    assert view_of(li, cast.southern) is View.LIMITED


def test_a_grant_widens_a_right_until_it_ends(cast: Cast) -> None:
    Grant.objects.create(
        person=cast.li, kind="customer", action="view", level=Level.ALL, until=LATER, reason="fair", given_at=NOW
    )
    assert at(cast.li).level("customer", "view") is Level.ALL
    assert at(cast.li).level("customer", "edit") is Level.OWN
    assert at(cast.li, LATER).level("customer", "view") is Level.OWN


def test_a_disabled_person_reaches_nothing_by_any_way(cast: Cast) -> None:
    share(cast.southern, cast.qian)
    owe(cast.southern, cast.qian)
    Grant.objects.create(
        person=cast.qian, kind="customer", action="view", level=Level.ALL, until=LATER, reason="x", given_at=NOW
    )
    assert not Customer.objects.for_user(at(cast.qian)).exists()


def test_without_the_right_to_customers_neither_sharing_nor_work_opens_them(cast: Cast) -> None:
    Permission.objects.filter(role__key="account_manager", kind="customer", action="view").update(level=Level.NONE)
    share(cast.southern, cast.li)
    owe(cast.southern, cast.li)
    order(cast.southern)
    li = at(cast.li)
    assert not Customer.objects.for_user(li).exists()
    assert not Order.objects.for_user(li).exists()


def test_the_list_and_the_single_row_agree_on_everything(cast: Cast) -> None:
    share(cast.southern, cast.li)
    share(cast.tide, cast.wang, may_edit=True)
    owe(cast.tide, cast.li)
    owe(cast.orphan, cast.zhou)
    people = [at(person) for person in (cast.zhao, cast.chen, cast.li, cast.sun, cast.zhou, cast.wang, cast.qian)]
    customers = [cast.precision, cast.tide, cast.southern, cast.orphan]
    actions = ("view", "create", "edit", "delete", "assign", "share", "reveal", "export")
    for person, customer, action in product(people, customers, actions):
        assert may(person, action, customer) is (way(person, "customer", action, customer) is not None), action


def test_the_way_names_the_rule(cast: Cast) -> None:
    share(cast.southern, cast.li)
    owe(cast.tide, cast.li)
    assert way(at(cast.li), "customer", "view", cast.precision) is Way.OWNER
    assert way(at(cast.li), "customer", "view", cast.southern) is Way.SHARED
    assert way(at(cast.li), "customer", "view", cast.tide) is Way.WORK
    assert way(at(cast.li), "customer", "view", cast.orphan) is None
    assert way(at(cast.chen), "customer", "view", cast.tide) is Way.DEPARTMENT
    cast.chen.department = cast.office
    cast.chen.save()
    assert way(at(cast.chen), "customer", "view", cast.tide) is Way.BELOW
    assert way(at(cast.zhao), "customer", "view", cast.orphan) is Way.ALL


def test_money_and_reveal_follow_their_own_rights(cast: Cast) -> None:
    share(cast.southern, cast.li)
    owe(cast.tide, cast.li)
    li = at(cast.li)
    assert sees_finance(li, cast.precision)
    assert sees_finance(li, cast.southern)
    assert not sees_finance(li, cast.tide)
    assert may_reveal(li, "contact", cast.precision)
    assert not may_reveal(li, "contact", cast.southern)
    assert not may_reveal(li, "contact", cast.tide)
    Permission.objects.filter(kind="contact", action="view").delete()
    assert view_of(at(cast.li), cast.precision) is View.LIMITED
    assert not may_reveal(at(cast.li), "contact", cast.precision)
