"""An interaction is logged in ten seconds, from wherever the person stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import owed, planned, shanghai, talk
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.interactions.models import Interaction

HTMX = {"HX-Request": "true"}


def address(customer: Customer) -> str:
    return f"/customers/{customer.number}/interactions/"


def typed(**fields: Any) -> dict[str, Any]:
    """The form as a browser sends it: one line of next actions written, unless told otherwise."""
    return {
        "token": "once",
        "channel": "phone",
        "is_connected": "yes",
        "when": "now",
        "summary": "客户一季度扩产",
        "next-TOTAL_FORMS": "3",
        "next-INITIAL_FORMS": "0",
        **fields,
    }


def contact(customer: Customer, name: str) -> Contact:
    made: Contact = Contact.objects.create(customer=customer, name=name, created_at=NOW, changed_at=NOW)
    return made


def test_logging_keeps_the_plan_item_and_makes_the_next_action(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    wu = contact(cast.precision, "吴雪梅")
    sent = typed(
        **{
            "contacts": [wu.pk],
            "staff": [cast.li.pk, cast.sun.pk],
            "feedback": "交付及时",
            "mentions_competitor": "on",
            "fulfils": [item.pk],
            "next-0-content": "发送报价单",
            "next-0-when": "week",
            "next-0-owner": cast.li.pk,
            "next-1-content": "安排培训",
            "next-1-when": "day",
            "next-1-day": "2026-04-10",
            "next-1-owner": cast.sun.pk,
        }
    )
    answer = visit(cast.li).post(address(cast.precision), sent, headers=HTMX)
    assert answer.status_code == 200
    assert "interactions-changed" in answer["HX-Trigger"]
    logged = Interaction.everything.get()
    assert (logged.channel, logged.occurred_at, logged.logged_by) == ("phone", NOW, cast.li)
    assert (logged.feedback, logged.mentions_competitor, logged.mentions_leaving) == ("交付及时", True, False)
    assert list(logged.contacts.all()) == [wu]
    assert set(logged.staff.all()) == {cast.li, cast.sun}
    kept = Commitment.everything.get(pk=item.pk)
    assert (kept.outcome, kept.closing_id) == ("kept", logged.pk)
    made = Commitment.everything.filter(source_id=logged.pk).order_by("due_at")
    assert [(one.content, one.owner, one.due_at.date()) for one in made] == [
        ("发送报价单", cast.li, date(2026, 3, 23)),
        ("安排培训", cast.sun, date(2026, 4, 10)),
    ]
    told = answer.content.decode()
    assert "了解经营近况" in told
    assert "发送报价单" in told


def test_a_change_that_the_customer_told_of_starts_the_clock_of_the_archive(cast: Cast, visit: Visit) -> None:
    ServiceStandard.objects.create(
        key="key-change-filed", trigger="event", event="key_change", rule="24 hours", started_at=NOW
    )
    visit(cast.li).post(address(cast.precision), typed(reports_change="on"), headers=HTMX)
    made = Commitment.everything.get(source_kind="interaction")
    assert (made.owner, made.due_at) == (cast.li, NOW + timedelta(hours=24))


def test_a_double_click_logs_once(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    for _click in range(2):
        assert browser.post(address(cast.precision), typed(), headers=HTMX).status_code == 200
    assert Interaction.everything.count() == 1


def test_each_form_has_a_token_of_its_own(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    tokens = {browser.get(address(cast.precision)).context["form"]["token"].value() for _form in range(3)}
    assert len(tokens) == 3


def test_nobody_reached_keeps_no_promise_and_is_tried_again(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    sent = typed(is_connected="no", fulfils=[item.pk], summary="")
    answer = visit(cast.li).post(address(cast.precision), sent, headers=HTMX)
    logged = Interaction.everything.get()
    assert not logged.is_connected
    assert Commitment.everything.get(pk=item.pk).closed_at is None
    assert answer.context["logged"].proposal.due_on == date(2026, 3, 17)


def test_the_proposed_next_step_is_accepted_with_one_click_or_moved(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    browser.post(address(cast.precision), typed(), headers=HTMX)
    logged = Interaction.everything.get()
    browser.post(f"/interactions/{logged.pk}/proposal/", {"due_on": "2026-04-13"}, headers=HTMX)
    accepted = Commitment.everything.get(source_id=logged.pk)
    assert accepted.due_at.date() == date(2026, 4, 13)
    assert accepted.owner == cast.li


def test_undo_takes_back_the_interaction_and_all_it_brought_about(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    sent = typed(fulfils=[item.pk], **{"next-0-content": "发送报价单", "next-0-owner": cast.li.pk})
    browser = visit(cast.li)
    told = browser.post(address(cast.precision), sent, headers=HTMX).content.decode()
    logged = Interaction.everything.get()
    assert f'data-undo="/interactions/{logged.pk}/undo/"' in told
    browser.post(f"/interactions/{logged.pk}/undo/", headers=HTMX)
    assert not Interaction.everything.exists()
    assert Commitment.everything.get(pk=item.pk).closed_at is None
    assert Commitment.everything.get(content="发送报价单").outcome == "waived"


def test_taking_back_names_what_goes_with_it_first(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    browser = visit(cast.li)
    browser.post(
        address(cast.precision),
        typed(fulfils=[item.pk], **{"next-0-content": "发送报价单", "next-0-owner": cast.sun.pk}),
        headers=HTMX,
    )
    page = browser.get(f"/interactions/{Interaction.everything.get().pk}/").content.decode()
    asked = page[page.index("taking-back") :]
    asked = asked[: asked.index("</form>")]
    assert "重新待办： 了解经营近况" in asked
    assert "不再需要： 发送报价单" in asked
    assert "孙悦" in asked


def test_somebody_new_at_the_customer_is_added_on_the_way(cast: Cast, visit: Visit) -> None:
    visit(cast.li).post(address(cast.precision), typed(new_contact="钱多多"), headers=HTMX)
    assert [one.name for one in Interaction.everything.get().contacts.all()] == ["钱多多"]


def test_a_promise_is_not_kept_without_a_line_of_what_was_said(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    browser = visit(cast.li)
    answer = browser.post(address(cast.precision), typed(fulfils=[item.pk], summary=" "), headers=HTMX)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["summary"]
    assert Commitment.everything.get(pk=item.pk).closed_at is None
    browser.post(address(cast.precision), typed(fulfils=[item.pk], summary="已沟通，无新情况"), headers=HTMX)
    assert Commitment.everything.get(pk=item.pk).outcome == "kept"


def test_each_offered_promise_bears_what_keeps_it(cast: Cast, visit: Visit) -> None:
    planned(cast.precision, cast.li, NOW + timedelta(days=1), standard=talk("visit"))
    told = visit(cast.li).get(address(cast.precision)).content.decode()
    assert 'data-channel="visit" data-channels="visit" data-from="2026-03-10"' in told


@pytest.mark.parametrize("channel", ["", "phone"])
def test_a_promise_of_whatever_channel_is_not_ticked_weeks_ahead(cast: Cast, visit: Visit, channel: str) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=9), standard=talk(channel))
    form = visit(cast.li).get(address(cast.precision)).context["form"]
    assert [key for key, _label in form.fields["fulfils"].choices] == [str(item.pk)]
    assert form["fulfils"].initial == []


def test_the_form_knows_the_customer_and_what_the_talk_will_keep(cast: Cast, visit: Visit) -> None:
    contact(cast.precision, "吴雪梅")
    contact(cast.tide, "别家的人")
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    owed(cast.tide, cast.sun, NOW, "别家的承诺")
    page = visit(cast.li).get(address(cast.precision), {"commitment": item.pk})
    form = page.context["form"]
    assert form["fulfils"].initial == [str(item.pk)]
    assert form["staff"].initial == [str(cast.li.pk)]
    told = page.content.decode()
    assert "吴雪梅" in told
    assert "别家" not in told


def test_a_call_is_matched_with_the_promise_of_a_call(cast: Cast, visit: Visit) -> None:
    owed(cast.precision, cast.li, NOW + timedelta(hours=2), "发报价")
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    form = visit(cast.li).get(address(cast.precision)).context["form"]
    assert form["fulfils"].initial == [str(item.pk)]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("channel", {"channel": "pigeon"}),
        ("occurred_at", {"when": "other"}),
        ("occurred_at", {"when": "other", "occurred_at": "2026-03-16T10:30"}),
        ("contacts", {"contacts": ["987654"]}),
        ("staff", {"staff": ["987654"]}),
        ("fulfils", {"fulfils": ["987654"]}),
    ],
)
def test_what_makes_no_sense_comes_back_at_its_field(
    cast: Cast, visit: Visit, field: str, wrong: dict[str, Any]
) -> None:
    answer = visit(cast.li).post(address(cast.precision), typed(**wrong), headers=HTMX)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "客户一季度扩产" in answer.content.decode()
    assert not Interaction.everything.exists()


@pytest.mark.parametrize("wrong", [{"next-0-when": "day"}, {"next-0-when": "day", "next-0-day": "2026-03-15"}])
def test_a_next_action_wants_a_day_to_come(cast: Cast, visit: Visit, wrong: dict[str, str]) -> None:
    sent = typed(**{"next-0-content": "发送报价单"}, **wrong)
    answer = visit(cast.li).post(address(cast.precision), sent, headers=HTMX)
    assert answer.status_code == 422
    assert not Interaction.everything.exists()


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ({"when": "now"}, NOW),
        ({"when": "hour"}, NOW - timedelta(hours=1)),
        ({"when": "yesterday"}, NOW - timedelta(days=1)),
        ({"when": "other", "occurred_at": "2026-03-13T15:30"}, shanghai("2026-03-13T15:30")),
    ],
)
def test_the_time_is_now_unless_told_otherwise(cast: Cast, visit: Visit, when: dict[str, str], at: object) -> None:
    visit(cast.li).post(address(cast.precision), typed(**when), headers=HTMX)
    assert Interaction.everything.get().occurred_at == at


def test_without_scripts_one_lands_on_the_interaction_and_what_it_did(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW + timedelta(days=1))
    browser = visit(cast.li)
    answer = browser.post(address(cast.precision), typed(fulfils=[item.pk]), follow=True)
    assert answer.redirect_chain == [(f"/interactions/{Interaction.everything.get().pk}/", 302)]
    assert "了解经营近况" in answer.content.decode()


def test_quick_add_asks_for_the_customer_first(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    assert "/customers/picker/" in browser.get("/interactions/new/").content.decode()
    answer = browser.get("/interactions/new/", {"customer": cast.precision.pk})
    assert answer["Location"] == address(cast.precision)


def test_nobody_logs_with_a_customer_out_of_sight(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    assert browser.get(address(cast.southern)).status_code == 404
    assert browser.post(address(cast.southern), typed(), headers=HTMX).status_code == 404
    assert browser.get("/interactions/new/", {"customer": cast.southern.pk}).status_code == 404
    assert not Interaction.everything.exists()


def test_the_form_takes_few_queries(
    cast: Cast, visit: Visit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        contact(cast.precision, f"联系人{number}")
        owed(cast.precision, cast.li, NOW + timedelta(days=number))
    browser = visit(cast.li)
    with django_assert_max_num_queries(12):
        browser.get(address(cast.precision))
