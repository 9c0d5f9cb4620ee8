"""Names, numbers that name something, addresses of all kinds, yes and no, choices."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.imports.rules import texts
from zhike.domain.imports.rules.problems import Problem
from zhike.gateways.spreadsheets.cells import Cell


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("  华东\u3000机械 \u00a0有限公司 ", "华东 机械 有限公司"),
        ("华\u200b东\ufeff机械", "华东机械"),
        ("a\x07b\tc\nd", "ab c d"),
        ("e\u0301", "é"),
        ("ＡＢＣ（上海）公司", "ＡＢＣ（上海）公司"),
        ("CREAM  CUPID", "CREAM CUPID"),
        (20, "20"),
        (20.0, "20"),
        (20.5, "20.5"),
        (date(2024, 3, 5), "2024-03-05"),
        (True, "TRUE"),
    ],
)
def test_a_line_is_cleaned_but_not_rewritten(cell: Cell, line: str) -> None:
    assert texts.line_reader(200)(cell) == line


def test_a_line_too_long_is_a_problem() -> None:
    assert texts.line_reader(3)("abc") == "abc"
    assert texts.line_reader(3)("abcd") == Problem("too_long", {"limit": 3})


def test_a_note_keeps_its_lines() -> None:
    assert texts.read_note(" 一 \r\n\n 二\u3000三\x00 \n") == "一\n\n二 三"


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        ("17850.0", "17850"),
        (17850.0, "17850"),
        (17850, "17850"),
        ("007", "007"),
        ("００７", "007"),
        ("85123A", "85123A"),
        ('="007"', "007"),
        ("'007", "007"),
        ("\t1234567890123456789", "1234567890123456789"),
        ("US-2017-1357144", "US-2017-1357144"),
        ("1.5", "1.5"),
        ("3.0.0", "3.0.0"),
    ],
)
def test_an_identifier_is_what_the_system_it_comes_from_calls_it(cell: Cell, identifier: str) -> None:
    assert texts.identifier_reader(80)(cell) == identifier


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (1234567890123456789, Problem("shortened")),
        (1.234567890123456e18, Problem("shortened")),
        ("1.23457E+17", Problem("shortened")),
        (date(2024, 1, 2), Problem("no_identifier")),
        ("x" * 81, Problem("too_long", {"limit": 80})),
    ],
)
def test_an_identifier_that_excel_has_damaged_is_a_problem(cell: Cell, problem: Problem) -> None:
    assert texts.identifier_reader(80)(cell) == problem


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        (13812345678.0, "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("01062345678", "010-6234 5678"),
        ("(021) 6234-5678", "021-6234 5678"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("62345678", "62345678"),
        ("010-62345678 转 801", "010-62345678 转 801"),
        ("13812345678/13912345678", "13812345678/13912345678"),
    ],
)
def test_a_phone_number_gets_its_usual_form_or_stays_as_written(cell: Cell, phone: str) -> None:
    assert texts.phone_reader(40)(cell) == phone


@pytest.mark.parametrize("cell", ["abc", "1234", "没有", "见名片", "wang@example.com", "138-", "电话 13800138000"])
def test_what_cannot_be_dialled_is_a_problem(cell: Cell) -> None:
    assert texts.phone_reader(40)(cell) == Problem("phone")


def test_a_phone_number_too_long_for_any_is_a_problem() -> None:
    assert texts.phone_reader(40)("1" * 41) == Problem("too_long", {"limit": 40})


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("wang@Example.COM", "wang@example.com"),
        (" ｗang@example.com ", "wang@example.com"),
        ("mailto:a.b+c@d.cn", "a.b+c@d.cn"),
        ("李@例子.中国", "李@例子.中国"),
    ],
)
def test_an_email_address_is_cleaned(cell: Cell, email: str) -> None:
    assert texts.read_email(cell) == email


@pytest.mark.parametrize(
    "cell", ["wang", "wang@", "@example.com", "a@b", "a b@c.cn", "a@b..cn", "a@c.cn, d@e.cn", 5, "a" * 250 + "@b.cn"]
)
def test_what_is_no_email_address_is_a_problem(cell: Cell) -> None:
    assert texts.read_email(cell) == Problem("email")


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("是", True),
        ("√", True),
        ("Y", True),
        ("TRUE", True),
        (True, True),
        (1.0, True),
        ("１", True),
        ("否", False),
        ("×", False),
        ("No", False),
        (False, False),
        (0, False),
    ],
)
def test_yes_and_no_are_said_in_many_ways(cell: Cell, answer: bool) -> None:
    assert texts.read_yes_no(cell) is answer


@pytest.mark.parametrize("cell", ["也许", "2", ""])
def test_what_is_neither_yes_nor_no_is_a_problem(cell: Cell) -> None:
    assert texts.read_yes_no(cell) == Problem("yes_no")


def test_tags_stand_between_commas_of_all_kinds_and_once_each() -> None:
    assert texts.read_tags("重点， 老客户;重点；华东、 |华 东\n出口") == ("重点", "老客户", "华东", "华 东", "出口")
    assert texts.read_tags("x" * 41) == Problem("too_long", {"limit": 40})


CHOICES = {"company": ("企业", "公司", "corporate customer"), "person": ("个人",)}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("企业", "company"),
        ("公司", "company"),
        ("Company", "company"),
        (" Corporate_Customer ", "company"),
        ("个 人", "person"),
    ],
)
def test_a_choice_is_known_by_its_labels(cell: Cell, value: str) -> None:
    assert texts.choice_reader(CHOICES)(cell) == value


def test_another_choice_is_a_problem_that_names_those_there_are() -> None:
    assert texts.choice_reader(CHOICES)("政府") == Problem("choice", {"choices": "企业、个人"})


@pytest.mark.parametrize(
    "cell", ["91110000600037341L", " 9111 0000 6000 37341l ", "９１１１００００６０００３７３４１L"]
)
def test_a_credit_code_is_checked(cell: Cell) -> None:
    assert texts.read_credit_code(cell) == "91110000600037341L"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("91110000600037342L", "credit_code"),
        ("x", "credit_code"),
        ("", "credit_code"),
        (911100006000373410, "shortened"),
    ],
)
def test_a_wrong_credit_code_is_a_problem(cell: Cell, code: str) -> None:
    assert texts.read_credit_code(cell) == Problem(code)


@pytest.mark.parametrize(
    ("text", "nothing"), [("NULL", True), (" #N/A ", True), ("－", True), ("无", True), ("无锡", False)]
)
def test_some_words_leave_a_cell_empty(text: str, nothing: bool) -> None:
    assert texts.says_nothing(text) is nothing


@given(text=st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = texts.clean(text)
    assert texts.clean(once) == once
    assert texts.read_note(texts.read_note(text)) == texts.read_note(text)


@given(text=st.text())
def test_no_text_makes_a_reader_fail(text: str) -> None:
    for read in (texts.identifier_reader(80), texts.phone_reader(40), texts.line_reader(80), texts.read_email):
        assert isinstance(read(text), str | Problem)
    assert isinstance(texts.read_credit_code(text), str | Problem)
    assert isinstance(texts.read_tags(text), tuple | Problem)


def test_joiners_stay_where_they_join_two_pictures_and_go_elsewhere() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    read = texts.line_reader(200)
    assert read(f"{family}亲子馆") == f"{family}亲子馆"
    assert read("\u2764\ufe0f\u200d\U0001f525") == "\u2764\ufe0f\u200d\U0001f525"
    assert read("华\u200d东\u200d") == "华东"
    assert texts.read_note(family) == family


def test_numbers_in_circles_or_above_the_line_are_not_digits_of_an_identifier() -> None:
    read = texts.identifier_reader(80)
    assert read("Ａ１０") == "A10"
    assert read("A10²") == "A10²"
