"""The tiers in the browser: distribution, movements, rules, simulation, approval, overrides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.segmentation.test_drafts import posted
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation import queries
from zhike.domain.segmentation.models import Override, SchemeVersion, Standing
from zhike.flows.playbooks import adopt, read
from zhike.kernel.clock import local_date
from zhike.kernel.models import JobRequest

TODAY = local_date(NOW)
MOST_QUERIES = 12


@pytest.fixture
def graded(cast: Cast) -> Cast:
    """The cast's customers under ABC: precision fell from A to B 10 days ago, tide rose from C to A 60 days ago."""
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    long_ago = TODAY - timedelta(days=200)
    stories: dict[Customer, list[tuple[str, date, int | None]]] = {
        cast.precision: [("a", long_ago, 10), ("b", TODAY - timedelta(days=10), None)],
        cast.tide: [("c", long_ago, 60), ("a", TODAY - timedelta(days=60), None)],
        cast.southern: [("c", long_ago, None)],
    }
    for customer, story in stories.items():
        _stand(customer, story)
    for customer in (cast.precision, cast.tide):
        _score(customer)
    return cast


def _stand(customer: Customer, story: list[tuple[str, date, int | None]]) -> None:
    version = queries.version_in_force("abc")
    before = ""
    for tier, started, ended_days_ago in story:
        Standing.objects.create(
            customer=customer, scheme=version.scheme, version=version, tier=tier, previous_tier=before,
            evaluated_on=TODAY, started_on=started, figures={"amount_365": 20_000_000},
            ended_on=None if ended_days_ago is None else TODAY - timedelta(days=ended_days_ago),
        )  # fmt: skip
        before = tier


def _score(customer: Customer) -> None:
    version = queries.version_in_force("rfm")
    Standing.objects.create(
        customer=customer, scheme=version.scheme, version=version, tier="potential", evaluated_on=TODAY,
        started_on=TODAY, recency_score=5, frequency_score=2, monetary_score=3, total_score=3.3,
        figures={"last_order_on": TODAY.isoformat(), "orders": 3, "amount": 1_000_000},
    )  # fmt: skip


PAGES = [
    ("scheme", "abc"),
    ("scheme", "rfm"),
    ("heat_map", "rfm"),
    ("migration", "abc"),
    ("overrides", "abc"),
    ("versions", "abc"),
]


@pytest.mark.parametrize(("name", "key"), PAGES)
def test_every_tab_opens_in_few_queries(graded: Cast, visit: Visit, name: str, key: str) -> None:
    browser = visit(graded.zhao)
    with CaptureQueriesContext(connection) as made:
        assert browser.get(reverse(f"segmentation:{name}", args=[key])).status_code == 200
    assert len(made) <= MOST_QUERIES


def test_before_any_scheme_the_page_leads_to_the_playbooks(cast: Cast, visit: Visit) -> None:
    page = visit(cast.zhao).get(reverse("segmentation:page")).content.decode()
    assert reverse("settings:playbook") in page


def test_the_distribution_counts_and_opens_the_customers_within_reach(graded: Cast, visit: Visit) -> None:
    rows = visit(graded.zhao).get(reverse("segmentation:page")).context["rows"]
    assert [(row["label"].key, row["customers"]) for row in rows] == [("a", 1), ("b", 1), ("c", 1)]
    assert rows[0]["link"] == f"{reverse('customers:list')}?tier=abc%3Aa"
    own = visit(graded.li).get(reverse("segmentation:page")).context["rows"]
    assert [row["customers"] for row in own] == [0, 1, 0]


def test_what_changed_is_told_for_30_and_90_days(graded: Cast, visit: Visit) -> None:
    page = visit(graded.zhao).get(reverse("segmentation:page"))
    (_, month), (_, quarter) = page.context["spans"]
    assert (month.up, month.down) == (0, 1)
    assert (quarter.up, quarter.down) == (1, 1)
    assert page.context["rows"][0]["growth"] == [-1, 0]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("moved=down&days=30", {"华东精密机械有限公司"}),
        ("moved=up&days=90", {"海潮贸易有限公司"}),
        ("moved=up&days=30", set()),
        (f"from=a&to=b&since={TODAY - timedelta(days=90)}&until={TODAY}", {"华东精密机械有限公司"}),
        (f"from=c&to=c&since={TODAY - timedelta(days=90)}&until={TODAY}", {"南粤电子有限公司"}),
    ],
)
def test_every_figure_opens_its_customers(graded: Cast, visit: Visit, query: str, names: set[str]) -> None:
    page = visit(graded.zhao).get(f"{reverse('segmentation:customers', args=['abc'])}?{query}")
    assert {row.customer.name for row in page.context["rows"]} == names


def test_a_cell_of_the_heat_map_opens_its_customers(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    rows = dict(browser.get(reverse("segmentation:heat_map", args=["rfm"])).context["grid"])
    full = next(each for each in rows[5] if each["cell"].customers)
    assert (full["cell"].customers, full["cell"].mean_amount_minor) == (2, 1_000_000)
    assert len(browser.get(full["link"]).context["rows"]) == 2


@pytest.mark.parametrize("query", ["moved=sideways&days=30", "r=x&f=1", "moved=up&days=99999999999", "from=a&to=b"])
def test_a_list_that_makes_no_sense_is_refused_with_a_sentence(graded: Cast, visit: Visit, query: str) -> None:
    answer = visit(graded.zhao).get(f"{reverse('segmentation:customers', args=['abc'])}?{query}")
    assert answer.status_code == 422


def test_an_address_that_names_no_figure_leads_to_those_there_are(graded: Cast, visit: Visit) -> None:
    answer = visit(graded.zhao).get(reverse("segmentation:customers", args=["abc"]))
    assert answer.headers["Location"] == reverse("segmentation:scheme", args=["abc"])


def test_a_list_of_those_who_came_to_a_tier_shows_tiers_and_leads_to_everybody_in_it(
    graded: Cast, visit: Visit
) -> None:
    query = f"from=a&to=b&since={TODAY - timedelta(days=90)}&until={TODAY}"
    page = visit(graded.zhao).get(f"{reverse('segmentation:customers', args=['abc'])}?{query}").content.decode()
    assert '<span class="tier tier-2">B 级</span>' in page
    assert '<span class="tier tier-1">A 级</span>' in page
    assert 'href="/customers/?tier=abc%3Ab"' in page


def test_the_picture_of_the_migration_runs_from_the_best_tier_down(graded: Cast, visit: Visit) -> None:
    chart = visit(graded.zhao).get(reverse("segmentation:migration", args=["abc"])).context["chart"]
    places = [[chart.order.index(name) for name in row[:2]] for row in chart.rows]
    assert places == sorted(places)
    assert chart.order[0] == "A 级"


def test_the_migration_shows_every_pair_of_tiers(graded: Cast, visit: Visit) -> None:
    page = visit(graded.zhao).get(reverse("segmentation:migration", args=["abc"]))
    counted = {row["label"].key: [cell["customers"] for cell in row["cells"]] for row in page.context["matrix"]}
    assert counted == {"a": [0, 1, 0], "b": [0, 0, 0], "c": [1, 0, 1]}


def _form(browser: Any, key: str) -> dict[str, str]:
    draft = browser.get(reverse("segmentation:edit", args=[key])).context["draft"]
    return posted(draft)


def test_a_changed_rule_is_simulated_then_approved_as_the_next_version(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    form = _form(browser, "abc")
    form["tiers-0-groups-0-rows-0-value"] = "300000"
    answer = browser.post(reverse("segmentation:edit", args=["abc"]), form)
    work = JobRequest.objects.get(name="simulate")
    assert answer.headers["Location"] == reverse("segmentation:simulation", args=[work.pk])
    assert SchemeVersion.objects.filter(scheme__key="abc").count() == 1
    assert browser.get(answer.headers["Location"]).status_code == 200
    result = {
        "customers": 3,
        "moved": 1,
        "moves": [{"before": "b", "after": "a", "customers": 1}],
        "list": [{"customer_id": graded.precision.pk, "before": "b", "after": "a"}],
    }
    JobRequest.objects.update(finished_at=NOW, result=result)
    assert "华东精密机械有限公司" in browser.get(answer.headers["Location"]).content.decode()
    approval = reverse("segmentation:approval", args=[work.pk])
    assert browser.post(approval).status_code == 422  # a third of the customers would move
    assert SchemeVersion.objects.filter(scheme__key="abc").count() == 1
    browser.post(approval, {"is_meant": "yes"})
    version = queries.version_in_force("abc")
    assert (version.number, version.approved_by) == (2, graded.zhao)
    assert version.definition["tiers"][0]["when"]["any"][0] == ["amount_365", ">=", 300000]
    compared = browser.get(reverse("segmentation:versions", args=["abc"])).context["lines"]
    assert [line["is_changed"] for line in compared][:3] == [True, False, False]


def test_a_button_of_the_editor_draws_it_anew(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    answer = browser.post(reverse("segmentation:edit", args=["abc"]), _form(browser, "abc") | {"do": "add-tier"})
    assert answer.status_code == 200
    assert len(answer.context["draft"].tiers) == 4
    assert not JobRequest.objects.exists()


def test_a_wrong_value_comes_back_with_its_sentence(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    form = _form(browser, "abc") | {"tiers-0-groups-0-rows-0-value": "much"}
    answer = browser.post(reverse("segmentation:edit", args=["abc"]), form)
    assert answer.status_code == 422
    assert not JobRequest.objects.exists()


def _rfm(browser: Any) -> dict[str, Any]:
    form = browser.get(reverse("segmentation:edit", args=["rfm"])).context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


def test_the_weights_of_rfm_are_edited(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    browser.post(reverse("segmentation:edit", args=["rfm"]), _rfm(browser) | {"weight_f": "3"})
    assert JobRequest.objects.get().arguments["definition"]["weights"] == {"r": 1, "f": 3, "m": 2}


@pytest.mark.parametrize(
    "changes", [{"scoring": "own"}, {"weight_r": "0", "weight_f": "0", "weight_m": "0"}, {"low_below": "4.5"}]
)
def test_an_impossible_rfm_is_refused(graded: Cast, visit: Visit, changes: dict[str, str]) -> None:
    browser = visit(graded.zhao)
    assert browser.post(reverse("segmentation:edit", args=["rfm"]), _rfm(browser) | changes).status_code == 422
    assert not JobRequest.objects.exists()


def test_evaluating_now_leaves_one_request_however_often_it_is_clicked(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    for _click in range(2):
        assert browser.post(reverse("segmentation:evaluations")).status_code == 202
    work = JobRequest.objects.get(name="night")
    assert browser.get(reverse("segmentation:evaluation", args=[work.pk])).status_code == 200


@pytest.mark.parametrize("name", ["edit", "scheme"])
def test_an_unknown_scheme_is_not_found(graded: Cast, visit: Visit, name: str) -> None:
    assert visit(graded.zhao).get(reverse(f"segmentation:{name}", args=["nothing"])).status_code == 404


def test_a_tier_that_asks_for_at_least_a_negative_amount_is_pointed_out(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    form = _form(browser, "abc")
    form["tiers-0-groups-0-rows-0-value"] = "-5"
    address = browser.post(reverse("segmentation:edit", args=["abc"]), form).headers["Location"]
    JobRequest.objects.update(finished_at=NOW, result={"customers": 3, "moved": 0, "moves": [], "list": []})
    assert "几乎所有客户都会满足" in browser.get(address).content.decode()


def test_only_those_who_may_approve_edit_simulate_and_evaluate(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.li)
    assert browser.get(reverse("segmentation:edit", args=["abc"])).status_code == 403
    assert browser.post(reverse("segmentation:evaluations")).status_code == 403
    assert not JobRequest.objects.exists()


def _override(number: str) -> str:
    return reverse("segmentation:override", args=[number, "abc"])


def test_a_tier_is_set_by_hand_listed_and_ended(graded: Cast, visit: Visit) -> None:
    browser = visit(graded.zhao)
    address = _override(graded.southern.number)
    said = {"tier": "a", "reason": "标杆客户", "expires_on": "2026-12-31"}
    assert browser.post(address, said).status_code == 302
    listed = browser.get(reverse("segmentation:overrides", args=["abc"])).context["rows"]
    assert [row["override"].reason for row in listed] == ["标杆客户"]
    current = Standing.objects.for_user(graded.zhao).current().get(customer=graded.southern, scheme__key="abc")
    assert current.tier == "a"
    assert browser.delete(address).status_code == 200
    assert Override.objects.get().ended_at == NOW


def test_a_day_that_is_past_is_refused_at_its_field(graded: Cast, visit: Visit) -> None:
    said = {"tier": "a", "reason": "标杆客户", "expires_on": "2026-01-01"}
    answer = visit(graded.zhao).post(_override(graded.southern.number), said)
    assert answer.status_code == 422
    assert answer.context["form"].errors["expires_on"]


def test_a_customer_out_of_reach_looks_as_if_it_were_not_there(graded: Cast, visit: Visit) -> None:
    assert visit(graded.chen).get(_override(graded.southern.number)).status_code == 404
    assert visit(graded.chen).get(_override("C999999999")).status_code == 404
