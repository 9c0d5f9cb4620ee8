"""What problems say."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from zhike.domain.imports.queries import sentence
from zhike.domain.imports.rules.problems import SENTENCES


class AnyParameters(dict[str, str | int]):
    """Whatever a sentence names."""

    def __missing__(self, name: str) -> str:
        return name


@pytest.mark.parametrize("code", list(SENTENCES))
def test_every_problem_has_a_sentence(code: str) -> None:
    with override("en"):
        said = sentence(code, AnyParameters())
    assert said.endswith(".")
    assert "%(" not in said
