from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.flows import directory
from zhike.flows.directory import SORTS, Filters
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.scope import Actor

DAY = timedelta(days=1)


def _names(actor: Actor, **wanted: Any) -> list[str]:
    filters = Filters(**wanted)
    return [
        entry.customer.name[:2] for entry in directory.customers(actor, now=NOW, filters=filters, sort="number").entries
    ]


def _order(customer: Customer, number: str, amount_minor: int, days_ago: int, *, is_return: bool = False) -> None:
    Order.objects.create(
        customer=customer,
        number=number,
        ordered_on=(NOW - days_ago * DAY).date(),
        amount_minor=amount_minor,
        is_return=is_return,
        created_at=NOW,
        changed_at=NOW,
    )


def _promise(cast: Cast, customer: Customer, days: int) -> None:
    Commitment.objects.create(
        customer=customer, content="拜访", owner=cast.li, due_at=NOW + days * DAY, source_kind="x", created_at=NOW
    )


def test_each_person_finds_the_customers_within_reach(cast: Cast) -> None:
    assert _names(cast.li) == ["华东"]
    assert _names(cast.chen) == ["华东", "海潮"]
    assert _names(cast.zhao) == ["华东", "海潮", "南粤", "无主"]
    assert _names(cast.qian) == []


def test_a_list_is_narrowed_by_what_the_archive_says(cast: Cast) -> None:
    services.change_customer(
        customer=cast.tide,
        actor=cast.zhao,
        now=NOW,
        industry="C35",
        region="宁波",
        strategic="benchmark",
        source="visit",
    )
    services.tag_customers(customer_ids=[cast.southern.pk], names=["展会"], actor=cast.zhao, now=NOW)
    narrowed: list[tuple[dict[str, Any], list[str]]] = [
        ({"industry": "C"}, ["海潮"]),
        ({"industry": "C34"}, []),
        ({"region": "宁波"}, ["海潮"]),
        ({"source": "visit"}, ["海潮"]),
        ({"is_strategic": True}, ["海潮"]),
        ({"tag": "展会"}, ["南粤"]),
        ({"owner_id": cast.li.pk}, ["华东"]),
        ({"owner_id": 0}, ["无主"]),
        ({"department_id": cast.east.pk}, ["华东", "海潮"]),
        ({"kind": "person"}, []),
        ({"created_from": NOW.date() + DAY}, []),
        ({"created_to": NOW.date()}, ["华东", "海潮", "南粤", "无主"]),
    ]
    for filters, names in narrowed:
        assert _names(cast.zhao, **filters) == names, filters


def test_a_customer_is_found_by_its_contacts_too_but_only_by_those_within_reach(cast: Cast) -> None:
    services.add_contact(customer=cast.southern, actor=cast.zhao, now=NOW, name="欧阳修", phone="13900001111")
    assert _names(cast.zhao, text="ouyang") == ["南粤"]
    assert _names(cast.zhao, text="139 0000 1111") == ["南粤"]
    assert _names(cast.zhao, text="oyx") == ["南粤"]
    assert _names(cast.li, text="ouyang") == []
    assert _names(cast.zhao, text="jmjx") == ["华东"]


def test_the_list_tells_turnover_and_promises_at_a_glance(cast: Cast) -> None:
    _order(cast.precision, "1", 500_00, 400)
    _order(cast.precision, "2", 300_00, 10)
    _order(cast.precision, "3", -100_00, 5, is_return=True)
    _promise(cast, cast.precision, -1)
    _promise(cast, cast.precision, 1)
    (entry,) = directory.customers(cast.li, now=NOW).entries
    seen = entry.glance
    assert (seen.year_minor, seen.last_order_on) == (200_00, (NOW - 10 * DAY).date())
    assert (seen.open_promises, seen.overdue_promises) == (2, 1)
    assert _names(cast.zhao, is_overdue=True) == ["华东"]


def test_a_list_is_narrowed_by_tier_and_shows_the_badge(cast: Cast) -> None:
    tiers: list[dict[str, Any]] = [{"key": key, "name": {"zh": f"{key}级", "en": key}} for key in ("a", "b")]
    tiers[0]["when"] = {"all": [["amount_365", ">=", 1]]}
    name = {"zh": "分级", "en": "Grades"}
    scheme = Scheme.objects.create(key="abc", name=name, is_primary=True)
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        started_at=NOW,
        definition={"key": "abc", "name": name, "method": "tiers", "tiers": tiers},
    )
    Standing.objects.create(
        customer=cast.tide, scheme=scheme, version=version, tier="b", evaluated_on=NOW.date(), started_on=NOW.date()
    )
    assert _names(cast.zhao, tier="abc:b") == ["海潮"]
    assert _names(cast.zhao, tier="abc:a") == []
    assert _names(cast.li, tier="abc:b") == []
    (entry,) = directory.customers(cast.sun, now=NOW).entries
    assert [(tier.name, tier.rank) for tier in entry.tiers] == [("b级", 2)]


@pytest.mark.parametrize("sort", [f"{sign}{name}" for sign in ("", "-") for name in SORTS])
def test_walking_the_pages_of_any_sort_shows_every_customer_once(cast: Cast, sort: str) -> None:
    _order(cast.precision, "1", 300_00, 10)
    _order(cast.tide, "2", 300_00, 10)
    _order(cast.southern, "3", 100_00, 500)
    seen, after = [], ""
    while True:
        page = directory.customers(cast.zhao, now=NOW, sort=sort, size=1, after=after)
        seen += [entry.customer.pk for entry in page.entries]
        if not (after := page.after):
            break
    everybody = {cast.precision.pk, cast.tide.pk, cast.southern.pk, cast.orphan.pk}
    assert (len(seen), set(seen)) == (4, everybody)


def test_an_unknown_sort_is_refused_with_the_known_ones(cast: Cast) -> None:
    with pytest.raises(Refused, match="number"):
        directory.customers(cast.zhao, now=NOW, sort="password")


def test_a_customer_out_of_sight_or_deleted_is_not_found(cast: Cast) -> None:
    services.delete_customer(customer=cast.precision, actor=cast.li, now=NOW)
    for number in (cast.southern.number, cast.precision.number, "C1"):
        with pytest.raises(NotFound):
            directory.known(cast.li, number)
