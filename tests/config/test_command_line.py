"""The `zhike` command where the machine around it is not as it should be: one sentence, an exit code, no trace."""

import subprocess
from pathlib import Path

import pytest

from tests.serving import command, environment


def run(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        env=environment(home) | {"LANGUAGE": "en"} | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert done.returncode == 0, done.stderr
    assert {"import", "night", "serve", "due"} <= {line.split()[0] for line in done.stdout.splitlines() if line.strip()}


def test_no_command_and_an_unknown_one_are_wrong_calls(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 2
    assert run(tmp_path, "import-everything").returncode == 2


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://somebody@host/name", "DATABASE_URL cannot be read"),
        ("postgresql://somebody@host:port/name", "DATABASE_URL cannot be read"),
        ("postgresql://somebody@127.0.0.1:1/name", "The database cannot be reached"),
        ("sqlite:////nowhere/to/be/found.sqlite3", "The database cannot be reached"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path, url: str, sentence: str) -> None:
    done = run(tmp_path, "customers", DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("customers",), ("serve", "--port", "0")])
def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "a file").touch()
    done = run(tmp_path, *words, ZHIKE_HOME=str(tmp_path / "a file"))
    assert done.returncode == 1
    assert "Set ZHIKE_HOME" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_empty_master_key_is_not_taken_for_a_key(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "master.key").touch()
    done = run(tmp_path, "customers")
    assert done.returncode == 1
    assert "is empty" in done.stderr


def test_keys_inside_the_data_are_refused(tmp_path: Path) -> None:
    for keys in (tmp_path / "data" / "keys", tmp_path / "data"):
        done = run(tmp_path, "customers", ZHIKE_HOME=str(tmp_path / "data"), ZHIKE_KEYS=str(keys))
        assert done.returncode == 1
        assert "Set ZHIKE_KEYS to a folder outside" in done.stderr
        assert not (tmp_path / "data" / "keys").exists()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    assert run(tmp_path, "prepare").returncode == 0
    key = tmp_path / "keys" / "master.key"
    key.chmod(mode)
    done = run(tmp_path, "customers")
    assert done.returncode == 1
    assert f"run chmod 600 {key}" in done.stderr
    key.chmod(0o400)
    assert run(tmp_path, "customers").returncode == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "tomorrow"])
@pytest.mark.parametrize("words", [("night", "--as-of"), ("customers", "--as-of"), ("commitments", "--due-by")])
def test_a_day_that_is_none_is_a_wrong_call(tmp_path: Path, words: tuple[str, ...], day: str) -> None:
    done = run(tmp_path, *words, day)
    assert done.returncode == 2
    assert f"{day!r} is not a day such as 2026-03-16" in done.stderr


def test_a_check_of_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "check")
    assert done.returncode == 1
    assert "✗ database reachable and up to date: it is empty; run `zhike serve`, or `zhike init`" in done.stdout
    assert "no such table" not in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1


def test_a_night_that_has_not_come_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "prepare").returncode == 0
    done = run(tmp_path, "night", "--as-of", "2099-01-01")
    assert done.returncode == 1
    assert done.stderr.startswith("zhike night: 2099-01-01 has not come yet: give a day up to today")
    assert run(tmp_path, "customers", "--csv").stdout.startswith("number,external_id,name,owner,recency_days,")


def test_a_home_whose_lock_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "serve.lock").mkdir(parents=True)
    done = run(tmp_path, "serve", "--port", "0")
    assert done.returncode == 1
    assert "serve.lock cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_columnar_copy_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    assert run(tmp_path, "prepare").returncode == 0
    (tmp_path / "data" / "warehouse").touch()
    done = run(tmp_path, "customers")
    assert done.returncode == 1
    assert "cannot be read or written" in done.stderr
    assert done.stderr.count("\n") == 1
