from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.cast import NOW, assemble
from zhike.domain.accounts.models import User
from zhike.domain.customers import services
from zhike.kernel.errors import Refused

AT_ONCE, EACH = 4, 6


def _open_files(person: User, worker: int) -> list[str]:
    try:
        numbers = []
        for turn in range(EACH):
            numbers.append(services.create_customer(actor=person, now=NOW, name=f"客户{worker}-{turn}").number)
            with pytest.raises(Refused):
                services.create_customer(actor=person, now=NOW, name="甲", industry="炼金术")
        return numbers
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_files_opened_at_once_have_numbers_without_gaps_or_doubles() -> None:
    cast = assemble()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = [number for batch in pool.map(_open_files, [cast.li] * AT_ONCE, range(AT_ONCE)) for number in batch]
    assert sorted(numbers) == [f"C202603{number:03d}" for number in range(5, 5 + AT_ONCE * EACH)]
