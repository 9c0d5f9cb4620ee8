from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.commitments.services import promise
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import ContactFields
from zhike.domain.segmentation.models import Standing
from zhike.flows import archive
from zhike.flows.playbooks import adopt, read
from zhike.kernel.models import Activity

LATER = NOW + timedelta(minutes=5)


def _owed(cast: Cast) -> Commitment:
    return promise(
        customer=cast.precision,
        content="寄样品",
        owner=cast.li,
        due_at=NOW + timedelta(days=3),
        source_kind="interaction",
        source_id=1,
        now=NOW,
        actor=cast.li,
    )


def test_a_file_is_opened_with_its_first_contact_and_only_once(cast: Cast) -> None:
    for _time in range(2):
        customer = archive.open_file(
            actor=cast.li, now=NOW, token="t", contact=ContactFields(name="张三", phone="13800138000"), name="上海启明"
        )
    assert [contact.name for contact in customer.contacts.all()] == ["张三"]


def test_what_is_owed_goes_along_when_a_customer_changes_hands_and_comes_back_with_it(cast: Cast) -> None:
    owed = _owed(cast)
    archive.hand_over(customer_ids=[cast.precision.pk], owner=cast.sun, actor=cast.chen, now=LATER)
    owed.refresh_from_db()
    assert owed.owner == cast.sun


def test_a_deleted_customer_is_owed_nothing_and_can_be_brought_back(cast: Cast) -> None:
    owed = _owed(cast)
    archive.put_away(customer=cast.precision, actor=cast.li, now=LATER)
    owed.refresh_from_db()
    assert owed.outcome == Commitment.Outcome.WAIVED
    row = Activity.objects.get(verb="deleted")
    archive.take_back(activity_id=row.pk, actor=cast.li, now=LATER)
    assert cast.precision in Customer.objects.for_user(cast.li).present()


def _standard(key: str, **fields: Any) -> ServiceStandard:
    made: ServiceStandard = ServiceStandard.objects.create(key=key, started_at=NOW, **fields)
    return made


@pytest.mark.parametrize(("lifecycle", "promised"), [("lead", 1), ("new", 1), ("active", 0)])
def test_who_was_not_known_before_is_promised_what_follows_a_first_contact(
    cast: Cast, lifecycle: str, promised: int
) -> None:
    _standard("first-answer", trigger="event", event="first_contact", rule="24 hours")
    customer = archive.open_file(actor=cast.li, now=NOW, name="上海启明", lifecycle=lifecycle)
    owed = Commitment.everything.filter(customer=customer)
    assert [(one.owner, one.due_at) for one in owed] == [(cast.li, NOW + timedelta(hours=24))] * promised


def test_the_tier_and_its_promises_follow_at_once_when_the_file_changes(cast: Cast) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    archive.change_file(customer=cast.precision, actor=cast.chen, now=LATER, strategic="benchmark")
    assert Standing.everything.get(customer=cast.precision, scheme__key="abc").tier == "a"
    assert {cast.li} == {owner for key, owner in _planned(cast) if key == "a-monthly-talk"}
    archive.change_file(customer=cast.precision, actor=cast.chen, now=LATER, strategic="", owner=cast.sun)
    assert "a-monthly-talk" not in {key for key, _owner in _planned(cast)}
    assert {cast.sun} == {owner for key, owner in _planned(cast) if key == "archive-reviewed"}


def _planned(cast: Cast) -> list[tuple[str, User]]:
    rows = Commitment.everything.filter(customer=cast.precision, closed_at__isnull=True).exclude(cycle="")
    return [(row.standard.key, row.owner) for row in rows if row.standard]


def test_what_is_owed_goes_along_when_the_owner_is_changed_in_the_file(cast: Cast) -> None:
    owed = _owed(cast)
    archive.change_file(customer=cast.precision, actor=cast.chen, now=LATER, owner=cast.sun)
    owed.refresh_from_db()
    assert owed.owner == cast.sun


def test_a_customer_brought_back_is_owed_again_what_the_deletion_waived(cast: Cast) -> None:
    owed = _owed(cast)
    archive.put_away(customer=cast.precision, actor=cast.li, now=LATER)
    archive.take_back(activity_id=Activity.objects.get(verb="deleted").pk, actor=cast.li, now=LATER)
    owed.refresh_from_db()
    assert (owed.outcome, owed.closed_at) == ("", None)
