"""The night on a real copy of the database: the same tiers as one by one, and nothing written that did not change."""

import random
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.cast import NOW, Cast, assemble
from tests.domain.segmentation.schemes import ABC, RFM, order, put
from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import ChangedMonth, Order
from zhike.domain.segmentation.models import SchemeVersion, Standing
from zhike.domain.segmentation.queries import figures_of, spec_of, tiers_of
from zhike.domain.segmentation.rules import Breakpoints, evaluate
from zhike.domain.segmentation.services import all_customers, override_tier, reevaluate
from zhike.flows import night
from zhike.flows.customer_report import report
from zhike.flows.simulation import simulate
from zhike.flows.warehouse_copy import folder, refresh
from zhike.kernel import leases
from zhike.kernel.errors import Conflict, Refused
from zhike.warehouse.copy import Manifest

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)
SPLIT = {**RFM, "key": "eight", "reading": "eight", "split": "median", "count_orders_by": "day", "window_days": 180}


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.ZHIKE_WAREHOUSE = tmp_path / "warehouse"
    return assemble()


@pytest.fixture
def customers(cast: Cast) -> list[Customer]:
    """Forty customers, half of them busy, some only long ago, two without any order."""
    chance = random.Random(5)
    made = [
        Customer.objects.create(
            number=f"C{place}",
            name=f"客户{place}",
            owner=cast.li,
            strategic="benchmark" if place == 7 else "",
            created_at=NOW,
            changed_at=NOW,
        )
        for place in range(40)
    ]
    for place, customer in enumerate(made[2:]):
        for turn in range(chance.randint(1, 9) if place % 2 else 1):
            day = TODAY - timedelta(days=chance.randint(0, 600))
            order(customer, day, chance.choice([900, 20_000, 130_000, 310_000]), number=f"{place}-{turn}")
    return made


def run(as_of: date = TODAY, now: datetime = NOW) -> dict[str, Any]:
    return night.run(as_of=as_of, now=now, actor=None)


def standings() -> list[dict[str, Any]]:
    return [dict(row) for row in Standing.everything.order_by("customer_id", "scheme_id", "started_on").values()]


def test_the_night_and_one_by_one_come_to_the_same_standings(customers: list[Customer]) -> None:
    versions = [put(RFM), put(ABC), put(SPLIT)]
    done = run()
    assert (done["customers"], done["orders"]) == (44, Order.everything.count())
    assert done["moved"] == 3 * 44
    for version in versions:
        version.refresh_from_db()
        spec = spec_of(version)
        for standing in Standing.everything.filter(version=version):
            figures = figures_of(
                standing.customer_id,
                as_of=TODAY,
                window_days=spec.window_days,
                count_orders_by=spec.count_orders_by,
            )
            expected = evaluate(spec, figures, Breakpoints.from_data(version.breakpoints))
            assert standing.tier == expected.tier
            assert standing.total_score == expected.total_score
            assert standing.recency_score == expected.recency_score
    before = standings()
    for customer in customers:
        assert reevaluate(customer_id=customer.pk, as_of=TODAY) == 0
    assert standings() == before


def test_a_second_night_of_the_same_day_writes_nothing(customers: list[Customer]) -> None:
    put(RFM)
    put(ABC)
    run()
    before = standings()
    assert run()["moved"] == 0
    assert standings() == before


def test_the_next_night_reads_only_the_months_that_changed(customers: list[Customer]) -> None:
    put(ABC)
    run()
    before = Manifest.read(folder())
    order(customers[0], TODAY + DAY, 700_000)
    assert run(TODAY + DAY)["orders"] == Order.everything.count()
    after = Manifest.read(folder())
    assert before
    assert after
    assert {month for month in after.months if after.months[month] != before.months.get(month)} == {"2026-03"}


def test_a_copy_that_was_deleted_is_made_anew(customers: list[Customer]) -> None:
    put(ABC)
    run()
    for file in folder().glob("*.parquet"):
        file.unlink()
    (folder() / "manifest.json").unlink()
    assert run(TODAY + DAY)["orders"] == Order.everything.count()


def test_a_copy_follows_a_database_that_was_restored(customers: list[Customer]) -> None:
    put(ABC)
    order(customers[0], date(2024, 12, 31), 1)
    backup = list(ChangedMonth.objects.values())
    run()
    late = order(customers[0], date(2019, 5, 1), 1)
    also = order(customers[0], date(2024, 12, 1), 1)
    run(TODAY + DAY)
    Order.everything.filter(pk__in=[late.pk, also.pk]).delete()
    ChangedMonth.objects.all().delete()
    ChangedMonth.objects.bulk_create(ChangedMonth(**row) for row in backup)
    order(customers[0], date(2024, 12, 2), 2)
    assert run(TODAY + 2 * DAY)["orders"] == Order.everything.count()
    manifest = Manifest.read(folder())
    assert manifest
    assert "2019-05" not in manifest.months


def test_moves_are_periods_and_only_changed_rows_are_written(customers: list[Customer]) -> None:
    put(ABC)
    run()
    before = {row["id"]: row for row in standings()}
    order(customers[0], TODAY, 900_000)
    assert run(TODAY + DAY)["moved"] >= 1
    ended, begun = Standing.everything.filter(customer=customers[0]).order_by("started_on")
    assert (ended.tier, ended.ended_on) == ("none", TODAY + DAY)
    assert (begun.tier, begun.previous_tier, begun.started_on, begun.ended_on) == ("a", "none", TODAY + DAY, None)
    untouched = Standing.everything.get(customer=customers[1])
    assert before[untouched.pk]["evaluated_on"] == untouched.evaluated_on == TODAY


def test_an_override_outranks_the_night_and_lapses_with_it(customers: list[Customer], cast: Cast) -> None:
    put(ABC)
    run()
    who = customers[0]
    override_tier(
        customer_id=who.pk,
        scheme_key="abc",
        tier="a",
        reason="战略合作",
        expires_on=TODAY + 3 * DAY,
        actor=cast.zhao,
        now=NOW,
    )
    assert run(TODAY + 2 * DAY)["moved"] == 0
    assert tiers_of([who.pk], actor=cast.zhao)[who.pk]["abc"].tier == "a"
    assert run(TODAY + 3 * DAY)["moved"] == 1
    assert tiers_of([who.pk], actor=cast.zhao)[who.pk]["abc"].tier == "none"


def test_a_night_for_an_earlier_day_sets_right_in_place(customers: list[Customer]) -> None:
    put(ABC)
    run()
    order(customers[0], TODAY, 900_000)
    run(TODAY + DAY)
    run(TODAY - 400 * DAY)
    for customer in customers:
        periods = list(Standing.everything.filter(customer=customer).order_by("started_on"))
        assert periods[-1].ended_on is None
        for earlier, later in pairwise(periods):
            assert earlier.started_on < (earlier.ended_on or date.max) <= later.started_on


def test_two_nights_do_not_run_at_once(cast: Cast) -> None:
    leases.acquire("night", holder="elsewhere:1", now=NOW, lasting=timedelta(hours=1))
    with pytest.raises(Conflict):
        run()


def test_a_version_that_was_replaced_meanwhile_is_not_written(customers: list[Customer], tmp_path: Path) -> None:
    old = put(ABC)
    put(ABC | {"window_days": 730})
    file = tmp_path / "changes.csv"
    file.write_text(f"{customers[0].pk},a,,,,,{{}},\n")
    with pytest.raises(Conflict):
        all_customers.write_changes(version_id=old.pk, file=file, as_of=TODAY)
    assert not Standing.everything.exists()


def test_a_simulation_says_who_would_move_and_writes_nothing(customers: list[Customer]) -> None:
    version = put(ABC)
    run()
    before = standings()
    tiers = [ABC["tiers"][0] | {"when": ["amount_365", ">=", 20000]}, *ABC["tiers"][1:]]
    found = simulate(scheme_key="abc", definition=ABC | {"tiers": tiers}, as_of=TODAY)
    assert standings() == before
    assert SchemeVersion.objects.get() == version
    held = dict(Standing.everything.values_list("customer_id", "tier"))
    put(ABC | {"tiers": tiers})
    run()
    now = dict(Standing.everything.filter(ended_on=None).values_list("customer_id", "tier"))
    moved = {customer: (held[customer], tier) for customer, tier in now.items() if held[customer] != tier}
    assert moved
    assert {row["customer_id"]: (row["before"], row["after"]) for row in found["list"]} == moved
    assert found["moved"] == len(moved) == sum(move["customers"] for move in found["moves"])
    assert found["customers"] == 44


def test_a_simulation_of_nonsense_is_refused(cast: Cast) -> None:
    put(ABC)
    with pytest.raises(Refused):
        simulate(scheme_key="abc", definition=ABC | {"tiers": []}, as_of=TODAY)


def test_the_report_tells_every_customer_with_figures_tiers_and_reasons(customers: list[Customer]) -> None:
    put(RFM)
    put(ABC)
    run()
    told = {customer.number: customer for customer in report(as_of=TODAY)}
    assert len(told) == 44
    for standing in Standing.everything.select_related("customer", "scheme"):
        found = told[standing.customer.number].tiers[standing.scheme.key]
        assert found["tier"] == standing.tier
        assert found["why"]
        assert (found["scores"] or {}).get("total") == standing.total_score
    spent = figures_of(customers[5].pk, as_of=TODAY, window_days=365)["amount"]
    assert told[customers[5].number].figures["amount"] * 100 == spent


def test_the_report_of_an_earlier_day_knows_nothing_of_later_orders(customers: list[Customer]) -> None:
    put(ABC)
    order(customers[0], TODAY, 900_000)
    earlier = {customer.number: customer for customer in report(as_of=TODAY - DAY)}
    assert earlier[customers[0].number].tiers["abc"]["tier"] == "none"
    assert earlier[customers[0].number].figures["recency_days"] is None


def test_a_refresh_leaves_nothing_behind_but_what_it_names(customers: list[Customer]) -> None:
    for _turn in range(4):
        order(customers[0], TODAY, _turn + 1)
        refresh()
    manifest = Manifest.read(folder())
    assert manifest
    files = {str(file.relative_to(folder())) for file in folder().rglob("*.parquet")}
    assert manifest.files() <= files
    assert len(files - manifest.files()) <= len(manifest.files())
