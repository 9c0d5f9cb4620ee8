"""Sealed fields: plain on the instance, sealed in the table, bound to their place."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from zhike.domain.customers.models import Contact, Customer
from zhike.kernel.vault import Tampered, VaultError
from zhike.kernel.vault.cipher import MARK
from zhike.kernel.vault.fields import Sealed

TRIES = 10_000
PLAIN: dict[str, Any] = {
    "name": "吴工",
    "phone": "13812345678",
    "email": "wu@example.com",
    "wechat": "wu-gong",
    "birthday": date(1980, 2, 29),
    "note": "喜欢\n钓鱼",
    "extra": {"车牌": "沪A12345"},
}


@pytest.fixture
def wu(cast: Cast) -> Contact:
    return Contact.objects.create(customer=cast.precision, created_at=NOW, changed_at=NOW, **PLAIN)


def stored(row: Contact | Customer, column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def store(row: Contact | Customer, column: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])


def fresh(contact: Contact) -> Contact:
    return Contact.objects.unscoped("a test").get(pk=contact.pk)


def test_what_was_set_comes_back_and_the_table_holds_none_of_it(wu: Contact) -> None:
    again = fresh(wu)
    assert {name: getattr(again, name) for name in PLAIN} == PLAIN
    for name in PLAIN:
        assert stored(wu, name).startswith(MARK)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    note=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    extra=st.dictionaries(st.text("abc"), st.none() | st.booleans() | st.integers(-9999, 9999) | st.text("字a")),
    birthday=st.none() | st.dates(),
)
def test_any_value_comes_back(wu: Contact, note: str, extra: dict[str, Any], birthday: date | None) -> None:
    wu.note, wu.extra, wu.birthday = note, extra, birthday
    wu.save()
    again = fresh(wu)
    assert (again.note, again.extra, again.birthday) == (note, extra, birthday)


def test_what_is_empty_stays_empty(cast: Cast) -> None:
    bare = Contact.objects.create(customer=cast.tide, name="郑", created_at=NOW, changed_at=NOW)
    assert [stored(bare, name) for name in ("phone", "birthday", "extra", "phone_index")] == ["", None, "{}", ""]
    assert (fresh(bare).phone, fresh(bare).birthday, fresh(bare).extra) == ("", None, {})


def test_a_value_opens_only_when_somebody_looks(wu: Contact) -> None:
    again = fresh(wu)
    assert isinstance(again.__dict__["phone"], Sealed)
    assert "13812345678" not in repr(again.__dict__)
    assert again.phone == "13812345678"


def test_a_row_saved_as_it_was_read_keeps_its_ciphertext(wu: Contact) -> None:
    before = stored(wu, "phone")
    again = fresh(wu)
    again.title = "厂长"
    again.phone = again.phone + ""
    again.save()
    assert stored(wu, "phone") == before


def test_an_index_follows_its_field_whatever_is_saved(wu: Contact) -> None:
    before = wu.phone_index
    wu.phone = "13900001111"
    wu.save(update_fields=["phone"])
    assert fresh(wu).phone_index not in ("", before)
    assert Contact.objects.unscoped("a test").get(phone_index=fresh(wu).phone_index) == wu


def test_the_name_of_a_company_is_plain_and_that_of_a_person_sealed(cast: Cast) -> None:
    tide = cast.tide
    assert stored(tide, "name") == "海潮贸易有限公司" == stored(tide, "sort_name")
    tide.kind = Customer.Kind.PERSON
    tide.save(update_fields=["kind"])
    assert stored(tide, "name").startswith(MARK)
    assert stored(tide, "sort_name") == tide.number
    again = Customer.objects.unscoped("a test").get(pk=tide.pk)
    assert (again.name, bool(again.name_index)) == ("海潮贸易有限公司", True)
    again.kind = Customer.Kind.COMPANY
    again.save()
    assert (stored(tide, "name"), stored(tide, "name_index")) == ("海潮贸易有限公司", "")


PAST_THE_FIELD: list[Callable[[Any], Any]] = [
    lambda rows: rows.filter(phone="1"),
    lambda rows: rows.exclude(name__icontains="吴"),
    lambda rows: rows.filter(birthday__year=1980),
    lambda rows: rows.update(phone="1"),
    lambda rows: str(rows.values_list("phone", flat=True)[0]),
    lambda rows: f"{rows.values('note')[0]['note']}",
    lambda rows: rows.values_list("name", flat=True)[0] == "吴工",
    lambda rows: bool(rows.annotate(other=F("name"))[0].other),
]


@pytest.mark.parametrize("wrong", PAST_THE_FIELD)
def test_past_the_field_there_is_no_way_to_a_value(wu: Contact, wrong: Callable[[Any], Any]) -> None:
    with pytest.raises(VaultError, match=r"sealed"):
        wrong(Contact.objects.unscoped("a test"))


def test_a_pickled_row_is_still_sealed(wu: Contact) -> None:
    assert b"13812345678" not in pickle.dumps(fresh(wu))


def test_every_change_in_the_table_is_noticed(cast: Cast, wu: Contact) -> None:
    """Bits flipped, values swapped between columns and rows, values of an older row put back: 10,000 of 10,000."""
    random = Random(11)
    other = Contact.objects.create(customer=cast.tide, created_at=NOW, changed_at=NOW, **PLAIN)
    columns = sorted(PLAIN)
    values = {(row.pk, name): stored(row, name) for row in (wu, other) for name in columns}
    noticed = 0
    for _ in range(TRIES):
        name = random.choice(columns)
        if random.random() < 0.5:
            raw = bytearray(values[wu.pk, name], "ascii")
            raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
            text = raw.decode("latin-1")
        else:
            text = values[random.choice([key for key in values if key != (wu.pk, name)])]
        again = Contact(uuid=wu.uuid)
        again.__dict__[name] = read = Sealed(text)
        read.is_expected = True
        try:
            assert getattr(again, name) != PLAIN[name]
        except Tampered:
            noticed += 1
    assert noticed == TRIES


def test_a_plain_text_put_into_the_table_is_noticed(wu: Contact) -> None:
    store(wu, "phone", "13800000000")
    with pytest.raises(Tampered):
        _ = fresh(wu).phone


def test_a_persons_name_put_into_the_table_in_the_clear_is_noticed(cast: Cast) -> None:
    cast.tide.kind = Customer.Kind.PERSON
    cast.tide.save()
    store(cast.tide, "name", "假名")
    with pytest.raises(Tampered):
        _ = Customer.objects.unscoped("a test").get(pk=cast.tide.pk).name
