"""Without the right master key nothing starts, and one sentence says so; with it keys are changed, killed or not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation, ready

PEOPLE = 400
DYING = """
import os, signal, django
django.setup()
from zhike.kernel import clock
from zhike.kernel.vault import rotation
rotation.rotate(now=clock.now(), tell=lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: object) -> Installation:
    """An installation with people in it."""
    folder = tmp_path_factory.mktemp("keys")
    made = ready(folder / "kept")
    (folder / "customers.csv").write_text("客户名称,外部编号\n海潮贸易有限公司,H1\n", encoding="utf-8")
    rows = (f"H1,人{number},138{number:08}\n" for number in range(PEOPLE))
    (folder / "contacts.csv").write_text("客户编号,姓名,手机\n" + "".join(rows), encoding="utf-8")
    for kind in ("customers", "contacts"):
        made.run("import", kind, str(folder / f"{kind}.csv"))
    return made


@pytest.fixture
def installation(kept: Installation, tmp_path: Path) -> Installation:
    return kept.copy(tmp_path / "installation")


def refused(installation: Installation, *words: str) -> str:
    """The one sentence with which a command gives up."""
    process = installation.zhike(*words)
    out, errors = process.communicate(timeout=300)
    assert (process.returncode, out) == (1, "")
    assert errors.count("\n") == 1, errors
    return errors


def keys(installation: Installation) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(installation.run("keys", "status", "--json"))
    return found


@pytest.mark.parametrize("words", [("prepare",), ("customers",), ("serve", "--port", "0")])
def test_a_lost_key_is_never_replaced_by_a_new_one(installation: Installation, words: tuple[str, ...]) -> None:
    key = installation.folder / "keys" / "master.key"
    there = key.read_text()
    key.unlink()
    assert "put the key back" in refused(installation, *words)
    assert not key.exists()
    key.touch(0o600)
    key.write_text(there)
    assert "1" in installation.run("customers")


@pytest.mark.parametrize("words", [("prepare",), ("customers",), ("keys", "rotate")])
def test_another_installations_key_is_refused(installation: Installation, words: tuple[str, ...]) -> None:
    key = installation.folder / "keys" / "master.key"
    there = key.read_text()
    key.write_text("the key of another installation, which is long enough")
    assert "does not belong to this database" in refused(installation, *words)
    key.write_text(there)
    assert "1" in installation.run("customers")


def test_a_rotation_that_was_killed_is_carried_on(installation: Installation) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "zhike.config.settings"}
    died = subprocess.run(
        [sys.executable, "-c", DYING], env=installation.environment | settings, check=False, timeout=120
    )
    assert died.returncode == -signal.SIGKILL
    made = len(keys(installation))
    installation.run("keys", "rotate")
    found = keys(installation)
    assert len(found) == made
    assert [each for each in found if each["superseded_at"] and each["values"] and not each["retired_at"]] == []
    sealed = {each["purpose"]: each["values"] for each in found if not each["superseded_at"]}
    assert sealed["customers"] == 2 * PEOPLE


def test_the_master_key_is_changed_also_after_a_kill_in_between(installation: Installation) -> None:
    folder = installation.folder / "keys"
    first = (folder / "master.key").read_text()
    (folder / "master.key.next").touch(0o600)
    (folder / "master.key.next").write_text("what a killed change has left behind")
    assert "1" in installation.run("customers")
    installation.run("keys", "rotate", "--master")
    assert [each.name for each in folder.iterdir()] == ["master.key"]
    assert (folder / "master.key").read_text() == "what a killed change has left behind"
    installation.run("keys", "rotate", "--master")
    assert len(keys(installation)) > 1
    (folder / "master.key").write_text(first)
    assert "does not belong to this database" in refused(installation, "customers")
