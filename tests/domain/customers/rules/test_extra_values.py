from datetime import date

import pytest

from zhike.domain.customers.rules.extra_values import ExtraValue, UnreadableError, read_value


@pytest.mark.parametrize(
    ("value", "type", "read"),
    [
        (" 甲 ", "text", "甲"),
        ("", "number", None),
        (None, "date", None),
        ("1,200", "number", 1200),
        ("0.5", "number", 0.5),
        (date(2026, 1, 31), "date", "2026-01-31"),
        ("2026-01-31", "date", "2026-01-31"),
        ("是", "yes_no", True),
        ("no", "yes_no", False),
        ("红", "choice", "红"),
    ],
)
def test_a_value_is_kept_as_its_field_says(value: object, type: str, read: ExtraValue) -> None:
    assert read_value(value, type=type, choices=("红", "蓝")) == read


@pytest.mark.parametrize(
    ("value", "type"), [("many", "number"), ("NaN", "number"), ("31.1.", "date"), ("maybe", "yes_no"), ("绿", "choice")]
)
def test_a_value_that_does_not_fit_says_what_was_expected(value: str, type: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_value(value, type=type, choices=("红", "蓝"))
    assert error.value.expected
