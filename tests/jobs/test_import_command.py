"""`zhike import`, as scripts call it."""

from __future__ import annotations

import errno
import io
import json
import os
from contextlib import redirect_stderr
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError

from tests.cast import Cast
from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order

GOOD = "订单编号,客户名称,订单日期,金额\nA1,海潮贸易有限公司,2026-03-05,10\n"
BAD = GOOD + "A2,海潮贸易有限公司,昨天,10\n"


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.ZHIKE_UPLOADS = tmp_path / "uploads"


class Called:
    """One call of the command: what it printed, complained, and its exit code."""

    def __init__(self, *words: str) -> None:
        out, errors = io.StringIO(), io.StringIO()
        command = import_module("zhike.jobs.management.commands.import").Command(
            stdout=out, stderr=errors, no_color=True
        )
        command._called_from_command_line = True
        self.code, self.complaint = 0, ""
        try:
            with redirect_stderr(errors):
                options = vars(command.create_parser("zhike", "import").parse_args([*words]))
            command.execute(**options)
        except CommandError as error:
            self.code, self.complaint = error.returncode, str(error)
        except SystemExit as wrong_call:
            self.code, self.complaint = int(wrong_call.code or 0), errors.getvalue()
        self.out, self.named = out.getvalue(), errors.getvalue()

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def test_a_clean_file_ends_with_0_and_one_document(cast: Cast, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    called = Called("orders", str(file), "--json")
    batch = Batch.objects.unscoped("a test").get()
    expected = {"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "failed": 0, "batch": batch.pk}
    assert (called.code, called.document, called.complaint) == (0, expected, "")


def test_refused_rows_end_with_1_a_sentence_and_the_workbook(cast: Cast, file: Path, tmp_path: Path) -> None:
    file.write_text(BAD, encoding="gb18030")
    target = tmp_path / "mend.xlsx"
    called = Called("orders", str(file), "--errors", str(target), "--json")
    assert (called.code, called.document["created"], called.document["failed"]) == (1, 1, 1)
    assert str(target) in called.complaint
    assert len(called.complaint.splitlines()) == 1
    assert openpyxl.load_workbook(target).active["C2"].value == "昨天"


def test_columns_may_be_named_by_hand(cast: Cast, file: Path) -> None:
    file.write_text("Beleg,客户名称,订单日期,金额\nA1,海潮贸易有限公司,2026-03-05,10\n", encoding="utf-8")
    assert Called("orders", str(file)).code == 1
    assert Called("orders", str(file), "--map", "number=Beleg").code == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--map", "nonsense=金额"), "nonsense"),
        (("--map", "number=没有这列"), "没有这列"),
        (("--sheet", "没有这页"), "没有这页"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(
    cast: Cast, file: Path, words: tuple[str, str], named: str
) -> None:
    file.write_text(GOOD, encoding="utf-8")
    called = Called("orders", str(file), *words)
    assert called.code in (1, 2)
    assert named in called.complaint
    assert not Batch.objects.unscoped("a test").exists()


def test_a_missing_file_is_one_sentence(cast: Cast, tmp_path: Path) -> None:
    called = Called("orders", str(tmp_path / "nothing.csv"))
    assert called.code == 1
    assert "nothing.csv" in called.complaint
    assert "Traceback" not in called.complaint


@pytest.mark.django_db
@pytest.mark.parametrize("words", [(), ("orders",), ("fruit", "x.csv"), ("orders", "x.csv", "--map", "number")])
def test_a_wrong_call_ends_with_2(words: tuple[str, ...]) -> None:
    assert Called(*words).code == 2


def test_a_dry_run_writes_nothing(cast: Cast, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    called = Called("orders", str(file), "--dry-run", "--json")
    assert (called.code, called.document["created"], called.document["batch"]) == (0, 1, None)
    assert not Order.objects.unscoped("a test").exists()


def test_the_first_wrong_cells_are_named_without_a_workbook(cast: Cast, file: Path) -> None:
    file.write_text("客户名称,成立日期\n" + "".join(f"新客户{row},{row} 号\n" for row in range(12)), encoding="utf-8")
    called = Called("customers", str(file))
    assert called.code == 1
    assert "Row 2, “成立日期” says “0 号”: Expected a date such as 2024-03-05" in called.named
    assert called.named.count("Expected a date") == 10
    assert "--errors OUT.xlsx" in called.complaint


def test_customers_that_belong_to_nobody_are_counted(cast: Cast, file: Path) -> None:
    file.write_text("客户名称,负责人\n新客户,\n李雷的客户,li@example.com\n", encoding="utf-8")
    called = Called("customers", str(file))
    assert "1 of these customers have no owner yet: hand them over at /customers/?owner=nobody" in called.out


def test_an_import_is_undone_once(cast: Cast, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    number = str(Called("orders", str(file), "--json").document["batch"])
    assert Called("--undo", number, "--json").document == {"batch": int(number), "undone": 1, "kept": []}
    assert not Order.objects.unscoped("a test").exists()
    again = Called("--undo", number)
    assert (again.code, number in again.complaint) == (1, True)
    assert Called("--undo", "999").code == 1


@pytest.mark.parametrize("words", [("--dry-run",), ("orders",), ("orders", "x.csv"), ("--create-missing",)])
def test_an_undo_with_anything_else_is_a_wrong_call_and_undoes_nothing(
    cast: Cast, file: Path, words: tuple[str, ...]
) -> None:
    file.write_text(GOOD, encoding="utf-8")
    number = str(Called("orders", str(file), "--json").document["batch"])
    called = Called(*words, "--undo", number)
    assert (called.code, len(called.complaint.splitlines())) == (2, 1)
    assert words[-1] in called.complaint
    assert Order.objects.unscoped("a test").count() == 1


@pytest.mark.parametrize("target", ["orders.csv", "there.xlsx", "mend.csv", "no folder/mend.xlsx"])
def test_a_workbook_that_cannot_be_written_is_refused_before_anything_is(
    cast: Cast, file: Path, tmp_path: Path, target: str
) -> None:
    file.write_text(BAD, encoding="utf-8")
    (tmp_path / "there.xlsx").write_bytes(b"mine")
    called = Called("orders", str(file), "--errors", str(tmp_path / target))
    assert (called.code, len(called.complaint.splitlines())) == (1, 1)
    assert (file.read_text(encoding="utf-8"), (tmp_path / "there.xlsx").read_bytes()) == (BAD, b"mine")
    assert not Batch.objects.unscoped("a test").exists()


def test_the_workbook_is_its_owners_alone(cast: Cast, file: Path, tmp_path: Path) -> None:
    file.write_text(BAD, encoding="utf-8")
    Called("orders", str(file), "--errors", str(tmp_path / "mend.xlsx"))
    assert (tmp_path / "mend.xlsx").stat().st_mode & 0o777 == 0o600


def test_what_was_taken_in_is_said_even_if_the_workbook_cannot_be_written(
    cast: Cast, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_words: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "mend.xlsx")

    monkeypatch.setattr("zhike.flows.intake.corrections.write_corrections", no_room)
    file.write_text(BAD, encoding="utf-8")
    called = Called("orders", str(file), "--errors", str(tmp_path / "mend.xlsx"), "--json")
    assert (called.code, called.document["created"], called.document["failed"]) == (1, 1, 1)
    assert "No space left" in called.complaint
    assert not (tmp_path / "mend.xlsx").exists()


def test_a_folder_is_no_file(cast: Cast, tmp_path: Path) -> None:
    called = Called("orders", str(tmp_path))
    assert (called.code, "is a folder" in called.complaint) == (1, True)
