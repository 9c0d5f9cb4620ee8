"""What is written comes back, and never as a formula."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhike.gateways.spreadsheets.cells import Cell, column_letters
from zhike.gateways.spreadsheets.tables import open_table
from zhike.gateways.spreadsheets.writing import Flagged, OutCell, Sheet, write_workbook
from zhike.kernel.errors import Refused

# What an XML file cannot hold, and so no workbook.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1)


def back(path: Path, rows: list[list[OutCell]]) -> list[list[Cell]]:
    write_workbook(path, [Sheet("往来", [f"列{n}" for n in range(max(map(len, rows)))], rows)])
    with open_table(path) as table:
        return [cells for _number, cells in table.rows()]


@settings(deadline=None, max_examples=60)
@given(texts=st.lists(ANY_TEXT.filter(str.strip), min_size=1, max_size=20))
@example(
    texts=["=1+1", "+8613812345678", "-35", "@SUM(A1)", "\t=1", "\r=1", "_x0041_", "a\r\nb", " 甲 ", "http://a.cn"]
)
def test_any_text_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "texts.xlsx"
    assert back(path, [[text] for text in texts]) == [[text] for text in texts]


@settings(deadline=None, max_examples=30)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(10**15) + 1, 10**15 - 1),
            st.dates(date(1900, 3, 1), date(2100, 12, 31)),
            st.booleans(),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_numbers_dates_and_truths_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, date, bool]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "values.xlsx"
    assert back(path, [list(row) for row in rows]) == [list(row) for row in rows]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "\rx", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula_even_after_it_is_edited(tmp_path: Path, text: str) -> None:
    back(tmp_path / "a.xlsx", [[text]])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["往来"]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_numbers_that_excel_cannot_keep_are_written_as_text(tmp_path: Path) -> None:
    rows: list[list[OutCell]] = [[913100001322046728, Decimal("12.5"), float("nan"), date(1890, 1, 1), None, "x"]]
    assert back(tmp_path / "a.xlsx", rows) == [["913100001322046728", 12.5, "nan", "1890-01-01", "", "x"]]


def test_times_are_written_to_the_second(tmp_path: Path) -> None:
    moment = datetime.fromisoformat("2024-03-05T08:26:03")
    assert back(tmp_path / "a.xlsx", [[moment]]) == [[moment]]


def test_flagged_cells_are_coloured_and_read_like_others(tmp_path: Path) -> None:
    assert back(tmp_path / "a.xlsx", [["C1", Flagged("十二元"), Flagged("")]]) == [["C1", "十二元", ""]]
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["往来"]
    assert [sheet[name].fill.start_color.rgb for name in ("A2", "B2", "C2")] == ["00000000", "FFFFC7CE", "FFFFC7CE"]


def test_several_sheets_are_written_from_generators(tmp_path: Path) -> None:
    def rows() -> Iterator[list[OutCell]]:
        for number in range(3):
            yield [number]

    write_workbook(tmp_path / "a.xlsx", [Sheet("一", ["n"], rows()), Sheet("二", ["n"], rows())])
    with open_table(tmp_path / "a.xlsx", sheet="二") as table:
        assert [cells for _number, cells in table.rows()] == [[0], [1], [2]]


def test_a_text_that_no_cell_holds_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Cell B2 would hold more than 32,767 characters"):
        back(tmp_path / "a.xlsx", [["x", "y" * 32_768]])


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_are_named_as_in_excel(index: int, letters: str) -> None:
    assert column_letters(index) == letters


def test_a_workbook_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"a\.xlsx"):
        write_workbook(tmp_path / "missing" / "a.xlsx", [Sheet("一", ["甲"], [["乙"]])])
