from pathlib import Path

import pytest
from django.utils import translation

from zhike.flows.playbooks import SHIPPED, PlaybookError, Problem, read, read_text
from zhike.kernel.errors import Refused
from zhike.kernel.scope import Level

OWN = """\
key: own
name: {zh: 自家, en: Own}
summary: {zh: 自家打法, en: Our own way}
working_time:
  week:
    monday: 09:00-18:00
    tuesday: 09:00-18:00
    wednesday: 09:00-18:00
    thursday: 09:00-18:00
    friday: 09:00-17:00
    saturday: ""
    sunday: ""
  exceptions:
    - {day: 2026-12-31, name: 盘点, is_working: false}
roles:
  - key: rep
    name: {zh: 销售, en: Rep}
    may:
      customer: {view: own, edit: none}
schemes:
  - key: abc
    name: {zh: 分级, en: Grades}
    method: tiers
    tiers:
      - key: a
        name: {zh: 甲, en: A}
        when:
          all:
            - [amount_365, ">=", 1000]
      - key: b
        name: {zh: 乙, en: B}
standards:
  - key: answer
    name: {zh: 答复, en: Answer}
    when: first_contact
    within: 2 working hours
  - key: talk
    name: {zh: 沟通, en: Talk}
    every: month
    for: {scheme: abc, tiers: [a]}
    by: rep
"""


def problems(*changes: tuple[str, str]) -> list[Problem]:
    """What is said of the file above with some of its words changed."""
    text = OWN
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    with translation.override("en"), pytest.raises(PlaybookError) as refusal:
        read_text(text, "own.yaml")
    return list(refusal.value.problems)


def line_of(words: str) -> int:
    """The line of the file above in which some words stand first."""
    return OWN[: OWN.index(words)].count("\n") + 1


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_playbook_is_whole(name: str) -> None:
    playbook = read(name)
    assert playbook.key == name
    assert len(playbook.roles) == 13
    administrator = next(role for role in playbook.roles if role.key == "administrator")
    assert set(administrator.levels().values()) == {Level.ALL}
    for standard in playbook.standards:
        assert standard.content is not None


def test_the_shipped_grades_are_promised_what_the_manual_says() -> None:
    promised = {
        (standard.audience.tiers[0], standard.every)
        for standard in read("b2b-abc").standards
        if standard.audience and standard.every
    }
    assert {("a", "month"), ("a", "quarter"), ("a", "year"), ("b", "quarter"), ("b", "half-year")} <= promised
    assert ("c", "half-year") in promised


def test_a_companys_own_file_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "自家.yaml"
    file.write_text(OWN, encoding="utf-8")
    playbook = read(file)
    assert playbook.name_in("zh-hans") == "自家"
    assert playbook.name_in("en") == "Own"
    assert playbook.roles[0].levels() == {("customer", "view"): Level.OWN}
    assert playbook.working_time.opening_hours()["week"][4] == ["09:00-17:00"]


@pytest.mark.parametrize(
    ("before", "after", "field", "value"),
    [
        ("key: own", "key: Own Company", "key", "Own Company"),
        ("monday: 09:00-18:00", "monday: 9 to 5", "working_time.week.monday", "9 to 5"),
        ("day: 2026-12-31", "day: 2026-13-31", "working_time.exceptions[0].day", "2026-13-31"),
        ("en: Rep}", "ru: Rep}", "roles[0].name.ru", "Rep"),
        ("view: own", "view: some", "roles[0].may.customer.view", "some"),
        ("view: own", "fly: own", "roles[0].may.customer.fly", "own"),
        ("customer: {view", "dragon: {view", "roles[0].may.dragon", ""),
        ("method: tiers", "method: magic", "schemes[0].method", "magic"),
        ("amount_365", "amount_366", "schemes[0].tiers[0].when.all[0]", ""),
        ("when: first_contact", "when: full_moon", "standards[0].when", "full_moon"),
        ("2 working hours", "2 beers", "standards[0].within", "2 beers"),
        ("every: month", "every: fortnight", "standards[1].every", "fortnight"),
        ("scheme: abc", "scheme: xyz", "standards[1].for.scheme", "xyz"),
        ("tiers: [a]", "tiers: [a, z]", "standards[1].for.tiers[1]", "z"),
        ("by: rep", "by: boss", "standards[1].by", "boss"),
        ("key: talk", "key: answer", "standards[1].key", "answer"),
    ],
)
def test_an_error_names_line_field_value_and_what_was_expected(before: str, after: str, field: str, value: str) -> None:
    found = [problem for problem in problems((before, after)) if problem.field == field]
    assert [(problem.file, problem.line, problem.value) for problem in found] == [("own.yaml", line_of(before), value)]
    assert "expected" in found[0].expected or "known fields" in found[0].expected


def test_several_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    found = problems(("every: month", "every: fortnight"), ("view: own", "view: some"), ("key: own", "key: 自家"))
    assert [problem.line for problem in found] == [1, line_of("view: own"), line_of("every: month")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    within: 2 working hours\n", ""),
        ("    every: month\n", ""),
        ("    for: {scheme: abc, tiers: [a]}\n", ""),
        ("    when: first_contact\n", "    when: first_contact\n    every: month\n"),
    ],
)
def test_a_standard_is_either_for_an_event_or_a_cadence(before: str, after: str) -> None:
    assert problems((before, after))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("- a list", 1),
        ("key: [unclosed", 1),
        ("key: a\nname: b\nkey: c", 3),
        ("key: &anchor a\nname: *anchor", 2),
        ("key: !!python/object/apply:os.system [ls]", 1),
        ("[" * 20_000, 1),
        ("key: \x00", 1),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PlaybookError) as refusal:
        read_text(text, "bad.yaml")
    assert refusal.value.problems[0].line == line


def test_a_name_that_is_neither_shipped_nor_a_file_is_refused_with_the_names_that_are(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="b2b-abc"):
        read(tmp_path / "missing.yaml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("name: 自家".encode("gb18030"))
    with pytest.raises(Refused, match="UTF-8"):
        read(file)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    file.write_text("a" * 1_000_001, encoding="utf-8")
    with pytest.raises(Refused, match="1 MB"):
        read(file)


def test_a_right_that_earlier_playbooks_name_gives_nothing() -> None:
    named = OWN.replace("customer: {view: own, edit: none}", "order: {view: own, export: all}")
    assert read_text(named, "own.yaml").roles[0].levels() == {("order", "view"): Level.OWN}


@pytest.mark.parametrize("value", ["3000000", "0", "yes", "12.5", ".inf", "'365'"])
def test_a_window_is_a_whole_number_of_days_that_the_calendar_holds(value: str) -> None:
    (problem,) = problems(("    method: tiers\n", f"    method: tiers\n    window_days: {value}\n"))
    assert (problem.line, problem.field) == (line_of("    method: tiers") + 1, "schemes[0].window_days")
    assert problem.value == value.strip("'")
    assert "Input should" not in problem.expected


def test_no_fault_is_told_in_the_words_of_the_library() -> None:
    (problem,) = problems(("    method: tiers\n", "    method: tiers\n    count_orders_by: []\n"))
    assert "Input should" not in problem.expected
