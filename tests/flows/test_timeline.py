from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import NOW, Cast, assemble
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers import services
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.flows.timeline import KINDS, Entry, timeline
from zhike.kernel.errors import Refused


def _happen(cast: Cast, kind: str, hours: int, number: int) -> None:
    at = NOW - timedelta(hours=hours)
    if kind == "interaction":
        Interaction.objects.create(
            customer=cast.precision, occurred_at=at, channel="phone", logged_by=cast.li, created_at=at
        )
    elif kind == "order":
        Order.objects.create(
            customer=cast.precision,
            number=f"O{number}",
            ordered_on=at.date(),
            amount_minor=1,
            created_at=at,
            changed_at=at,
        )
    elif kind == "promise":
        Commitment.objects.create(
            customer=cast.precision,
            content="拜访",
            owner=cast.li,
            due_at=at,
            source_kind="x",
            created_at=at,
            outcome="kept",
            closed_at=at,
        )
    else:
        services.change_customer(customer=cast.precision, actor=cast.li, now=at, region=f"区{number}")


class WalkingBack(TestCase):
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["interaction", "order", "promise", "change"]), st.sampled_from([0, 1, 10, 24, 34])
            ),
            max_size=12,
        ),
        st.integers(1, 4),
    )
    @settings(max_examples=40, deadline=None)
    def test_tells_everything_once_the_latest_first(self, events: list[tuple[str, int]], size: int) -> None:
        cast = assemble()
        for number, (kind, hours) in enumerate(events):
            _happen(cast, kind, hours, number)
        told: list[Entry] = []
        before = ""
        while True:
            page = timeline(cast.li, customer=cast.precision, size=size, before=before)
            told += page.entries
            if not (before := page.before):
                break
        assert sorted(entry.kind for entry in told) == sorted(kind for kind, _hours in events)
        assert len({(entry.kind, entry.record.pk) for entry in told}) == len(told)
        assert [entry.place for entry in told] == sorted((entry.place for entry in told), reverse=True)


def test_it_can_be_narrowed_to_one_kind(cast: Cast) -> None:
    for number, kind in enumerate(("interaction", "order", "promise", "change")):
        _happen(cast, kind, number, number)
        assert [entry.kind for entry in timeline(cast.li, customer=cast.precision, kind=kind).entries] == [kind]


def test_the_names_behind_changed_ids_come_along(cast: Cast) -> None:
    services.assign_customers(customer_ids=[cast.precision.pk], owner=cast.sun, actor=cast.chen, now=NOW)
    found = timeline(cast.chen, customer=cast.precision)
    assert found.names == {("owner", cast.li.pk): "李雷", ("owner", cast.sun.pk): "孙悦"}


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["x", "bnVsbA", "W10", "WyIyMDI2IiwgMSwgMV0"])
def test_a_cursor_that_was_not_given_out_is_refused(cast: Cast, before: str) -> None:
    with pytest.raises(Refused):
        timeline(cast.li, customer=cast.precision, before=before)


def test_an_unknown_kind_is_refused_with_the_known_ones(cast: Cast) -> None:
    with pytest.raises(Refused, match=KINDS[0]):
        timeline(cast.li, customer=cast.precision, kind="gossip")


def test_whoever_comes_by_work_reads_of_the_customer_and_its_main_contact_alone(cast: Cast) -> None:
    main, aide = (
        services.add_contact(customer=cast.southern, actor=cast.zhao, now=NOW, name=name) for name in ("何晓", "司马助")
    )
    for person in (main, aide):
        services.change_contact(contact=person, actor=cast.zhao, now=NOW, title="总裁助理")
    services.save_needs_profile(customer=cast.southern, actor=cast.zhao, now=NOW, pain_points="交期")
    owed = {"due_at": NOW + timedelta(days=1), "created_at": NOW}
    Commitment.objects.create(customer=cast.southern, content="修", owner=cast.li, **owed)

    def told(person: User) -> set[tuple[str, int]]:
        entries = timeline(person.at(NOW), customer=cast.southern, kind="change").entries
        return {(entry.record.kind, entry.record.object_id) for entry in entries if entry.record.kind != "customer"}

    assert told(cast.li) == {("contact", main.pk)}
    assert told(cast.wang) >= {("contact", main.pk), ("contact", aide.pk)}
    assert {kind for kind, _pk in told(cast.wang)} == {"contact", "needs_profile"}
