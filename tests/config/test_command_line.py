"""The `zhike` command where the machine around it is not as it should be: one sentence, an exit code, no trace."""

import json
import os
import signal
import stat
import subprocess
import time
from functools import partial
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


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgres://[bad/x",
        "sqlite://",
        "postgresql://somebody@127.0.0.1:1/name?sslmod=require",
        "sqlite:////tmp/x.sqlite3?mode=ro",
    ],
)
def test_an_address_of_a_database_that_cannot_be_meant_is_one_sentence(tmp_path: Path, url: str) -> None:
    done = run(tmp_path, "customers", DATABASE_URL=url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("zhike: DATABASE_URL ")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("import", "fruit", "x.csv"), "invalid choice: 'fruit'"),
        (("night", "--nonsense"), "unrecognized arguments: --nonsense"),
        (("person", "nonsense"), "nonsense"),
        (("serve", "--port", "99999"), "'99999' is not a whole number from 0 to 65535"),
        (("serve", "--port", "-1"), "--port"),
        (("serve", "--workers", "0"), "'0' is not a whole number from 1 to 64"),
        (("init", "--company", os.fsdecode(b"\xff"), "--admin", "a@b.cn", "--playbook", "b2b-abc"), "“\ufffd”"),
    ],
)
def test_a_wrong_call_is_one_sentence(tmp_path: Path, words: tuple[str, ...], named: str) -> None:
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"zhike {words[0]}: ")
    assert named in done.stderr


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_named(tmp_path: Path, host: str) -> None:
    done = run(tmp_path, "serve", "--host", host, "--port", "0")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"{host} is no address of this machine" in done.stderr


def test_what_is_not_there_to_be_done_is_one_sentence(tmp_path: Path) -> None:
    assert run(tmp_path, "prepare").returncode == 0
    assert stat.S_IMODE((tmp_path / "data" / "zhike.sqlite3").stat().st_mode) == 0o600
    done = run(tmp_path, "job", "99")
    assert (done.returncode, done.stderr) == (1, "zhike job: There is no request 99 in the queue.\n")


def test_a_terminal_of_another_encoding_and_a_name_in_other_bytes_break_nothing(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\xb6\xa9\xb5\xa5.csv")
    file.write_text("客户名称,成立日期\n新潮公司,昨天\n海潮公司,2020-01-01\n", encoding="utf-8")
    assert run(tmp_path, "prepare").returncode == 0
    done = run(tmp_path, "import", "customers", str(file), PYTHONIOENCODING="ascii", LANGUAGE="zh")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert r"\u6628\u5929" in done.stderr
    again = run(tmp_path, "import", "customers", str(file), "--json", PYTHONIOENCODING="ascii")
    assert json.loads(again.stdout)["unchanged"] == 1


def test_a_key_is_not_called_right_where_the_database_is_away(tmp_path: Path) -> None:
    done = run(tmp_path, "check", DATABASE_URL="postgresql://somebody@127.0.0.1:1/name")
    assert "✗ master key opens the database: cannot be told before the database is ready" in done.stdout


def test_an_administrators_address_that_no_column_holds_is_one_sentence(tmp_path: Path) -> None:
    words = ("--company", "远山科技", "--admin", f"{'x' * 300}@b.cn", "--playbook", "b2b-abc")
    done = run(tmp_path, "init", *words)
    assert (done.returncode, done.stderr) == (
        1,
        "zhike init: An e-mail address is at most 254 characters long.\n",
    )


def test_ctrl_c_is_one_sentence_and_says_how_to_go_on(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("客户名称\n" + "".join(f"客户{row}\n" for row in range(300_000)), encoding="utf-8")
    assert run(tmp_path, "prepare").returncode == 0
    running = subprocess.Popen(
        command("import", "customers", str(file)),
        env=environment(tmp_path) | {"LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has them ignore the signal, and so would the program.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    imports = tmp_path / "data" / "imports"
    while not list(imports.glob("*/stage.sqlite3")) and running.poll() is None:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, errors = running.communicate(timeout=60)
    assert (running.returncode, out, errors) == (130, "", "zhike import: Stopped; the same command carries on.\n")
