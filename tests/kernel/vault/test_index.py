"""Spellings of the same telephone number and the same address are one."""

import pytest

from zhike.kernel.vault.index import normal_email, normal_phone


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("８６１３８００１３８０００", "13800138000"),
        ("+86 (21) 6501-2345", "2165012345"),
        ("021-65012345", "2165012345"),
        ("021-65012345 转 801", "2165012345x801"),
        ("021-65012345 ext. 801", "2165012345x801"),
        ("+44 20 7946 0958", "442079460958"),
        ("86123456", "86123456"),
        ("1380", ""),
        ("", ""),
        ("王芳", ""),
    ],
)
def test_a_number_has_one_spelling(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Li.Lei@Example.COM", "li.lei@example.com"),
        (" li.lei@example.com ", "li.lei@example.com"),
        ("ｌｉ@example.com", "li@example.com"),
        ("li.lei", ""),
    ],
)
def test_an_address_has_one_spelling(written: str, normal: str) -> None:
    assert normal_email(written) == normal
