from datetime import timedelta

from tests.cast import NOW, Cast
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import promise
from zhike.domain.customers.models import Customer
from zhike.domain.customers.services import ContactFields
from zhike.flows import archive
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
