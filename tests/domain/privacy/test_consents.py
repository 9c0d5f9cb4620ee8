from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import add_contact
from zhike.domain.privacy.models import Consent
from zhike.domain.privacy.queries import contactable, contactable_customers, standings
from zhike.domain.privacy.rules.consent import live_basis
from zhike.domain.privacy.services import give_consent, withdraw_consent
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.models import Activity

WHY = "the test looks at everybody"
DAY = timedelta(days=1)


@pytest.fixture
def liu(cast: Cast) -> Contact:
    return add_contact(customer=cast.precision, name="刘洋", phone="13800001111", actor=cast.li, now=NOW)


def agree(person: Contact | Customer, cast: Cast, **changed: object) -> Consent:
    values = {"purpose": "survey", "basis": "consent", "channel": "paper", "evidence": "签字同意书", "now": NOW}
    return give_consent(person=person, actor=cast.li, **(values | changed))  # type: ignore[arg-type]


def may_be_asked(person: Contact, purpose: str, at: datetime) -> bool:
    return contactable(Contact.objects.unscoped(WHY).filter(pk=person.pk), purpose, at).exists()


def test_who_agreed_may_be_asked_until_he_withdraws(cast: Cast, liu: Contact) -> None:
    assert not may_be_asked(liu, "survey", NOW)
    agree(liu, cast)
    assert may_be_asked(liu, "survey", NOW)
    assert not may_be_asked(liu, "marketing_email", NOW)
    withdraw_consent(person=liu, purpose="survey", channel="phone", actor=cast.li, now=NOW + DAY)
    assert not may_be_asked(liu, "survey", NOW + DAY)
    assert may_be_asked(liu, "survey", NOW + DAY / 2)


def test_every_entry_leaves_a_line_in_the_trail_and_none_is_changed(cast: Cast, liu: Contact) -> None:
    first = agree(liu, cast)
    withdraw_consent(person=liu, purpose="survey", channel="phone", actor=cast.li, now=NOW + DAY)
    assert list(Activity.objects.filter(kind="consent").order_by("pk").values_list("verb", flat=True)) == [
        "given", "withdrawn",
    ]  # fmt: skip
    first.refresh_from_db()
    assert first.is_given
    assert first.evidence == "签字同意书"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"evidence": ""}, "evidence"),
        ({"basis": "contract", "purpose": "marketing_email"}, "basis"),
        ({"purpose": "spam"}, "purpose"),
        ({"channel": "pigeon"}, "channel"),
        ({"at": NOW + DAY}, "at"),
        ({"expires_at": NOW}, "expires_at"),
    ],
)
def test_a_basis_that_cannot_stand_is_refused(cast: Cast, liu: Contact, changed: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        agree(liu, cast, **changed)
    assert refusal.value.field == field
    assert not Consent.objects.unscoped(WHY).exists()


def test_a_contract_needs_no_paper_of_its_own(cast: Cast, liu: Contact) -> None:
    agree(liu, cast, basis="contract", evidence="")
    assert may_be_asked(liu, "survey", NOW)


def test_colleagues_cannot_answer_for_people_whom_they_do_not_see(cast: Cast, liu: Contact) -> None:
    with pytest.raises(NotFound):
        give_consent(
            person=liu, purpose="survey", basis="consent", channel="paper", evidence="x", actor=cast.wang, now=NOW
        )
    assert not Consent.objects.for_user(cast.wang).exists()


def test_a_company_agrees_to_nothing_but_a_person_does(cast: Cast) -> None:
    with pytest.raises(Refused):
        agree(cast.precision, cast)
    cast.precision.kind = Customer.Kind.PERSON
    cast.precision.save()
    agree(cast.precision, cast)
    everybody = Customer.objects.unscoped(WHY)
    assert list(contactable_customers(everybody, "survey", NOW)) == [cast.precision]


def test_the_page_says_for_every_purpose_how_things_stand(cast: Cast, liu: Contact) -> None:
    agree(liu, cast, expires_at=NOW + DAY)
    by_purpose = {standing.purpose: standing for standing in standings(cast.li, liu, at=NOW)}
    assert set(by_purpose) == set(Consent.Purpose.values)
    assert by_purpose["survey"].is_live
    assert by_purpose["profiling"].latest is None
    later = {standing.purpose: standing for standing in standings(cast.li, liu, at=NOW + DAY)}
    assert not later["survey"].is_live
    assert later["survey"].latest is not None


def test_nobody_who_was_taken_off_the_file_is_contacted(cast: Cast, liu: Contact) -> None:
    agree(liu, cast)
    everybody = Contact.objects.unscoped(WHY)
    assert list(contactable(everybody, "survey", NOW)) == [liu]
    Contact.objects.unscoped(WHY).filter(pk=liu.pk).update(deleted_at=NOW)
    assert not contactable(everybody, "survey", NOW).exists()


entries = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["survey", "recording"]),
    st.booleans(),
    st.integers(-5, 5),
    st.none() | st.integers(-5, 5),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(entries, max_size=12), at=st.integers(-5, 5))
def test_nobody_without_a_live_basis_is_among_the_contactable(
    cast: Cast, history: list[tuple[int, str, bool, int, int | None]], at: int
) -> None:
    people = [
        Contact.objects.create(customer=cast.precision, name=f"人{n}", created_at=NOW, changed_at=NOW) for n in range(4)
    ]
    Consent.objects.bulk_create(
        Consent(
            customer=cast.precision,
            contact=people[who],
            purpose=purpose,
            basis="consent",
            is_given=is_given,
            at=NOW + day * DAY,
            expires_at=None if until is None else NOW + until * DAY,
            channel="paper",
            recorded_at=NOW,
        )
        for who, purpose, is_given, day, until in history
    )
    moment = NOW + at * DAY
    wanted = set()
    for person in people:
        own = Consent.objects.unscoped(WHY).filter(contact=person).order_by("pk")
        if live_basis([row.entry() for row in own], "survey", moment):
            wanted.add(person.pk)
    mine = Contact.objects.unscoped(WHY).filter(pk__in=[person.pk for person in people])
    assert {person.pk for person in contactable(mine, "survey", moment)} == wanted


def test_who_may_only_look_records_nothing(cast: Cast, liu: Contact) -> None:
    cast.li.roles.get().permissions.filter(kind="contact", action="edit").delete()
    with pytest.raises(Denied):
        withdraw_consent(person=liu, purpose="survey", channel="phone", actor=User.objects.get(pk=cast.li.pk), now=NOW)
