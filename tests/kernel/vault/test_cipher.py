"""One key at work: what is sealed comes back, in its own place only, and whole."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.kernel.vault.cipher import KEY_BYTES, MARK, Cipher, Tampered, derive, key_of

PLACE = b"customers_contact.phone.c0ffee"
CIPHER = Cipher("one", bytes(range(KEY_BYTES)))
TRIES = 10_000


@given(st.binary(max_size=2_000), st.binary(max_size=60))
def test_what_was_sealed_comes_back(plain: bytes, place: bytes) -> None:
    assert CIPHER.open(CIPHER.seal(plain, place), place) == plain


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    assert len({CIPHER.seal(b"13800138000", PLACE) for _ in range(1_000)}) == 1_000


def test_a_sealed_value_names_its_key_and_shows_nothing_else() -> None:
    sealed = CIPHER.seal(b"13800138000", PLACE)
    assert key_of(sealed) == "one"
    assert sealed.startswith(MARK)
    assert b"13800138000" not in urlsafe_b64decode(sealed.partition(".")[2])


def test_every_flipped_bit_is_noticed() -> None:
    random = Random(6)
    noticed = 0
    for number in range(TRIES):
        sealed = bytearray(CIPHER.seal(f"1380013{number:04}".encode(), PLACE), "ascii")
        # The mark and the key's name are the keyring's to judge: behind them begins what the cipher reads.
        place = random.randrange(len(b"\x1aone."), len(sealed))
        sealed[place] ^= 1 << random.randrange(8)
        try:
            CIPHER.open(sealed.decode("latin-1"), PLACE)
        except Tampered:
            noticed += 1
    assert noticed == TRIES


def test_every_moved_value_is_noticed() -> None:
    noticed = 0
    for number in range(TRIES):
        sealed = CIPHER.seal(b"13800138000", f"customers_contact.phone.{number}".encode())
        try:
            CIPHER.open(sealed, f"customers_contact.{'phone' if number % 2 else 'email'}.{number + 1}".encode())
        except Tampered:
            noticed += 1
    assert noticed == TRIES


@pytest.mark.parametrize("other", ["", MARK, "plain", f"{MARK}one.", f"{MARK}one.AAAA", f"{MARK}one.!!!!"])
def test_what_was_never_sealed_does_not_open(other: str) -> None:
    with pytest.raises(Tampered):
        CIPHER.open(other, PLACE)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Tampered):
        Cipher("one", bytes(KEY_BYTES)).open(CIPHER.seal(b"x", PLACE), PLACE)


def test_what_goes_wrong_is_told_without_the_value() -> None:
    sealed = CIPHER.seal(b"13800138000", PLACE)
    with pytest.raises(Tampered) as told:
        CIPHER.open(sealed[:-2], PLACE)
    assert "138" not in str(told.value)
    assert sealed[10:-2] not in str(told.value)


def test_keys_for_different_purposes_have_nothing_in_common() -> None:
    assert len({derive(b"a master key", purpose) for purpose in ("django", "wrapping", "trail")}) == 3
    assert derive(b"a master key", "django") == derive(b"a master key", "django")
