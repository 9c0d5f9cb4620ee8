from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import promise
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import ERASED_CONTACT, ERASED_CUSTOMER, change_contact
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.services import log
from zhike.domain.orders.models import Order
from zhike.domain.privacy import services
from zhike.domain.privacy.models import Consent, Erasure, PersonRequest
from zhike.domain.privacy.queries import contactable
from zhike.flows.privacy import desk as story
from zhike.flows.privacy import erasing
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.models import Activity

WHY = "the test looks at everything"
LATER = NOW + timedelta(days=1)


def asked(person: Contact | Customer, desk: User) -> PersonRequest:
    """A request to erase that has come as far as somebody may ask for the erasure."""
    request = story.receive(
        kind="erase", person=person, asked_by="本人", channel="phone", received_at=NOW, owner=desk, actor=desk, now=NOW
    )
    services.check_identity(request=request, proof="known_contact", actor=desk, now=NOW)
    return services.begin_request(request=request, actor=desk, now=NOW)


def erased(person: Contact | Customer, desk: User, approver: User) -> Erasure:
    request = asked(person, desk)
    erasing.ask(request=request, actor=desk, now=NOW)
    return erasing.approve(request=request, actor=approver, now=LATER)


def test_two_people_erase_a_contact_and_nothing_says_who_it_was(cast: Cast, desk: User, liu: Contact) -> None:
    said, _ = log(
        customer=cast.precision, channel="phone", occurred_at=NOW, actor=cast.li, now=NOW, contacts=[liu],
        summary="刘海棠要求降价，请回电 13812345678", feedback="很满意",
    )  # fmt: skip
    done = erased(liu, desk, cast.zhao)
    gone = Contact.objects.unscoped(WHY).get(pk=liu.pk)
    assert (gone.name, gone.phone, gone.email, gone.wechat, gone.note, gone.title) == (
        ERASED_CONTACT,
        "",
        "",
        "",
        "",
        "",
    )
    assert gone.deleted_at == LATER
    said = Interaction.objects.unscoped(WHY).get(pk=said.pk)
    assert said.summary == "***要求降价，请回电 ***"
    assert said.feedback == "很满意"
    assert list(said.contacts.all()) == [gone]
    assert done.counts["interactions"] == 1
    assert PersonRequest.objects.unscoped(WHY).get().state == "answered"
    assert not Commitment.objects.unscoped(WHY).open().exists()


def test_nobody_erases_alone(cast: Cast, desk: User, liu: Contact) -> None:
    request = asked(liu, cast.zhao)
    erasing.ask(request=request, actor=cast.zhao, now=NOW)
    with pytest.raises(Denied):
        erasing.approve(request=request, actor=cast.zhao, now=NOW)
    with pytest.raises(Denied):
        erasing.approve(request=request, actor=desk, now=NOW)
    assert Contact.objects.unscoped(WHY).get(pk=liu.pk).name == "刘海棠"


def test_nothing_is_approved_that_nobody_asked_for(cast: Cast, desk: User, liu: Contact) -> None:
    with pytest.raises(Conflict):
        erasing.approve(request=asked(liu, desk), actor=cast.zhao, now=NOW)


def test_only_a_request_to_erase_erases(cast: Cast, desk: User, liu: Contact) -> None:
    request = story.receive(
        kind="copy", person=liu, asked_by="本人", channel="phone", received_at=NOW, owner=desk, actor=desk, now=NOW
    )
    with pytest.raises(Refused):
        erasing.ask(request=request, actor=desk, now=NOW)


def test_a_hold_keeps_people_until_it_is_lifted(cast: Cast, desk: User, liu: Contact) -> None:
    hold = services.place_hold(person=cast.precision, reason="合同纠纷诉讼", actor=cast.zhao, now=NOW)
    request = asked(liu, desk)
    with pytest.raises(Refused, match="合同纠纷诉讼"):
        erasing.ask(request=request, actor=desk, now=NOW)
    services.lift_hold(hold_id=hold.pk, actor=cast.zhao, now=NOW)
    erasing.ask(request=request, actor=desk, now=NOW)
    services.place_hold(person=liu, reason="税务检查", actor=cast.zhao, now=NOW)
    with pytest.raises(Refused, match="税务检查"):
        erasing.approve(request=request, actor=cast.zhao, now=NOW)
    assert PersonRequest.objects.unscoped(WHY).get().erasure_approved_by_id is None


def test_what_is_promised_to_a_person_keeps_the_person(cast: Cast, desk: User, person: Customer) -> None:
    owed = promise(
        customer=person, content="寄送样品", owner=cast.li, due_at=LATER, source_kind="manual", source_id=None, now=NOW,
        actor=cast.li,
    )  # fmt: skip
    request = asked(person, desk)
    with pytest.raises(Refused):
        erasing.ask(request=request, actor=desk, now=NOW)
    Commitment.objects.unscoped(WHY).filter(pk=owed.pk).update(outcome="kept", closed_at=NOW)
    erasing.ask(request=request, actor=desk, now=NOW)


def test_a_person_customer_goes_and_the_orders_stay(cast: Cast, desk: User, person: Customer) -> None:
    Order.objects.create(
        customer=person, number="D1", ordered_on=NOW.date(), amount_minor=120_00, created_at=NOW, changed_at=NOW
    )
    log(customer=person, channel="phone", occurred_at=NOW, actor=cast.li, now=NOW, summary="孩子在杭州上学")
    erased(person, desk, cast.zhao)
    gone = Customer.objects.unscoped(WHY).get(pk=person.pk)
    assert (gone.name, gone.address, gone.note, gone.external_id) == (ERASED_CUSTOMER, "", "", "")
    assert gone.deleted_at is None
    assert Order.objects.unscoped(WHY).get(customer=gone).amount_minor == 120_00
    assert Interaction.objects.unscoped(WHY).get(customer=gone).summary == ""


def test_colleagues_and_other_customers_stay_as_they_are(cast: Cast, desk: User, liu: Contact, he: Contact) -> None:
    log(
        customer=cast.precision, channel="phone", occurred_at=NOW, actor=cast.li, now=NOW, contacts=[he],
        summary="何志远确认收货",
    )  # fmt: skip
    erased(liu, desk, cast.zhao)
    colleague = Contact.objects.unscoped(WHY).get(pk=he.pk)
    assert (colleague.name, colleague.phone) == ("何志远", "13900002222")
    assert Interaction.objects.unscoped(WHY).get().summary == "何志远确认收货"
    assert Customer.objects.unscoped(WHY).get(pk=cast.precision.pk).name == "华东精密机械有限公司"


def test_the_trail_loses_the_values_and_keeps_its_chain(cast: Cast, desk: User, liu: Contact, he: Contact) -> None:
    change_contact(contact=liu, actor=cast.li, now=NOW, phone="13712345678")
    change_contact(contact=he, actor=cast.li, now=NOW, phone="13612345678")
    before = list(Activity.objects.order_by("pk").values_list("pk", flat=True))
    trail.seal_rows(now=NOW)
    erased(liu, desk, cast.zhao)
    trail.seal_rows(now=LATER)
    lines = Activity.objects.filter(pk__in=before)
    assert lines.count() == len(before)
    whole = str(trail.whole_changes(lines))
    assert "13712345678" not in whole
    assert "刘海棠" not in whole
    assert "13612345678" in whole
    assert trail.verify(now=LATER).is_sound


def test_who_was_erased_is_contacted_no_more(cast: Cast, desk: User, liu: Contact) -> None:
    services.give_consent(
        person=liu, purpose="survey", basis="consent", channel="paper", evidence="签字", actor=cast.li, now=NOW
    )
    erased(liu, desk, cast.zhao)
    assert not contactable(Contact.objects.unscoped(WHY), "survey", LATER).exists()
    assert set(Consent.objects.unscoped(WHY).values_list("is_given", "evidence")) == {(True, ""), (False, "")}


def test_nobody_is_erased_twice(cast: Cast, desk: User, liu: Contact) -> None:
    erased(liu, desk, cast.zhao)
    with pytest.raises(Conflict):
        erasing.refuse_if_kept(Contact.objects.unscoped(WHY).get(pk=liu.pk))
    assert Erasure.objects.count() == 1
