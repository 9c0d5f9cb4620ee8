"""Encryption of what the database keeps about people: keys, sealed fields and files, blind indexes, rotation.

What is sealed opens only with the master key, which lies outside the data folder, and only in the place (table, column,
row) that it was sealed for. See docs/operations/encryption.md for what that protects and what it does not.
"""

from zhike.kernel.vault.cipher import Tampered, VaultError, derive
from zhike.kernel.vault.keys import WrongKey, blind_index, check, ring

__all__ = ["Tampered", "VaultError", "WrongKey", "blind_index", "check", "derive", "fixed_key", "open_", "ring", "seal"]


def seal(purpose: str, plain: bytes, place: str) -> str:
    """Seal a value for one place, such as `kernel_activity.changes.<uuid>`: a printable text that names its key.

    To be stored in the transaction in which it was sealed: a rotation of keys waits for that transaction.
    """
    return ring.sealing(purpose).seal(plain, place.encode())


def open_(purpose: str, sealed: str, place: str) -> bytes:
    """What was sealed. Raises Tampered where the value or its place is another."""
    return ring.opening(purpose, sealed).open(sealed, place.encode())


def fixed_key(purpose: str) -> bytes:
    """32 bytes for macs of one purpose. They stay the same under every rotation, for macs cannot be made anew."""
    return ring.fixed_key(purpose)
