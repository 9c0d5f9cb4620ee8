"""The trail can be added to and nothing else; whoever changes it behind the program's back is found out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from zhike.kernel import clock, trail
from zhike.kernel.models import Activity, ActivityValues, AppendOnlyError, Seal, UnsealedActivity
from zhike.kernel.trail import chain
from zhike.kernel.trail.guard import lower_guard, lowered, missing, raise_guard
from zhike.kernel.trail.verifying import SEALED_WITHIN

LONG_AGO = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


def lines(count: int, *, at: datetime = NOW) -> None:
    trail.record_many(
        [(number, number, {"region": ["", f"上海 {number}"]}) for number in range(1, count + 1)],
        verb="changed",
        kind="customer",
        actor=None,
        now=at,
    )


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, and the guard is down: somebody with the database in hand."""
    with transaction.atomic():
        lower_guard(connection)
        yield
        transaction.set_rollback(True)


def findings() -> list[tuple[str, int]]:
    return [(finding.what, finding.number) for finding in trail.verify(now=SOON).findings]


@pytest.mark.django_db
def test_lines_are_neither_changed_nor_deleted_through_the_orm(cast: Cast) -> None:
    line = trail.record(verb="changed", kind="customer", object_id=1, actor=cast.li, now=NOW)
    for attempt in (
        line.save,
        line.delete,
        Activity.objects.all().delete,
        lambda: Activity.objects.update(note="?"),
        lambda: Activity.objects.bulk_update([line], ["note"]),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert Activity.objects.get() == line


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_activity SET note = 'nothing to see'",
        "UPDATE kernel_activity SET at = '2020-01-01 00:00:00'",
        "DELETE FROM kernel_activity",
        "UPDATE kernel_seal SET count = 0",
        "UPDATE kernel_seal SET hash = digest",
        "DELETE FROM kernel_seal",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(statement: str) -> None:
    lines(3, at=clock.now())
    trail.seal_rows(now=clock.now())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(statement)
    assert trail.verify(now=clock.now()).is_sound


@pytest.mark.django_db
def test_not_even_a_trimmed_seal_lets_lines_go_before_the_law_does() -> None:
    lines(3, at=clock.now())
    trail.seal_rows(now=clock.now())
    run("UPDATE kernel_seal SET trimmed_at = at")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run("DELETE FROM kernel_activity")


@pytest.mark.django_db
def test_the_guard_is_missed_where_it_is_down() -> None:
    assert not missing()
    with lowered(connection):
        assert "kernel_activity_no_update" in missing()
    assert not missing()
    raise_guard(connection)


@pytest.mark.django_db
def test_a_sound_trail_is_sound_sealed_or_not(cast: Cast) -> None:
    lines(5)
    trail.seal_rows(now=NOW)
    trail.record(verb="changed", kind="contact", object_id=7, actor=cast.li, now=NOW, changes={"x": [1.0, 0.25]})
    found = trail.verify(now=SOON)
    assert (found.is_sound, found.seals, found.lines, found.unsealed) == (True, 1, 6, 1)
    assert trail.seal_rows(now=SOON) == 1
    assert trail.seal_rows(now=SOON) == 0
    assert (trail.verify(now=SOON).seals, trail.verify(now=SOON).unsealed) == (2, 0)


@pytest.mark.django_db
def test_many_lines_take_several_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "ROWS_A_SEAL", 7)
    lines(30)
    assert trail.seal_rows(now=NOW) == 30
    assert (Seal.objects.count(), trail.verify(now=SOON).lines) == (5, 30)
    assert not findings()


@pytest.mark.django_db
def test_a_line_that_commits_late_is_sealed_late() -> None:
    """Numbers are given out before their transactions end, so that a smaller one may appear after a greater one."""
    lines(3)
    number = UnsealedActivity.objects.order_by("pk")[1].pk
    line = Activity.objects.get(pk=number)
    with lowered(connection):
        run("DELETE FROM kernel_activity WHERE id = %s", number)
    UnsealedActivity.objects.filter(pk=number).delete()
    trail.seal_rows(now=NOW)
    UnsealedActivity(pk=number).save(force_insert=True)
    line._state.adding = True
    line.save(force_insert=True)
    assert not findings()
    trail.seal_rows(now=NOW)
    assert not findings()
    assert [seal.ranges.count("-") for seal in Seal.objects.order_by("pk")] == [2, 1]


@pytest.mark.django_db
def test_a_line_that_waits_too_long_for_its_seal_is_reported() -> None:
    lines(1)
    assert trail.verify(now=NOW + SEALED_WITHIN).late == 0
    assert trail.verify(now=NOW + SEALED_WITHIN + timedelta(seconds=1)).late == 1


def _change(number: int, draw: random.Random) -> None:
    column, value = draw.choice(
        [
            ("note", "x"),
            ("verb", "viewed"),
            ("kind", "order"),
            ("object_id", 77),
            ("customer_id", None),
            ("at", datetime(2026, 3, 16, 2, 0, 0, 1, tzinfo=UTC)),
            ("changes", '{"region": ["", "北京"]}'),
            ("mac", bytes(16)),
        ]
    )
    run(f"UPDATE kernel_activity SET {column} = %s WHERE id = %s", value, number)


def _delete(number: int, draw: random.Random) -> None:
    run("DELETE FROM kernel_activity WHERE id = %s", number)
    if draw.random() < 0.5:
        run("DELETE FROM kernel_unsealedactivity WHERE id = %s", number)


def _copy(number: int, draw: random.Random) -> None:
    columns = "at, actor_id, verb, kind, object_id, customer_id, changes, note, mac"
    new = chain.take_numbers(1)[0] if draw.random() < 0.5 else number + 1000
    run(f"INSERT INTO kernel_activity (id, {columns}) SELECT {new}, {columns} FROM kernel_activity WHERE id = {number}")


def _swap(number: int, draw: random.Random) -> None:
    other = draw.choice([pk for pk in Activity.objects.values_list("pk", flat=True) if pk != number])
    for old, new in ((number, -1), (other, number), (-1, other)):
        run("UPDATE kernel_activity SET id = %s WHERE id = %s", new, old)


TAMPERING: tuple[Callable[[int, random.Random], None], ...] = (_change, _delete, _copy, _swap)


@pytest.mark.django_db
def test_of_a_thousand_random_attempts_on_the_trail_every_one_is_found() -> None:
    lines(40)
    trail.seal_rows(now=NOW)
    lines(20)
    trail.seal_rows(now=NOW)
    numbers = list(Activity.objects.values_list("pk", flat=True))
    draw = random.Random(20260316)
    unnoticed = []
    for attempt in range(1000):
        number, tamper = draw.choice(numbers), draw.choice(TAMPERING)
        with undone():
            tamper(number, draw)
            if trail.verify(now=SOON).is_sound:
                unnoticed.append((attempt, tamper.__name__, number))
    assert not unnoticed
    assert not findings()


@pytest.mark.django_db
@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "unsealed"])
def test_the_first_line_that_was_touched_is_named(is_sealed: bool) -> None:
    lines(10)
    if is_sealed:
        trail.seal_rows(now=NOW)
    third, fifth = Activity.objects.order_by("pk")[2].pk, Activity.objects.order_by("pk")[4].pk
    with undone():
        run("UPDATE kernel_activity SET note = 'x' WHERE id IN (%s, %s)", third, fifth)
        assert findings() == [("changed", third), ("changed", fifth)]
    with undone():
        run("DELETE FROM kernel_activity WHERE id = %s", third)
        assert findings() == [("missing", third)]
    with undone():
        chain_free = fifth + 500
        run(
            "INSERT INTO kernel_activity (id, at, verb, kind, object_id, changes, note, mac)"
            " VALUES (%s, %s, 'changed', 'order', 1, '{}', '', %s)",
            chain_free,
            NOW,
            bytes(16),
        )
        assert findings() == [("changed", chain_free), ("not sealed", chain_free)]


SEAL_COLUMNS = ("number", "at", "previous", "ranges", "count", "last_id", "newest_at", "digest", "hash")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_changed_in_a_seal_is_found(db: None, data: st.DataObject) -> None:
    with transaction.atomic():
        for _each in range(3):
            lines(4)
            trail.seal_rows(now=NOW)
        seal = data.draw(st.sampled_from(list(Seal.objects.order_by("pk"))))
        column = data.draw(st.sampled_from(SEAL_COLUMNS))
        old = getattr(seal, column)
        with undone():
            if isinstance(old, datetime):
                new: Any = old + timedelta(microseconds=data.draw(st.integers(1, 10**9)))
            elif isinstance(old, int):
                new = old + data.draw(st.integers(100, 10**6))
            elif isinstance(old, str):
                new = data.draw(st.sampled_from(["", "1-999999999", "x", "1-2,3-4", old + ",90-90"]))
            else:
                new = data.draw(st.binary(min_size=32, max_size=32).filter(lambda each: each != bytes(old)))
            run(f"UPDATE kernel_seal SET {column} = %s WHERE number = %s", new, seal.number)
            assert findings()
        with undone():
            run("DELETE FROM kernel_seal WHERE number = %s", seal.number)
            assert findings()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_cut_off_the_end_is_missed_by_the_head_that_was_noted() -> None:
    lines(4)
    trail.seal_rows(now=NOW)
    lines(4)
    trail.seal_rows(now=NOW)
    noted = trail.head_text(trail.head())
    with undone():
        last = Seal.objects.get(number=2)
        [(first_id, last_id)] = chain.read_ranges(last.ranges)
        run("DELETE FROM kernel_activity WHERE id BETWEEN %s AND %s", first_id, last_id)
        run("DELETE FROM kernel_seal WHERE number = 2")
        assert trail.verify(now=SOON).is_sound
        assert [each.what for each in trail.verify(now=SOON, noted_head=noted).findings] == ["head"]
    assert trail.verify(now=SOON, noted_head=noted).is_sound


@pytest.mark.django_db
def test_lines_go_when_their_time_is_over_and_the_chain_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "ROWS_A_SEAL", 3)
    lines(9, at=LONG_AGO)
    trail.seal_rows(now=LONG_AGO)
    noted = trail.head_text(trail.head())
    lines(2, at=clock.now())
    trail.seal_rows(now=clock.now())
    assert trail.trim(now=clock.now()) == 9
    assert trail.trim(now=clock.now()) == 0
    found = trail.verify(now=clock.now(), noted_head=noted)
    assert (found.findings, found.lines, found.trimmed_before) == ([], 3, 3)
    assert sorted(Seal.objects.values_list("number", flat=True)) == [3, 4]
    assert Activity.objects.get(verb="trimmed").changes == {"seals": [1, 3], "lines": [9, 0]}


@pytest.mark.django_db
def test_lines_that_went_otherwise_than_by_retention_are_missed() -> None:
    lines(4, at=LONG_AGO)
    trail.seal_rows(now=LONG_AGO)
    with undone():
        run("UPDATE kernel_seal SET trimmed_at = %s, trim_proof = hash", clock.now())
        run("DELETE FROM kernel_activity")
        assert [what for what, _number in findings()] == ["trimmed"]


@pytest.mark.django_db
def test_personal_values_stand_in_a_line_masked_and_beside_it_encrypted(cast: Cast) -> None:
    line = trail.record(
        verb="changed",
        kind="contact",
        object_id=1,
        actor=cast.li,
        now=NOW,
        changes={"phone": ["13812345678", "13900001111"], "title": ["", "厂长"]},
    )
    trail.record_many(
        [(2, 5, {"name": [None, "欧阳静"], "wechat": ["", "ouyang"]})],
        verb="imported",
        kind="contact",
        actor=None,
        now=NOW,
    )
    rows = list(Activity.objects.order_by("pk"))
    assert rows[0].changes == {"phone": ["138****5678", "139****1111"], "title": ["", "厂长"]}
    assert rows[1].changes == {"name": [None, "欧**"], "wechat": ["", "o***"]}
    assert trail.whole_changes(rows) == {
        line.pk: {"phone": ["13812345678", "13900001111"], "title": ["", "厂长"]},
        rows[1].pk: {"name": [None, "欧阳静"], "wechat": ["", "ouyang"]},
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM kernel_activityvalues")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert not any(word in kept for word in ("13812345678", "欧阳静", "ouyang"))
    trail.seal_rows(now=NOW)
    ActivityValues.objects.all().delete()
    assert not findings()
    assert trail.whole_changes(rows)[line.pk]["phone"] == ["138****5678", "139****1111"]
