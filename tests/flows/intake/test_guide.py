"""The guide names every field as the code has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhike.domain.imports.rules.fields import FORMS, Field, Form

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "import.md"


def table(kind: str, form: Form) -> str:
    """The fields of a kind as the guide shows them."""
    head = f"### {kind}\n\n| field | | headings it is known by, among others |\n|---|---|---|\n"
    return head + "".join(_line(form, field) for field in form.fields)


def _line(form: Form, field: Field) -> str:
    groups = [group for group in form.required if field.name in group]
    need = "needed" if any(len(group) == 1 for group in groups) else "one of" if groups else ""
    english = next((word for word in field.synonyms if word.isascii()), field.label)
    known = ", ".join((*field.synonyms[:3], english))
    return f"| `{field.name}` | {need} | {known} |\n"


@pytest.mark.parametrize("kind", FORMS)
def test_the_guide_lists_every_field(kind: str) -> None:
    assert table(kind, FORMS[kind]) in GUIDE.read_text(encoding="utf-8")


if __name__ == "__main__":
    print("\n".join(table(kind, form) for kind, form in FORMS.items()))  # noqa: T201
