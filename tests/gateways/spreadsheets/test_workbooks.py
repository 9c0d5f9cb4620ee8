"""Workbooks that are read, and those that are no workbooks or mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import openpyxl
import psutil
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.gateways.spreadsheets.heading_rows import Recognise
from zhike.gateways.spreadsheets.limits import BROWSER, Limits
from zhike.gateways.spreadsheets.tables import open_table
from zhike.gateways.spreadsheets.workbooks import OLD_MAGIC
from zhike.kernel.errors import Refused

HEADINGS = ["编号", "名称", "日期"]


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], **options: object) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", **options}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


def knows(*headings: str) -> Recognise:
    return lambda found: len(set(headings) & set(found))


def refusal(path: Path, limits: Limits = BROWSER, sheet: str | None = None) -> str:
    with pytest.raises(Refused) as caught, open_table(path, limits=limits, sheet=sheet):
        pass
    return caught.value.sentence


def test_cells_come_as_excel_holds_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [["文本", "数", "日期", "是否"], ["007", 1.5, date(2024, 3, 5), True]]})
    with open_table(path) as table:
        assert list(table.rows()) == [(2, ["007", 1.5, date(2024, 3, 5), True])]


def test_times_keep_their_seconds(tmp_path: Path) -> None:
    moment = datetime.fromisoformat("2024-03-05T08:26:03")
    path = workbook(tmp_path / "a.xlsx", {"s": [["时间"], [moment]]}, default_date_format="yyyy-mm-dd hh:mm:ss")
    with open_table(path) as table:
        assert list(table.rows()) == [(2, [moment])]


def test_an_old_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("客户")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, heading in enumerate(HEADINGS):
        sheet.write(0, column, heading)
    sheet.write(1, 0, "C1")
    sheet.write(1, 1, "甲")
    sheet.write(1, 2, date(2024, 3, 5), style)
    book.save(str(tmp_path / "a.xls"))
    with open_table(tmp_path / "a.xls") as table:
        assert table.headings == tuple(HEADINGS)
        assert list(table.rows()) == [(2, ["C1", "甲", date(2024, 3, 5)])]


def test_titles_above_and_blank_rows_between_are_skipped_and_short_rows_filled_up(tmp_path: Path) -> None:
    rows: list[list[str]] = [["客户台账"], [], HEADINGS, ["C1"], [], ["C2", "乙", "丙", "旁注"]]
    with open_table(workbook(tmp_path / "a.xlsx", {"s": rows})) as table:
        assert table.heading_row == 3
        assert table.last_row == 6
        assert table.headings == (*HEADINGS, "(D)")
        assert list(table.rows()) == [(4, ["C1", "", "", ""]), (6, ["C2", "乙", "丙", "旁注"])]


def test_merged_titles_are_skipped(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "2024 年客户台账"
    sheet.merge_cells("A1:C1")
    sheet.append(HEADINGS)
    sheet.append(["C1", "甲", "2024-03-05"])
    book.save(tmp_path / "a.xlsx")
    with open_table(tmp_path / "a.xlsx") as table:
        assert table.heading_row == 2


def test_the_sheet_whose_headings_are_known_is_chosen_and_another_may_be_named(tmp_path: Path) -> None:
    sheets = {
        "说明": [["请填写第二页"]],
        "客户": [HEADINGS, ["C1", "甲", "x"]],
        "区域": [["区域", "经理"], ["东北", "楚杰"]],
    }
    path = workbook(tmp_path / "a.xlsx", sheets)
    with open_table(path, recognise=knows("编号", "名称")) as table:
        assert table.sheets == ("说明", "客户", "区域")
        assert table.sheet == "客户"
    with open_table(path, sheet="区域") as table:
        assert list(table.rows()) == [(2, ["东北", "楚杰"])]
    assert "no sheet “订单”; its sheets are: 说明, 客户, 区域" in refusal(path, sheet="订单")


def test_hidden_sheets_are_read_only_when_named(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for name in ("可见", "隐藏"):
            book.add_worksheet(name).write_column(0, 0, ["名称", name])
        book.get_worksheet_by_name("隐藏").hide()
    with open_table(tmp_path / "a.xlsx") as table:
        assert table.sheet == "可见"
    with open_table(tmp_path / "a.xlsx", sheet="隐藏") as table:
        assert list(table.rows()) == [(2, ["隐藏"])]


@pytest.mark.parametrize("counts_from_1904", [False, True])
def test_the_workbook_tells_from_when_it_counts_its_days(tmp_path: Path, counts_from_1904: bool) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [["日期"], [date(2024, 3, 5)]]}, date_1904=counts_from_1904)
    with open_table(path) as table:
        assert table.counts_from_1904 is counts_from_1904
        assert list(table.rows()) == [(2, [date(2024, 3, 5)])]


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [["名称"], ["甲"]]})
    before = {file.path for file in psutil.Process().open_files()}
    with open_table(path) as table:
        list(table.rows())
    assert {file.path for file in psutil.Process().open_files()} == before


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return path


def test_a_bomb_is_refused_by_its_directory_alone(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b"0" * 300_000_000})
    before = psutil.Process().memory_info().rss
    assert "unpacks to far more" in refusal(path)
    assert psutil.Process().memory_info().rss - before < 50_000_000


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"0" * 50_000_000})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        content[content.index(mark) + offset :][:4] = b""
        struct.pack_into("<I", content, content.index(mark) + offset, 1_000)
    path.write_bytes(content)
    assert "is cut off or damaged" in refusal(path)


def test_an_endless_directory_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr("xl/workbook.xml", b"x")
    content = bytearray(buffer.getvalue())
    struct.pack_into("<I", content, content.index(b"PK\x05\x06") + 12, 1 << 30)
    (tmp_path / "a.xlsx").write_bytes(content)
    assert "unpacks to far more" in refusal(tmp_path / "a.xlsx")


def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    """Two cells at opposite corners: a small file, but as a rectangle seventeen thousand million cells."""
    with xlsxwriter.Workbook(str(tmp_path / "corners.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")
    assert "too much memory or time" in refusal(tmp_path / "corners.xlsx")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plain.xlsx", {"s": [["名称"], ["甲"]]})
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%b">' % (ord("b") + n, b"&%c;" % (ord("a") + n) * 100) for n in range(9)
    )
    with zipfile.ZipFile(path) as source:
        parts = {part: source.read(part) for part in source.namelist()}
    strings = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = strings.replace(b"<sst", laughs + b"]><sst", 1).replace("甲".encode(), b"&j;", 1)
    assert refusal(archive(tmp_path / "laughs.xlsx", parts))


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.99])
def test_a_truncated_workbook_is_refused(tmp_path: Path, kept: float) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [["名称"], ["甲"]]})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert "is cut off or damaged" in refusal(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"\x00\xff" * 500, "is no Excel workbook although"),
        ("a.xls", "编号,名称\nC1,甲\n".encode("gbk"), "is no Excel workbook although"),
        ("a.xls", b"<html><body><table></table></body></html>", "is a web page"),
        ("a.xls", OLD_MAGIC + b"\x00" * 2000, "is damaged or protected by a password"),
        ("a.xlsx", OLD_MAGIC + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refusal(tmp_path / name)


def test_an_old_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, "名称")
    book.save(str(tmp_path / "a.xls"))
    content = (tmp_path / "a.xls").read_bytes()
    interface_header, file_pass = b"\xe1\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\xb0\x04"
    (tmp_path / "a.xls").write_bytes(content.replace(interface_header, file_pass, 1))
    assert "protected by a password" in refusal(tmp_path / "a.xls")


@pytest.mark.parametrize("content", [b"<workbook/>", b"not even xml", b""])
def test_an_archive_with_rubbish_inside_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(archive(tmp_path / "a.xlsx", {"xl/workbook.xml": content}))


def test_another_archive_is_refused(tmp_path: Path) -> None:
    assert "is no Excel workbook of the kind .xlsx" in refusal(
        archive(tmp_path / "a.xlsx", {"word/document.xml": b"x"})
    )


def test_a_workbook_without_cells_is_refused(tmp_path: Path) -> None:
    assert "is empty" in refusal(workbook(tmp_path / "a.xlsx", {"s": []}))


def test_the_rows_of_all_sheets_count_for_the_limit(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [["x"]] * 3, "t": [["x"]] * 3})
    assert "more than 5 rows" in refusal(path, Limits(file_size=1 << 20, text_size=None, text_rows=None, rows=5))


def test_a_workbook_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [["x"]]})
    assert "larger than" in refusal(path, Limits(file_size=100, text_size=None, text_rows=None))


def test_the_real_workbook_of_several_sheets_is_read(real_data: Path) -> None:
    path = real_data / "superstore_zh" / "示例-超市.xls"
    with open_table(path, limits=BROWSER, recognise=knows("订单 ID", "客户 ID")) as table:
        assert table.sheets == ("订单", "退货", "销售人员")
        assert table.sheet == "订单"
        assert sum(1 for _row in table.rows()) == 10_000


@settings(deadline=None, max_examples=40)
@given(data=st.data(), ending=st.sampled_from([".xlsx", ".xls"]))
def test_no_damage_brings_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, ending: str
) -> None:
    """Bytes overwritten anywhere: the file is read or refused, but never anything else."""
    path = tmp_path_factory.getbasetemp() / f"damaged{ending}"
    if ending == ".xls":
        book = xlwt.Workbook()
        book.add_sheet("s").write(0, 0, "名称")
        book.save(str(path))
    else:
        workbook(path, {"s": [["名称", 1], ["甲", 2.5]]})
    content = bytearray(path.read_bytes())
    for position in data.draw(st.lists(st.integers(0, 20_000), min_size=1, max_size=8)):
        content[position % len(content)] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(Refused), open_table(path) as table:
        list(table.rows())
