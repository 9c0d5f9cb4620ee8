import pytest

from zhike.domain.customers.rules.likeness import core_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("海潮贸易有限公司", "海潮贸易"),
        ("海潮贸易 有限责任公司", "海潮贸易股份有限公司"),
        ("３Ｍ中国有限公司", "3m 中国有限公司"),
        ("海潮（宁波）贸易有限公司", "海潮(宁波)贸易有限公司"),
        ("Acme Co., Ltd.", "ACME"),
    ],
)
def test_spellings_of_one_name_have_one_core(one: str, other: str) -> None:
    assert core_of(one) == core_of(other)


@pytest.mark.parametrize(("one", "other"), [("海潮贸易", "海潮工贸"), ("公司", "有限公司")])
def test_different_names_have_different_cores(one: str, other: str) -> None:
    assert core_of(one) != core_of(other)
