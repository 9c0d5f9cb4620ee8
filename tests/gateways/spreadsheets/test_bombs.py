"""Files that mean harm are refused with a sentence; how fast is measured by `benchmarks/uploads.py`."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.gateways.spreadsheets.bombs import (
    BOMBS,
    HARMLESS,
    Bomb,
    billion_laughs,
    external_file,
    text_one_line,
    traversing_names,
    workbook,
)
from zhike.gateways.spreadsheets import limited_process, text_process, workbook_process
from zhike.gateways.spreadsheets.limits import BROWSER, COMMAND_LINE, MEGABYTE, Limits
from zhike.gateways.spreadsheets.tables import open_table
from zhike.kernel.errors import Refused


def refusal(path: Path, limits: Limits = BROWSER) -> str:
    with pytest.raises(Refused) as caught, open_table(path, limits=limits):
        pass
    return caught.value.sentence


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_with_a_sentence_that_names_it(tmp_path: Path, bomb: Bomb) -> None:
    path = bomb(tmp_path)
    sentence = refusal(path)
    assert path.name in sentence
    assert "Traceback" not in sentence


@pytest.mark.parametrize("bomb", HARMLESS, ids=lambda bomb: bomb.__name__)
def test_what_only_announces_much_is_read_as_what_it_holds(tmp_path: Path, bomb: Bomb) -> None:
    with open_table(bomb(tmp_path), limits=BROWSER) as table:
        assert table.last_row == 1


@pytest.mark.parametrize("bomb", [external_file, billion_laughs])
def test_no_entity_brings_anything_in(tmp_path: Path, bomb: Bomb) -> None:
    rows = tmp_path / "rows"
    numbers = (BROWSER.rows, 32_767, BROWSER.memory, BROWSER.seconds)
    ended = limited_process.run(workbook_process, bomb(tmp_path), rows, "", *numbers, seconds=60)
    assert ended.code
    assert b"root" not in rows.read_bytes()
    assert len(rows.read_bytes()) < 1_000


def test_no_name_in_an_archive_leads_out_of_it(tmp_path: Path) -> None:
    refusal(traversing_names(tmp_path))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["names.xlsx"]


def test_a_line_without_end_is_refused_at_the_command_line_too(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_bytes(b"a,b\n" + b"x" * 500_000)
    assert "has a cell of more than 32,767 characters" in refusal(path, COMMAND_LINE)
    path.write_bytes(b"a,b\n" + b"x," * 5_000_000)
    assert "has more than 1,000,000 characters" in refusal(path, COMMAND_LINE)
    assert "null character" in refusal(text_one_line(tmp_path), COMMAND_LINE)


def test_a_workbook_may_not_take_more_memory_than_it_is_given(tmp_path: Path) -> None:
    rows = b"".join(b'<row><c t="inlineStr"><is><t>%0300d</t></is></c></row>' % n for n in range(200_000))
    noise = os.urandom(MEGABYTE)
    path = workbook(tmp_path / "a.xlsx", sheet=b"<sheetData>" + rows + b"</sheetData>", others={"xl/a.bin": noise})
    with open_table(path) as table:
        assert table.last_row == 200_000
    tight = Limits(file_size=20 * MEGABYTE, text_size=None, text_rows=None, memory=50 * MEGABYTE)
    assert "too much memory or time" in refusal(path, tight)


def test_a_workbook_may_not_take_more_time_than_it_is_given(tmp_path: Path) -> None:
    rows = b"<row><c><v>1</v></c><c><v>1</v></c></row>" * 900_000
    noise = os.urandom(MEGABYTE)
    path = workbook(tmp_path / "a.xlsx", sheet=b"<sheetData>" + rows + b"</sheetData>", others={"xl/a.bin": noise})
    assert "too much memory or time" in refusal(path, Limits(20 * MEGABYTE, text_size=None, text_rows=None, seconds=1))


def test_a_text_may_not_take_more_memory_than_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + '"' + "x," * 30_000_000)
    ended = limited_process.run(text_process, path, "utf-8", ",", 0, 10**9, 10**9, 50 * MEGABYTE, 10, seconds=20)
    assert ended.code


def test_a_child_sees_nothing_of_our_environment_and_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that somebody put into the working folder or the environment is not imported, be it called zipfile."""
    (tmp_path / "zipfile.py").write_text("raise SystemExit('harm')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("ZHIKE_MASTER_KEY", "secret")
    before = len(psutil.Process().children())
    with open_table(workbook(tmp_path / "a.xlsx")) as table:
        assert table.headings == ("name",)
    assert len(psutil.Process().children()) == before


@pytest.mark.parametrize(
    "name",
    [
        "客户\u202egnp.xlsx",
        "😀.xlsx",
        "a\u0301é.xlsx",
        "ａ．ｂ.xlsx",
        "-rf.xlsx",
        "%s%n.xlsx",
        "a b'c\"d.xlsx",
        "..xlsx",
        "﷽.xlsx",
    ],
)
def test_odd_names_are_names(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / "stored")
    with open_table(path, name=name) as table:
        assert table.name == name
    (tmp_path / "text").write_text("a,b")
    with pytest.raises(Refused, match="is no Excel workbook although"):
        open_table(tmp_path / "text", name=name)


def test_a_workbook_that_only_links_is_not_followed(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx")
    link = tmp_path / "link.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(link, "w") as archive:
        for part in source.namelist():
            entry = zipfile.ZipInfo(part)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd" if part.endswith("sheet1.xml") else source.read(part))
    refusal(link)
