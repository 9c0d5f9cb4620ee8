"""Keys are changed while people read and write, and nobody notices."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import NOW, Cast, assemble
from zhike.domain.customers.models import Contact
from zhike.kernel.models import ActivityValues
from zhike.kernel.vault import WrongKey, check, ring, rotation
from zhike.kernel.vault.cipher import key_of
from zhike.kernel.vault.keys import INDEX
from zhike.kernel.vault.models import DataKey

PEOPLE = 60
WRITERS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> list[int]:
    cast: Cast = assemble()
    with transaction.atomic():
        made = Contact.objects.bulk_create(
            Contact(
                customer=cast.tide,
                name=f"人{number}",
                phone=phone(number, 0),
                note="前",
                created_at=NOW,
                changed_at=NOW,
            )
            for number in range(PEOPLE)
        )
    return [each.pk for each in made]


def phone(number: int, turn: int) -> str:
    return f"138{number:04}{turn:04}"


def silent(_purpose: str, _done: int) -> None:
    pass


def everybody() -> list[Contact]:
    return list(Contact.objects.unscoped("a test").order_by("pk"))


def keys_in_use() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM customers_contact UNION SELECT name FROM customers_contact")
        return {key_of(text) for (text,) in cursor.fetchall()}


def test_everything_is_sealed_with_new_keys_and_the_old_ones_retire(people: list[int]) -> None:
    before = {each.pk for each in DataKey.objects.exclude(purpose=INDEX)}
    assert rotation.rotate(now=NOW, tell=silent) >= 3 * PEOPLE
    assert not keys_in_use() & before
    assert {key.pk for key in DataKey.objects.filter(retired_at=NOW)} == {
        key.pk for key in DataKey.objects.filter(pk__in=before)
    }
    assert [each.phone for each in everybody()] == [phone(number, 0) for number in range(PEOPLE)]
    assert all(each.values == 0 for each in rotation.status() if each.key.retired_at)


def test_an_interrupted_rotation_is_carried_on_and_makes_no_further_keys(people: list[int]) -> None:
    class Killed(Exception):
        pass

    def kill(_purpose: str, done: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rotation.rotate(now=NOW, tell=kill)
    ring.forget()
    made = DataKey.objects.count()
    assert [each.phone for each in everybody()] == [phone(number, 0) for number in range(PEOPLE)]
    rotation.rotate(now=NOW, tell=silent)
    assert DataKey.objects.count() == made
    assert not DataKey.objects.filter(superseded_at__isnull=False, retired_at__isnull=True).exists()


def test_a_row_read_before_and_stored_after_takes_the_new_key(people: list[int]) -> None:
    read = everybody()[0]
    rotation.rotate(now=NOW, tell=silent)
    read.save()
    current = DataKey.objects.get(purpose="customers", superseded_at__isnull=True)
    assert keys_in_use() == {current.pk}


def test_what_the_trail_keeps_apart_takes_the_new_key_too(people: list[int]) -> None:
    rotation.rotate(now=NOW, tell=silent)
    used = {key.pk for key in DataKey.objects.filter(purpose="trail")}
    assert used or not ActivityValues.objects.exists()


def test_writers_and_readers_never_notice_a_rotation(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 7)
    written = {pk: phone(number, 0) for number, pk in enumerate(people)}
    is_over = threading.Event()
    wrong: list[BaseException] = []

    def write(mine: list[int]) -> None:
        random, turn = Random(mine[0]), 0
        while not is_over.is_set():
            turn += 1
            pk = random.choice(mine)
            with transaction.atomic():
                row = Contact.objects.unscoped("a test").select_for_update().get(pk=pk)
                assert row.phone == written[pk]
                row.phone = phone(pk % 10_000, turn % 10_000)
                row.save() if turn % 2 else row.save(update_fields=["phone"])
            written[pk] = row.phone

    def read(_mine: list[int]) -> None:
        while not is_over.is_set():
            for row in everybody():
                assert row.phone.startswith("138")
                assert row.name.startswith("人")

    def guarded(work: Callable[[list[int]], None], mine: list[int]) -> None:
        try:
            with closing(connection):
                work(mine)
        except BaseException as error:  # the test's own thread raises it
            wrong.append(error)

    works: list[tuple[Any, list[int]]] = [(write, people[start::WRITERS]) for start in range(WRITERS)]
    threads = [threading.Thread(target=guarded, args=work) for work in [*works, (read, people), (read, people)]]
    for thread in threads:
        thread.start()
    try:
        for _round in range(3):
            rotation.rotate(now=NOW, tell=silent)
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert {each.pk: each.phone for each in everybody()} == written
    rotation.rotate(now=NOW, tell=silent)
    assert len(keys_in_use()) == 1
    assert all(each.values == 0 for each in rotation.status() if each.key.superseded_at and each.values is not None)


def test_another_master_key_takes_over_and_the_old_one_opens_nothing(people: list[int], settings: Any) -> None:
    old = settings.ZHIKE_MASTER_KEYS()
    rotation.rewrap("the next master key")
    try:
        ring.forget()
        with pytest.raises(WrongKey):
            check()
        settings.ZHIKE_MASTER_KEYS = lambda: [*old, "the next master key"]
        assert check() == DataKey.objects.count()
        settings.ZHIKE_MASTER_KEYS = lambda: ["the next master key"]
        assert [each.phone for each in everybody()] == [phone(number, 0) for number in range(PEOPLE)]
    finally:
        settings.ZHIKE_MASTER_KEYS = lambda: [*old, "the next master key"]
        rotation.rewrap(old[0])
        ring.forget()
