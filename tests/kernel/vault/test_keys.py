"""The keyring: one current key for each purpose, wrapped by the master key."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from zhike.kernel import vault
from zhike.kernel.vault import Tampered, WrongKey, blind_index
from zhike.kernel.vault.keys import new_key, ring
from zhike.kernel.vault.models import DataKey

pytestmark = pytest.mark.django_db
PLACE = "a_table.a_column.a_row"


def test_a_value_opens_with_the_key_that_it_names() -> None:
    assert vault.open_("trial", vault.seal("trial", b"secret", PLACE), PLACE) == b"secret"


def test_each_purpose_has_a_key_of_its_own() -> None:
    with pytest.raises(Tampered):
        vault.open_("another", vault.seal("trial", b"secret", PLACE), PLACE)


def test_no_wrapped_key_stands_in_the_clear() -> None:
    row = new_key("trial")
    assert len(row.wrapped) > 80
    assert str(row) == f"trial {row.pk}"


def test_two_keys_of_one_purpose_are_never_current_together() -> None:
    new_key("trial")
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        new_key("trial")


def test_another_master_key_opens_nothing_and_says_so(settings: Any) -> None:
    sealed = vault.seal("trial", b"secret", PLACE)
    settings.ZHIKE_MASTER_KEYS = lambda: ["another"]
    ring.forget()
    try:
        with translation.override("en"), pytest.raises(WrongKey, match="master key does not belong"):
            vault.check()
        with pytest.raises(WrongKey):
            vault.open_("trial", sealed, PLACE)
    finally:
        ring.forget()


def test_the_right_master_key_opens_every_key() -> None:
    new_key("trial")
    assert vault.check() == DataKey.objects.count() >= 2


def test_a_blind_index_tells_equal_from_different_and_no_more() -> None:
    assert blind_index("phone", "13800138000") == blind_index("phone", "13800138000")
    assert len({blind_index(kind, "13800138000") for kind in ("phone", "email", "name")}) == 3
    assert len(blind_index("phone", "1")) == 32
