import pytest

from zhike.domain.customers.rules.industries import INDUSTRIES, industry_name, read_industry, within


def test_the_standard_has_twenty_sections_and_ninety_seven_divisions() -> None:
    sections = [industry for industry in INDUSTRIES.values() if industry.is_section]
    divisions = [industry.code[1:] for industry in INDUSTRIES.values() if not industry.is_section]
    assert len(sections) == 20
    assert divisions == [f"{number:02d}" for number in range(1, 98)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C35", "C35"),
        ("c35", "C35"),
        ("35", "C35"),
        ("C", "C"),
        ("专用设备制造业", "C35"),
        ("专用设备", "C35"),
        ("制造业", "C"),
        ("农、林、牧、渔业", "A"),
        ("农林牧渔业", "A"),
        ("Software and IT services", "I65"),
        ("零售", "F52"),
        ("教育", "P"),
        ("火星贸易", None),
        ("C99", None),
        ("", None),
    ],
)
def test_an_industry_is_read_from_its_code_or_its_name(text: str, code: str | None) -> None:
    assert read_industry(text) == code


def test_every_industry_is_found_by_its_own_code() -> None:
    assert all(read_industry(code) == code for code in INDUSTRIES)


def test_a_section_means_all_its_divisions_and_a_division_itself() -> None:
    assert within("J") == ("J", "J66", "J67", "J68", "J69")
    assert within("J66") == ("J66",)


def test_the_name_follows_the_reader() -> None:
    assert industry_name("C35", "zh-hans") == "专用设备制造业"
    assert industry_name("C35", "en") == "Special machinery"
    assert industry_name("?", "en") == "?"
