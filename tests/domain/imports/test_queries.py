"""What problems say."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from zhike.domain.imports.queries import sentence
from zhike.domain.imports.rules.problems import SENTENCES

PARAMETERS: dict[str, str | int] = {
    "found": 3,
    "expected": 4,
    "limit": 40,
    "choices": "企业、个人",
    "field": "nmae",
    "fields": "name, note",
    "heading": "全名",
    "headings": "名称, 备注",
}


@pytest.mark.parametrize("code", list(SENTENCES))
def test_every_problem_has_a_sentence(code: str) -> None:
    with override("en"):
        said = sentence(code, PARAMETERS)
    assert said.endswith(".")
    assert "%(" not in said
