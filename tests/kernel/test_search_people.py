"""People are found by parts of names that the database cannot read."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import NOW, Cast
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.queries import contacts_like, matching_contacts, matching_customers
from zhike.domain.customers.services import add_contact
from zhike.flows.archive import change_file, open_file
from zhike.kernel.search_people import TOKEN_DIGITS, blind_text, found_people


@pytest.fixture
def wang(cast: Cast) -> Contact:
    add_contact(customer=cast.precision, actor=cast.zhao, now=NOW, name="王方园", phone="139 0000 2222")
    return add_contact(
        customer=cast.tide, actor=cast.zhao, now=NOW, name="欧阳 Li-娜", phone="13900001111", email="Li@Example.com"
    )


@pytest.mark.parametrize("text", ["欧阳", "阳", "ouyang", "oy", "li", "OUYANG", "欧阳 li", "娜", "yangli"])
def test_a_name_is_found_by_characters_pinyin_and_initials(wang: Contact, text: str) -> None:
    assert found_people(Contact.objects.unscoped("a test"), text) == [wang.pk]


@pytest.mark.parametrize("text", ["阳欧", "欧娜", "ouyangx", "王 欧", "!!", "", "  ", "13900001111"])
def test_what_no_name_contains_finds_nobody(wang: Contact, text: str) -> None:
    assert found_people(Contact.objects.unscoped("a test"), text) == []


@pytest.mark.parametrize("text", ["13900001111", "+86 139-0000-1111", "li@example.com", " LI@EXAMPLE.COM "])
def test_numbers_and_addresses_are_found_whole_in_any_spelling(cast: Cast, wang: Contact, text: str) -> None:
    everybody = Contact.objects.for_user(cast.zhao)
    assert list(matching_contacts(everybody, text, cast.zhao)) == [wang]
    assert list(matching_customers(Customer.objects.for_user(cast.zhao), text, cast.zhao)) == [cast.tide]
    assert not matching_contacts(everybody, text.strip()[:-1], cast.zhao).exists()


def test_nobody_is_found_out_of_reach(cast: Cast, wang: Contact) -> None:
    assert list(contacts_like(cast.sun, "欧阳")) == [wang]
    assert list(contacts_like(cast.li, "欧阳")) == []


def test_a_person_among_the_customers_is_found_by_name_and_by_number(cast: Cast) -> None:
    person = open_file(actor=cast.zhao, now=NOW, name="云雀阿黄", kind="person")
    rows = Customer.objects.for_user(cast.zhao)
    for text in ("云雀", "yunque", "yqah", person.number):
        assert list(matching_customers(rows, text, cast.zhao)) == [person]
    change_file(customer=person, actor=cast.zhao, now=NOW, name="百灵小红")
    assert not matching_customers(rows, "云雀", cast.zhao).exists()
    assert list(matching_customers(rows, "bailing", cast.zhao)) == [person]


def test_the_newest_are_found_first(cast: Cast, wang: Contact) -> None:
    again = add_contact(customer=cast.tide, actor=cast.zhao, now=NOW, name="欧阳锋")
    assert found_people(Contact.objects.unscoped("a test"), "欧阳") == [again.pk, wang.pk]


def test_tokens_are_few_unordered_and_say_nothing_by_themselves(wang: Contact) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_text FROM customers_contact WHERE id = %s", [wang.pk])
        tokens = cursor.fetchone()[0].split()
    assert tokens == sorted(set(tokens))
    assert all(len(token) == 1 + TOKEN_DIGITS for token in tokens)
    assert len({token for number in range(3_000) for token in blind_text([chr(0x4E00 + number)]).split()}) < 2_400
