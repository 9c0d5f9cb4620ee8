"""`zhike audit`: what an operator is told about the trail, and with which exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from tests.cast import NOW, Cast
from zhike.flows import auditing
from zhike.kernel import clock, trail
from zhike.kernel.models import Activity, Seal
from zhike.kernel.trail.guard import lowered


@pytest.fixture(autouse=True)
def _own_notes(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    settings.ZHIKE_TRAIL = tmp_path / "trail"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("audit", *words, stdout=out)
    return out.getvalue()


def write(cast: Cast, count: int = 3) -> list[int]:
    rows = [
        trail.record(verb="changed", kind="customer", object_id=cast.tide.pk, actor=cast.sun, now=clock.now())
        for _each in range(count)
    ]
    return [row.pk for row in rows]


def test_a_sound_trail_is_told_so_and_ends_well(cast: Cast) -> None:
    write(cast)
    assert "3 lines sealed" in run("seal")
    assert "Nothing was changed, removed, added or moved." in run("verify")
    report = json.loads(run("verify", "--json"))
    assert (report["sound"], report["lines"], report["seals"], report["findings"]) == (True, 3, 1, [])
    assert run("head").strip() == report["head"] == trail.noted_head()


def test_a_line_that_was_touched_is_named_and_the_command_fails(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    _first, second, _third = write(cast)
    run("seal")
    with lowered(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_activity SET actor_id = %s WHERE id = %s", [cast.wang.pk, second])
    with pytest.raises(CommandError, match=rf"line {second} was changed") as failed:
        run("verify")
    assert failed.value.returncode == 1
    with pytest.raises(CommandError):
        call_command("audit", "verify", "--json")
    assert json.loads(capsys.readouterr().out)["findings"][0] == {
        "what": "changed",
        "number": second,
        "sentence": f"line {second} was changed, copied or made up",
    }


def test_an_end_that_was_cut_off_is_missed_until_somebody_accepts_it_with_a_reason(cast: Cast) -> None:
    write(cast)
    run("seal")
    write(cast)
    run("seal")
    with lowered(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_activity WHERE id > (SELECT MAX(last_id) FROM kernel_seal WHERE number = 1)")
        cursor.execute("DELETE FROM kernel_seal WHERE number = 2")
    write(cast)
    run("seal")
    with pytest.raises(CommandError, match="does not hold seal 2 as it was noted"):
        run("verify")
    run("accept", "--reason", "备份恢复")
    assert "Nothing was changed" in run("verify")
    line = Activity.objects.get(verb="accepted")
    assert trail.typed_words([line]) == {line.pk: "备份恢复"}


def test_an_export_holds_every_line_wants_a_reason_and_leaves_one_itself(cast: Cast, tmp_path: Path) -> None:
    numbers = write(cast)
    file = tmp_path / "trail.jsonl"
    with pytest.raises(CommandError, match="--reason"):
        run("export", str(file))
    assert "3 lines were written" in run("export", str(file), "--reason", "年度检查")
    head, *lines = [json.loads(text) for text in file.read_text().splitlines()]
    assert head["head"] == trail.head_text(trail.head())
    assert [line["number"] for line in lines] == numbers
    assert lines[0]["person"] == cast.sun.email
    assert file.stat().st_mode & 0o777 == 0o600
    line = Activity.objects.get(verb="exported")
    assert trail.typed_words([line]) == {line.pk: "年度检查"}


def test_who_looked_at_what_reaches_the_trail_once(cast: Cast) -> None:
    for _each in range(3):
        trail.record_access(
            kind="customer", object_id=cast.tide.pk, customer_id=cast.tide.pk, actor=cast.sun, now=clock.now()
        )
    trail.record_access(kind="contact", actor=cast.sun, now=clock.now(), rows=30, note="q=王\0")
    assert not Activity.objects.exists()
    assert auditing.collect(now=clock.now()) == 4
    assert auditing.collect(now=clock.now()) == 0
    seen: Any = Activity.objects.order_by("pk").values_list("verb", "kind", "object_id", "changes", "note")
    assert seen[0] == ("viewed", "customer", cast.tide.pk, {}, "")
    assert seen[3] == ("viewed", "contact", 0, {"rows": [None, 30]}, "q=王")
    assert trail.verify(now=clock.now()).is_sound


def test_a_note_that_somebody_else_has_written_never_reaches_the_trail(cast: Cast, settings: LazySettings) -> None:
    trail.record_access(kind="customer", object_id=cast.tide.pk, actor=cast.sun, now=clock.now())
    [file] = settings.ZHIKE_TRAIL.glob("*.views")
    own = file.read_bytes()
    forged = json.dumps([NOW.isoformat(), cast.zhao.pk, "customer", cast.tide.pk, None, {}, "", ""])
    proof = own.split(b" ")[0].decode()
    changed = own.replace(b'"customer"', b'"contact"').decode()
    (settings.ZHIKE_TRAIL / "x.views").write_text(f"{forged}\n{proof} {forged}\n{changed}")
    assert auditing.collect(now=clock.now()) == 1
    assert Activity.objects.get().actor == cast.sun


def test_a_chain_cut_off_together_with_the_head_beside_it_is_missed_by_the_head_by_the_keys(
    cast: Cast, settings: LazySettings
) -> None:
    write(cast)
    run("seal")
    head = settings.ZHIKE_TRAIL / "head"
    older = head.read_bytes()
    write(cast)
    run("seal")
    with lowered(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_activity WHERE id > (SELECT MAX(last_id) FROM kernel_seal WHERE number = 1)")
        cursor.execute("DELETE FROM kernel_seal WHERE number = 2")
    head.unlink()
    with pytest.raises(CommandError, match="the head of the chain is not where it was noted"):
        run("verify")
    for left in (b"1:00 00", older):
        head.write_bytes(left)
        write(cast)
        run("seal")
        with pytest.raises(CommandError, match="not what was written"):
            run("verify")
    run("accept", "--reason", "备份恢复")
    assert "Nothing was changed" in run("verify")


def test_a_chain_whose_head_is_kept_nowhere_any_more_is_not_called_sound(
    cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    write(cast)
    run("seal")
    for file in (settings.ZHIKE_TRAIL / "head", tmp_path / "keys" / "trail.head"):
        file.unlink()
    write(cast)
    run("seal")
    with pytest.raises(CommandError, match="the head of the chain is not where it was noted"):
        run("verify")


def test_notes_that_a_killed_worker_has_taken_are_not_lost(cast: Cast, settings: LazySettings) -> None:
    trail.record_access(kind="customer", object_id=1, actor=cast.sun, now=clock.now())
    [file] = settings.ZHIKE_TRAIL.glob("*.views")
    file.rename(file.with_name("elsewhere-1-1.taken"))
    trail.record_access(kind="customer", object_id=2, actor=cast.sun, now=clock.now())
    file.open("a").write("{half a li")
    assert auditing.collect(now=clock.now()) == 2


def test_a_checked_installation_says_that_the_guard_is_down(cast: Cast) -> None:
    write(cast)
    run("seal")
    assert trail.glance(noted_head=trail.noted_head()) == []
    with lowered(connection):
        assert "the database's guard is down" in trail.glance()[0]
        Seal.objects.filter(number=1).update(count=2)
        assert "seal 1 was changed" in trail.glance()[1]
