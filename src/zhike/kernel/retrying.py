"""Writes that meet another writer: what the database took back because of it is done once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import DatabaseError, IntegrityError

ATTEMPTS: Final = 5
_MET: Final = frozenset({"40001", "40P01"})
"""PostgreSQL's names of a transaction that met another one, and of a deadlock."""

T = TypeVar("T")


def retried(call: Callable[[], T]) -> T:
    """What the call gives; where it meets another writer it is made again, a few times.

    The call must be one transaction, not part of one, and find out anew what is there: another writer may have made
    the same row in the same moment, or hold one of two rows and want the other.
    """
    for _attempt in range(1, ATTEMPTS):
        try:
            return call()
        except DatabaseError as error:
            if not has_met_another(error):
                raise
    return call()


def has_met_another(error: DatabaseError) -> bool:
    """Whether the transaction was taken back because of another one, and nothing else is wrong."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") in _MET
