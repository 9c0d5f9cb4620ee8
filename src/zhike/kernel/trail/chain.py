"""What makes the trail hard to falsify: a mac in each row, and seals that tie the rows to each other.

A row's mac is over its number and content, under a key that is not in the database, from the moment it is written: rows
that were changed, copied or made up are known by it. Rows that are gone are known by the seals, which a job of the
worker makes of committed rows, so that writers neither wait for each other nor for a common head.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from zhike.kernel.models import Seal, UnsealedActivity
from zhike.kernel.vault import fixed_key

MAC_LENGTH: Final = 16
NO_MAC: Final = bytes(MAC_LENGTH)
"""What stands in a seal for a row that was gone before it could be sealed."""
GENESIS: Final = bytes(32)
"""The hash before the first seal."""
ROWS_A_SEAL: Final = 2000
CONTENT: Final = ("id", "at", "actor_id", "verb", "kind", "object_id", "customer_id", "changes", "note")
"""The columns that a row's mac is over, in their order."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def mac(content: Iterable[Any]) -> bytes:
    """The mac of one row from its values in the order of CONTENT."""
    number, at, *rest = content
    text = _encode([number, (at - _EPOCH) // _MICROSECOND, *rest])
    return hmac.digest(_key(), text.encode(), "sha256")[:MAC_LENGTH]


def rows_digest(rows: Iterable[tuple[int, bytes]]) -> bytes:
    """The digest of the rows of a seal from their numbers and macs, in the order of the numbers."""
    return hashlib.sha256(b"".join(number.to_bytes(8) + mac for number, mac in rows)).digest()


def seal_hash(seal: Seal) -> bytes:
    """The hash of a seal, from everything in it but the hash and what is known of its trimming."""
    text = (
        f"{seal.number}\n{_micros(seal.at)}\n{seal.ranges}\n{seal.count}\n{seal.last_id}\n{_micros(seal.newest_at)}\n"
    )
    return hmac.digest(_key(), b"seal\n" + text.encode() + bytes(seal.previous) + bytes(seal.digest), "sha256")


def trim_proof(seal: Seal, trimmed_at: datetime) -> bytes:
    """What shows that the rows of a seal went by retention and not otherwise."""
    text = f"trimmed\n{seal.number}\n{_micros(trimmed_at)}\n".encode()
    return hmac.digest(_key(), text + bytes(seal.hash), "sha256")


def head() -> Seal | None:
    """The last seal: its number and hash, kept elsewhere, show later that nothing was cut off the end."""
    return Seal.objects.order_by("-number").first()


def seal_rows(*, now: datetime) -> int:
    """Tie every committed row that no seal covers yet to the chain; returns how many."""
    sealed = 0
    while count := _seal_some(now):
        sealed += count
        if count < ROWS_A_SEAL:
            break
    return sealed


@transaction.atomic
def _seal_some(now: datetime) -> int:
    last = Seal.objects.select_for_update().order_by("-number").first()
    with connection.cursor() as cursor:
        # Whatever was given a number and committed is here, however late: nothing depends on the order of commits.
        cursor.execute(
            "SELECT u.id, a.mac, a.at FROM kernel_unsealedactivity u LEFT JOIN kernel_activity a ON a.id = u.id"
            " ORDER BY u.id LIMIT %s",
            [ROWS_A_SEAL],
        )
        found = cursor.fetchall()
    if not found:
        return 0
    ids = [row[0] for row in found]
    seal = Seal(
        number=last.number + 1 if last else 1,
        at=now,
        previous=bytes(last.hash) if last else GENESIS,
        ranges=ranges_of(ids),
        count=len(ids),
        last_id=ids[-1],
        newest_at=max((_moment(row[2]) for row in found if row[2] is not None), default=now),
        digest=rows_digest((number, bytes(mac) if mac is not None else NO_MAC) for number, mac, _at in found),
    )
    seal.hash = seal_hash(seal)
    seal.save(force_insert=True)
    UnsealedActivity.objects.filter(pk__in=ids).delete()
    return len(ids)


def take_numbers(count: int) -> list[int]:
    """Numbers for rows of the trail that are about to be written, in this transaction."""
    with connection.cursor() as cursor:
        if count == 1:
            cursor.execute("INSERT INTO kernel_unsealedactivity DEFAULT VALUES RETURNING id")
            return [cursor.fetchone()[0]]
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO kernel_unsealedactivity"
                " SELECT nextval(pg_get_serial_sequence('kernel_unsealedactivity', 'id')) FROM generate_series(1, %s)"
                " RETURNING id",
                [count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute(
            "INSERT INTO kernel_unsealedactivity (id) WITH RECURSIVE row(n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < %s) SELECT NULL FROM row",
            [count],
        )
        cursor.execute("SELECT last_insert_rowid()")
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def ranges_of(ids: Iterable[int]) -> str:
    """Ascending numbers as `1-700,702-1000`."""
    ranges: list[list[int]] = []
    for number in ids:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(f"{first}-{last}" for first, last in ranges)


def read_ranges(text: str) -> list[tuple[int, int]]:
    """The ranges of a seal; raises ValueError where they are no ranges."""
    pairs = (part.partition("-") for part in text.split(","))
    return [(int(first), int(last)) for first, _dash, last in pairs]


def numbers_in(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The numbers that ranges stand for."""
    for first, last in ranges:
        yield from range(first, last + 1)


def content_of(row: Mapping[str, Any]) -> list[Any]:
    """The values that a row's mac is over."""
    return [row[name] for name in CONTENT]


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(value: datetime | str) -> datetime:
    """A time as SQLite or PostgreSQL gives it to a plain query."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _key() -> bytes:
    return fixed_key("trail")
