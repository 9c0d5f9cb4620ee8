"""Text files of every encoding and separator, and the damaged ones."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.gateways.spreadsheets.formulas import unguarded
from zhike.gateways.spreadsheets.limits import BROWSER, Limits
from zhike.gateways.spreadsheets.tables import open_table
from zhike.kernel.errors import Refused

LINES = "客户编号,客户名称,金额\nC001,华东机械,1200.50\nC002,海州纺织,35\n"
ROWS = [(2, ["C001", "华东机械", "1200.50"]), (3, ["C002", "海州纺织", "35"])]


def saved(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, limits: Limits = BROWSER) -> str:
    with pytest.raises(Refused) as caught, open_table(path, limits=limits):
        pass
    return caught.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_chinese_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    with open_table(saved(tmp_path, LINES.encode(encoding))) as table:
        assert table.headings == ("客户编号", "客户名称", "金额")
        assert list(table.rows()) == ROWS
        assert table.last_row == 3
        assert (table.sheets, table.sheet) == ((), "")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(tmp_path: Path, separator: str) -> None:
    lines = 'a,b,c\n1,"x,y;z|w\tv",3\n4,5,6\n'
    with open_table(saved(tmp_path, lines if separator == "," else LINES.replace(",", separator))) as table:
        assert len(table.headings) == 3
        assert [len(cells) for _number, cells in table.rows()] == [3, 3]


def test_rows_are_numbered_as_in_excel_and_blank_ones_skipped(tmp_path: Path) -> None:
    lines = '客户台账,,\n制表：2024-03-05,,\n\n编号,名称,金额\nC1,"两\n行",1\n ,,\n\nC2,乙,2\n'
    with open_table(saved(tmp_path, lines)) as table:
        assert table.heading_row == 4
        assert table.headings == ("编号", "名称", "金额")
        assert [(number, cells[0]) for number, cells in table.rows()] == [(5, "C1"), (8, "C2")]


def test_columns_at_the_end_in_which_nothing_stands_are_dropped(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, "编号,名称,,\nC1,甲,,\n")) as table:
        assert table.headings == ("编号", "名称")
        assert list(table.rows()) == [(2, ["C1", "甲"])]


def test_doubled_and_missing_headings_get_names_of_their_own(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, "电话,,电话,电话 (2)\n1,2,3,4\n")) as table:
        assert table.headings == ("电话", "(B)", "电话 (2)", "电话 (2) (2)")


def test_a_single_column_is_a_table(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, "客户名称\n甲\n乙\n")) as table:
        assert table.headings == ("客户名称",)
        assert list(table.rows()) == [(2, ["甲"]), (3, ["乙"])]


def test_headings_without_rows_are_a_table_without_rows(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, "编号,名称\n")) as table:
        assert list(table.rows()) == []


def test_rows_of_the_wrong_width_come_as_they_are(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3,\n")) as table:
        assert [len(cells) for _number, cells in table.rows()] == [2, 4, 3]


def test_the_rows_may_be_read_as_often_as_wanted(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, LINES)) as table:
        assert list(table.rows()) == list(table.rows()) == table.sample()
        assert table.sample(1) == ROWS[:1]


def test_what_the_caller_knows_decides_which_row_holds_the_headings(tmp_path: Path) -> None:
    lines = "说明一,说明二,说明三\n编号,名称,金额\nC1,甲,1\n"
    with open_table(
        saved(tmp_path, lines), recognise=lambda headings: sum(h in ("编号", "名称") for h in headings)
    ) as table:
        assert table.heading_row == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        ("\ufeff \n\n".encode(), "is empty"),
        (b"a,b\n1,2\n3,\x004\n", "line 3 has a null character"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "Row 3 .* has a quotation mark that is not closed"),
        (b'a,b\n1,2\n3,"4"5\n5,6\n', "Row 3 .* has a quotation mark"),
        (b"a,b\n1,2\n3," + b"x" * 32_768 + b"\n", "Row 3 .* more than 32,767 characters"),
        ("名称,金额\n上海华东机械,1\n".encode()[:-4], "line 2 is neither UTF-8 nor GB18030"),
        (b"name,price\n\xa31.95,2\n", "line 2 is neither UTF-8 nor GB18030"),
        (bytes(range(128, 256)) * 50, "line 1 is neither UTF-8 nor GB18030"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
        (b"\xef\xbb\xbf\r\n <?xml version='1.0'?><Workbook/>", "is a web page"),
        (b"PK\x03\x04rubbish", "is an Excel workbook although"),
        (b",".join(b"h%d" % n for n in range(100_000)) + b"\n", "has 100000 columns; at most 500"),
    ],
)
def test_a_damaged_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words), open_table(saved(tmp_path, content)):
        pass


def test_a_damaged_utf8_file_never_turns_into_nonsense(tmp_path: Path) -> None:
    content = LINES.encode() + "尾".encode()[:2]
    assert "line 4" in refusal(saved(tmp_path, content))


@pytest.mark.parametrize("ending", [".pdf", ".ods", ""])
def test_files_of_other_kinds_are_refused(tmp_path: Path, ending: str) -> None:
    assert "expected .xlsx, .xls or .csv" in refusal(saved(tmp_path, LINES, f"orders{ending}"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "none.csv")


def test_files_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    small = Limits(file_size=10, text_size=10, text_rows=None)
    assert "larger than" in refusal(saved(tmp_path, LINES), small)
    assert "more than 2 rows" in refusal(saved(tmp_path, LINES), Limits(file_size=10, text_size=None, text_rows=2))


def test_as_many_rows_as_allowed_are_read(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, LINES), limits=Limits(file_size=10, text_size=None, text_rows=3)) as table:
        assert list(table.rows()) == ROWS


def test_the_name_given_by_the_user_counts(tmp_path: Path) -> None:
    with open_table(saved(tmp_path, LINES, "upload-17"), name="客户.csv") as table:
        assert table.name == "客户.csv"


@settings(deadline=None, max_examples=30)
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")), min_size=3, max_size=3
        ),
        max_size=5,
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_whatever_text_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], encoding: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    # Quoted throughout, and wide characters first, as a spreadsheet in Chinese would have them.
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([["客户编号", "客户名称", "备注"], ["华东机械", "海州纺织", "中文"], *rows])
    with open_table(path) as table:
        seen = [[unguarded(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
        assert [cells for _number, cells in table.rows()][1:] == seen


@settings(deadline=None, max_examples=30)
@given(
    content=st.binary(min_size=1, max_size=300)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))
)
def test_no_bytes_bring_the_reader_down(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    with suppress(Refused), open_table(path) as table:
        assert all(cells for _number, cells in table.rows())
