from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Min, Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import NOW
from zhike.domain.customers.models import Customer
from zhike.kernel.errors import Refused
from zhike.kernel.paging import Page, Segment, by_key, page

EVERYONE = "a test of paging alone"


def _listing(sort: str, *, descending: bool) -> list[Segment]:
    rows = Customer.objects.unscoped(EVERYONE)
    if sort == "number of customers in the region":
        grouped = rows.values("region").annotate(total=Sum("employees"), first=Min("id"))
        return [Segment(rows=grouped.filter(total__isnull=False), key="total", id="first", descending=descending)]
    return by_key(rows, sort, descending=descending, nullable=sort == "employees")


def _walk(listing: list[Segment], size: int, way: str, cursor: str = "") -> list[Page]:
    pages = [page(listing, size=size, **({way: cursor} if cursor else {}))]
    while following := getattr(pages[-1], way):
        pages.append(page(listing, size=size, **{way: following}))
    return pages


class WalkingPages(TestCase):
    @given(
        rows=st.lists(
            st.tuples(st.text("ab甲乙", max_size=2), st.none() | st.integers(0, 3), st.integers(0, 2)), max_size=13
        ),
        sort=st.sampled_from(["sort_name", "employees", "created_at", "pk", "number of customers in the region"]),
        descending=st.booleans(),
        size=st.integers(1, 5),
    )
    @settings(max_examples=120, deadline=None)
    def test_visits_every_row_exactly_once_under_any_sort_in_both_directions(
        self, rows: list[tuple[str, int | None, int]], sort: str, descending: bool, size: int
    ) -> None:
        Customer.objects.bulk_create(
            Customer(
                number=f"C{i}",
                name=name,
                employees=employees,
                region=name,
                created_at=NOW + timedelta(days=day),
                changed_at=NOW,
            )
            for i, (name, employees, day) in enumerate(rows)
        )
        listing = _listing(sort, descending=descending)
        everything = page(listing, size=1000).ids
        forward = _walk(listing, size, "after")
        assert [id for one in forward for id in one.ids] == list(everything)
        assert len(set(everything)) == len(everything)
        if sort != "number of customers in the region":
            assert len(everything) == len(rows)
        assert all(len(one.ids) == size for one in forward[:-1])
        assert forward[0].before == ""
        for earlier, later in pairwise(forward):
            assert page(listing, size=size, before=later.before).ids == earlier.ids


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "W10",
        "!!!!",
        "WzAsIm5hbWUiLDEsMl0x",
        "WzksIm5hbWUiLCJhIiwxXQ",
        "WzAsImNyZWF0ZWRfYXQiLCJhIiwxXQ",
        "9" * 5000,
    ],
)
def test_a_cursor_that_was_not_given_out_is_refused_with_a_sentence(cursor: str) -> None:
    with pytest.raises(Refused):
        page(_listing("created_at", descending=False), size=5, after=cursor)


@pytest.mark.django_db
def test_a_page_costs_one_query_however_deep(django_assert_num_queries: Any) -> None:
    Customer.objects.bulk_create(
        Customer(number=f"C{i:03}", name=f"客户{i:03}", created_at=datetime(2026, 1, 1, tzinfo=UTC), changed_at=NOW)
        for i in range(40)
    )
    listing = _listing("sort_name", descending=False)
    third = _walk(listing, 10, "after")[2]
    with django_assert_num_queries(1):
        assert len(page(listing, size=10, after=third.after).ids) == 10
