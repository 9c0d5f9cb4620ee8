"""Is the trail what was written? Every mac, every seal, and every row that ought to be there or ought not."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from zhike.kernel.models import Activity, Seal, UnsealedActivity
from zhike.kernel.trail import chain
from zhike.kernel.trail.guard import KEPT_BY_LAW, missing

MOST_FINDINGS: Final = 100
SEALED_WITHIN: Final = timedelta(minutes=15)
"""How old a line may be without a seal; older ones say that no worker runs."""
_AT_ONCE: Final = 2000
_SEALS_AT_A_GLANCE: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: what (see `WHAT`), and the number of the line or of the seal."""

    what: str
    number: int


WHAT: Final = {
    "changed": "line {number} was changed, copied or made up",
    "missing": "line {number} is missing",
    "not sealed": "line {number} stands in no seal: it was made up, or its seal was taken away",
    "seal": "seal {number} was changed, or the rows that it ties together were",
    "break": "seal {number} does not follow the one before it",
    "trimmed": "seal {number} has lost its lines in another way than by retention",
    "head": "the chain does not hold seal {number} as it was noted",
    "no head": "the head of the chain is not where it was noted, or was not written by Zhike",
}


@dataclass(kw_only=True)
class Verification:
    """What was looked at and found: counts of seals and lines, the head of the chain, the first findings in order.

    `late` of the `unsealed` lines have waited longer than they should: they are vouched for, but no worker seals them.
    """

    seals: int = 0
    lines: int = 0
    unsealed: int = 0
    late: int = 0
    trimmed_before: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.findings

    def found(self, what: str, number: int) -> None:
        """Note a finding, unless there are plenty."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(what, number))

    def sentences(self) -> list[str]:
        """The findings in words."""
        return [WHAT[finding.what].format(number=finding.number) for finding in self.findings]


def head_text(seal: Seal | None) -> str:
    """The head of the chain in one word, as `417:9f…`, to be kept elsewhere."""
    return f"{seal.number}:{bytes(seal.hash).hex()}" if seal else "0:"


def verify(*, now: datetime, noted_head: str = "") -> Verification:
    """Go through the whole chain and all lines. `noted_head` is a head kept elsewhere that must still be in it.

    Safe beside writers, sealing and retention: what moves on meanwhile is no finding.
    """
    result = Verification()
    covered: list[tuple[int, int]] = []
    _verify_seals(result, covered)
    _verify_the_rest(result, covered, now)
    _verify_head(result, noted_head)
    return result


def glance(*, noted_head: str = "") -> list[str]:
    """What is wrong at first sight, in sentences: the guard, the last seals, the head. Cheap however long the trail."""
    result = Verification()
    last = list(Seal.objects.order_by("-number")[:_SEALS_AT_A_GLANCE])
    for seal in last:
        if not hmac.compare_digest(chain.seal_hash(seal), bytes(seal.hash)):
            result.found("seal", seal.number)
        elif seal.trimmed_at is None:
            _verify_rows(result, seal)
    _verify_head(result, noted_head)
    gone = missing()
    return [*(["the database's guard is down: " + ", ".join(gone)] if gone else []), *result.sentences()]


def _verify_head(result: Verification, noted_head: str) -> None:
    if noted_head and not holds(noted_head):
        number = noted_head.partition(":")[0]
        result.found("head", int(number)) if number.isdecimal() else result.found("no head", 0)


def _verify_seals(result: Verification, covered: list[tuple[int, int]]) -> None:
    previous: Seal | None = None
    for seal in Seal.objects.order_by("number").iterator(chunk_size=500):
        result.seals += 1
        if not _follows(seal, previous):
            result.found("break", seal.number)
        if not hmac.compare_digest(chain.seal_hash(seal), bytes(seal.hash)):
            result.found("seal", seal.number)
        covered += _ranges(seal)
        if seal.trimmed_at is None:
            _verify_rows(result, seal)
        else:
            result.trimmed_before = seal.number
            if not _is_rightly_trimmed(seal, previous):
                result.found("trimmed", seal.number)
        previous = seal
    result.head = head_text(previous)


def _follows(seal: Seal, previous: Seal | None) -> bool:
    if previous is None:
        # The first one that is left: the very first, or a checkpoint, whose proof stands for what was before it.
        is_first = seal.number == 1 and bytes(seal.previous) == chain.GENESIS
        return is_first or seal.trimmed_at is not None
    return seal.number == previous.number + 1 and bytes(seal.previous) == bytes(previous.hash)


def _is_rightly_trimmed(seal: Seal, previous: Seal | None) -> bool:
    at = seal.trimmed_at
    if at is None or (previous is not None and previous.trimmed_at is None):
        return False
    is_proven = hmac.compare_digest(chain.trim_proof(seal, at), bytes(seal.trim_proof or b""))
    return is_proven and seal.newest_at <= at - timedelta(days=KEPT_BY_LAW)


def _verify_rows(result: Verification, seal: Seal) -> None:
    """Each row of a seal for itself, and all of them against the seal's digest."""
    numbers = list(chain.numbers_in(_ranges(seal)))
    rows = {row["id"]: row for row in _rows(numbers)}
    if len(rows) < len(numbers) and _has_been_trimmed(seal):
        return
    was_sound = len(result.findings)
    for number in numbers:
        _verify_row(result, number, rows.get(number))
    result.lines += len(rows)
    macs = ((number, bytes(rows[number]["mac"])) for number in numbers if number in rows)
    if len(result.findings) == was_sound and chain.rows_digest(macs) != bytes(seal.digest):
        result.found("seal", seal.number)


def _verify_row(result: Verification, number: int, row: dict[str, Any] | None) -> None:
    if row is None:
        result.found("missing", number)
    elif not hmac.compare_digest(chain.mac(chain.content_of(row)), bytes(row["mac"])):
        result.found("changed", number)


def _verify_the_rest(result: Verification, covered: list[tuple[int, int]], now: datetime) -> None:
    """What no seal covered when they were read: lines that wait for theirs, or that ought not to be there."""
    outside = _outside(Activity.objects.order_by("pk").values_list("pk", flat=True), covered)
    # In this order: what was sealed in between has left the first before it stands in the second.
    waiting = set(UnsealedActivity.objects.values_list("pk", flat=True))
    newer = Seal.objects.filter(number__gt=int(result.head.partition(":")[0]))
    since = {number for seal in newer for number in chain.numbers_in(_ranges(seal))}
    numbers = sorted(set(outside) | waiting)
    for some in (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)):
        rows = {row["id"]: row for row in _rows(some)}
        result.lines += len(rows)
        for number in some:
            row = rows.get(number)
            _verify_row(result, number, row)
            if number in waiting:
                result.unsealed += 1
                result.late += row is not None and row["at"] < now - SEALED_WITHIN
            elif number not in since:
                result.found("not sealed", number)


def holds(noted_head: str) -> bool:
    """Whether the chain still has the seal that was its head once, or has let go of it with what was before."""
    number, _colon, text = noted_head.partition(":")
    if not number.isdecimal():
        return False
    if not int(number):
        return True
    kept = Seal.objects.filter(number=int(number)).first()
    if kept is None:
        return Seal.objects.filter(number__gt=int(number), trimmed_at__isnull=False).exists()
    return bytes(kept.hash).hex() == text


def _outside(numbers: Iterable[int], covered: list[tuple[int, int]]) -> Iterator[int]:
    """The ascending numbers that lie in none of the ranges."""
    ranges = iter(sorted(covered))
    first, last = next(ranges, (0, -1))
    for number in numbers:
        while last < number and (following := next(ranges, None)):
            first, last = following
        if not first <= number <= last:
            yield number


def _rows(numbers: list[int]) -> list[dict[str, Any]]:
    return list(Activity.objects.filter(pk__in=numbers).values(*chain.CONTENT, "mac"))


def _ranges(seal: Seal) -> list[tuple[int, int]]:
    """The ranges of a seal, or none where they cannot be what was written: nobody is led through a million numbers."""
    try:
        found = chain.read_ranges(seal.ranges)
    except ValueError:
        return []
    return found if sum(last - first + 1 for first, last in found) == seal.count <= chain.ROWS_A_SEAL else []


def _has_been_trimmed(seal: Seal) -> bool:
    return (
        Seal.objects.filter(pk=seal.pk, trimmed_at__isnull=False).exists()
        or not Seal.objects.filter(pk=seal.pk).exists()
    )
