from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.cast import NOW, Cast
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import ERASED_CONTACT
from zhike.domain.imports.models import Batch
from zhike.domain.imports.services import open_batch
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.services import log
from zhike.domain.orders.models import Order
from zhike.domain.privacy.models import Erasure, RetentionRule
from zhike.domain.privacy.queries import RuleNow, retention_rules
from zhike.domain.privacy.services import change_rule, place_hold
from zhike.flows.intake.folders import folder, make_folder, stored_file
from zhike.flows.privacy.retention import follow, preview
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.models import Activity, AnsweredRequest, JobRequest

WHY = "the test looks at everything"
LONG_AGO = NOW - timedelta(days=365 * 6)


def rule(key: str) -> RuleNow:
    return next(each for each in retention_rules() if each.key == key)


def switch_on(cast: Cast, key: str, amount: int = 60) -> None:
    change_rule(key=key, amount=amount, is_on=True, actor=cast.zhao, now=NOW)


def old_contact(customer: Customer, name: str, *, at: datetime = LONG_AGO) -> Contact:
    return Contact.objects.create(customer=customer, name=name, phone="13800000000", created_at=at, changed_at=at)


@pytest.fixture
def silent(cast: Cast) -> Contact:
    return old_contact(cast.tide, "沈默言")


def test_nothing_happens_to_people_before_somebody_switches_it_on(cast: Cast, silent: Contact) -> None:
    follow(now=NOW)
    silent.refresh_from_db()
    assert silent.name == "沈默言"
    assert preview(rule("contacts"), now=NOW).people == (silent,)
    assert preview(rule("contacts"), now=NOW).count == 1


def test_people_past_their_time_are_made_anonymous_once(cast: Cast, silent: Contact) -> None:
    switch_on(cast, "contacts")
    assert follow(now=NOW)["contacts"] == 1
    silent.refresh_from_db()
    assert (silent.name, silent.phone) == (ERASED_CONTACT, "")
    assert Erasure.objects.get().rule == "contacts"
    assert Activity.objects.filter(verb="erased", object_id=silent.pk).count() == 1
    assert follow(now=NOW)["contacts"] == 0
    assert preview(rule("contacts"), now=NOW).count == 0


def test_whoever_spoke_bought_changed_or_is_held_stays(cast: Cast) -> None:
    switch_on(cast, "contacts")
    spoke, bought = old_contact(cast.tide, "言午"), old_contact(cast.southern, "购买人")
    changed, held = old_contact(cast.orphan, "新资料", at=NOW), old_contact(cast.orphan, "被保留")
    log(customer=cast.tide, channel="phone", occurred_at=NOW, actor=cast.sun, now=NOW, summary="通话")
    Order.objects.create(
        customer=cast.southern, number="D1", ordered_on=NOW.date(), amount_minor=1, created_at=NOW, changed_at=NOW
    )
    place_hold(person=held, reason="诉讼", actor=cast.zhao, now=NOW)
    assert follow(now=NOW)["contacts"] == 0
    kept = Contact.objects.unscoped(WHY).filter(pk__in=[spoke.pk, bought.pk, changed.pk, held.pk])
    names = {contact.name for contact in kept}
    assert names == {"言午", "购买人", "新资料", "被保留"}


def test_leads_that_never_bought_go_earlier(cast: Cast, silent: Contact) -> None:
    Customer.objects.unscoped(WHY).filter(pk=cast.southern.pk).update(lifecycle="lead")
    lead = old_contact(cast.southern, "线索人", at=NOW - timedelta(days=800))
    switch_on(cast, "leads", 24)
    assert follow(now=NOW)["leads"] == 1
    assert {contact.name for contact in Contact.objects.unscoped(WHY).filter(pk__in=[lead.pk, silent.pk])} == {
        ERASED_CONTACT, "沈默言",
    }  # fmt: skip


def test_old_words_go_and_that_somebody_spoke_stays(cast: Cast) -> None:
    for at in (LONG_AGO, NOW):
        log(customer=cast.tide, channel="phone", occurred_at=at, actor=cast.sun, now=NOW, summary="说了什么")
    assert preview(rule("interactions"), now=NOW).count == 1
    switch_on(cast, "interactions")
    assert follow(now=NOW)["interactions"] == 1
    said = Interaction.objects.unscoped(WHY).order_by("occurred_at")
    assert [row.summary for row in said] == ["", "说了什么"]
    assert follow(now=NOW)["interactions"] == 0


def test_leftovers_of_the_system_go_by_themselves(cast: Cast, settings: LazySettings, tmp_path: Path) -> None:
    settings.ZHIKE_UPLOADS = tmp_path
    for at in (LONG_AGO, NOW):
        batch = Batch.objects.create(kind="customers", status="done", file_name="a.csv", made_at=at)
        make_folder(batch)
        stored_file(batch).write_text("姓名\n沈默言\n")
        AnsweredRequest.objects.create(actor=cast.zhao, key=f"{at}", fingerprint="x", status=201, body="{}", at=at)
        JobRequest.objects.create(name="simulate", requested_at=at, finished_at=at, result={"a": 1})
    done = follow(now=NOW)
    assert (done["uploads"], done["answers"], done["job_results"]) == (1, 1, 1)
    assert len(list(tmp_path.iterdir())) == 1
    assert follow(now=NOW) == {"uploads": 0, "answers": 0, "job_results": 0, "sign_in": 0}
    assert RetentionRule.objects.get(key="uploads").last_run_at == NOW


def test_no_period_may_be_shorter_than_its_floor(cast: Cast) -> None:
    with pytest.raises(Refused):
        change_rule(key="contacts", amount=11, is_on=True, actor=cast.zhao, now=NOW)
    with pytest.raises(NotFound):
        change_rule(key="everything", amount=11, is_on=True, actor=cast.zhao, now=NOW)
    assert change_rule(key="contacts", amount=12, is_on=False, actor=cast.zhao, now=NOW).amount == 12
    assert Activity.objects.filter(kind="retention", verb="changed").count() == 1


def test_an_upload_that_was_torn_off_half_way_goes_after_a_day(
    cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    settings.ZHIKE_UPLOADS = tmp_path / "uploads"
    torn = open_batch(kind="orders", file_name="订单.csv", actor=cast.li, now=NOW)
    make_folder(torn)
    follow(now=NOW + timedelta(hours=23))
    assert Batch.objects.unscoped("a test").filter(pk=torn.pk).exists()
    follow(now=NOW + timedelta(hours=25))
    assert not Batch.objects.unscoped("a test").filter(pk=torn.pk).exists()
    assert not folder(torn).exists()
