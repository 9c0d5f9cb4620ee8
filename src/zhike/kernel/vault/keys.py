"""The keys: one master key outside the database wraps the data keys in it, one or more for each purpose.

New values are sealed with the current key of their purpose; older ones stay for what they sealed. A process keeps what
it has unwrapped. Before a transaction seals its first value it makes sure which keys are current, and whoever wants to
make a new one waits until that transaction has ended: when a rotation begins, nobody still seals with the old key.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from zhike.kernel.errors import Refused
from zhike.kernel.vault.cipher import KEY_BYTES, Cipher, Tampered, derive, key_of

if TYPE_CHECKING:
    from zhike.kernel.vault.models import DataKey

INDEX = "index"
"""The purpose of the key behind blind indexes. It is never changed, for every index would have to be made anew."""
_ADVISORY_LOCK = 0x7A68696B65


class WrongKey(Refused):
    """The master key does not open the keys of this database."""


class Keyring:
    """The keys of the database as far as this process has needed them."""

    def __init__(self) -> None:
        self._ciphers: dict[tuple[str, str], Cipher] = {}
        self._current: dict[str, str] = {}
        self._index_key = b""
        self._fixed: dict[str, bytes] = {}

    def forget(self) -> None:
        """Look everything up again when it is needed next."""
        self._ciphers, self._current, self._index_key, self._fixed = {}, {}, b"", {}
        blind_index.cache_clear()

    def sealing(self, purpose: str) -> Cipher:
        """The cipher for new values of a purpose; what it seals must be stored in the transaction that asked."""
        return self.named(purpose, self._current_name(purpose))

    def is_current(self, purpose: str, sealed: str) -> bool:
        """Whether a new value of the purpose would be sealed with the same key."""
        return key_of(sealed) == self._current_name(purpose)

    def opening(self, purpose: str, sealed: str) -> Cipher:
        """The cipher that a value was sealed with. Raises Tampered where there is no such key."""
        return self.named(purpose, key_of(sealed))

    def named(self, purpose: str, name: str) -> Cipher:
        """The cipher of one key."""
        cipher = self._ciphers.get((purpose, name))
        if cipher is None:
            row = _keys().filter(pk=name, purpose=purpose).first()
            if row is None:
                raise Tampered(f"there is no key of this name for {purpose}")
            cipher = self._ciphers[purpose, name] = Cipher(name, unwrap(row))
        return cipher

    def index_key(self) -> bytes:
        """The key behind blind indexes."""
        if not self._index_key:
            name = _current_keys().get(INDEX) or _first_key(INDEX)
            self._index_key = unwrap(_keys().get(pk=name))
        return self._index_key

    def fixed_key(self, purpose: str) -> bytes:
        """A key for macs of one purpose, which stays the same whatever is rotated."""
        key = self._fixed.get(purpose)
        if key is None:
            key = self._fixed[purpose] = derive(self.index_key(), purpose)
        return key

    def _current_name(self, purpose: str) -> str:
        if not _is_noted():
            self._note()
        name = self._current.get(purpose)
        if name is None:
            name = self._current[purpose] = _first_key(purpose)
        return name

    def _note(self) -> None:
        if connection.in_atomic_block:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_ADVISORY_LOCK])
            transaction.on_commit(_noted)
        self._current = _current_keys()


ring = Keyring()


def _noted() -> None:
    """Stands among what is to happen after a transaction, as the sign that this one knows the current keys."""


def _is_noted() -> bool:
    return any(entry[1] is _noted for entry in connection.run_on_commit)


@contextmanager
def alone() -> Iterator[None]:
    """A transaction in which no other one seals anything."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        yield


def master_keys() -> list[bytes]:
    """The wrapping keys that may open this database: of the master key, and while that is being changed of the next."""
    known: list[str] = settings.ZHIKE_MASTER_KEYS()
    return [wrapping_key(secret) for secret in known]


@lru_cache(maxsize=4)
def wrapping_key(secret: str) -> bytes:
    """What wraps data keys, by the master key."""
    return derive(secret.encode(), "wrapping")


def wrap(key: bytes, purpose: str, master: bytes) -> str:
    """A data key under a master key."""
    return Cipher("master", master).seal(key, f"key.{purpose}".encode())


def unwrap(row: DataKey) -> bytes:
    """A data key as it is. Raises WrongKey where no master key opens it."""
    place = f"key.{row.purpose}".encode()
    for master in master_keys():
        try:
            return Cipher("master", master).open(row.wrapped, place)
        except Tampered:
            continue
    raise WrongKey(
        _(
            "The master key does not belong to this database: put back the one that it was set up with "
            "(the file master.key in the folder of keys, or ZHIKE_MASTER_KEY)."
        )
    )


def new_key(purpose: str) -> DataKey:
    """Make a further key for a purpose; it is the current one from now on."""
    wrapped = wrap(os.urandom(KEY_BYTES), purpose, master_keys()[0])
    row: DataKey = _keys().create(id=secrets.token_hex(4), purpose=purpose, wrapped=wrapped)
    return row


def check() -> int:
    """Make sure that the master key belongs to this database; how many keys it opened. Raises WrongKey."""
    try:
        rows = list(_keys().all())
    except DatabaseError:  # no database or no tables yet: whoever needs them says so
        return 0
    for row in rows:
        unwrap(row)
    return len(rows)


@lru_cache(maxsize=131_072)
def blind_index(purpose: str, value: str) -> str:
    """What stands for a value that must be found but not read: 128 bits of HMAC-SHA256 as 32 hexadecimal digits."""
    return hmac.digest(ring.index_key(), f"{purpose}\0{value}".encode(), "sha256")[:16].hex()


def _first_key(purpose: str) -> str:
    """Make the first key of a purpose, or take the one that somebody else has made in the same moment."""
    try:
        with transaction.atomic():
            return str(new_key(purpose).pk)
    except IntegrityError:
        return _current_keys()[purpose]


def _current_keys() -> dict[str, str]:
    return dict(_keys().filter(superseded_at__isnull=True).values_list("purpose", "pk"))


def _keys() -> Any:
    return apps.get_model("vault", "DataKey").objects
