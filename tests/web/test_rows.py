from __future__ import annotations

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

ENGINE = Engine(libraries={"rows": "zhike.web.templatetags.rows"}, builtins=["zhike.web.templatetags.rows"])
PATTERN = ENGINE.from_string(
    "{% rows people %}<li{% if wide %} class=wide{% endif %}>[[name]]: {{ word }} [[age]]</li>{% endrows %}"
)
LOOP = ENGINE.from_string(
    "{% for each in people %}"
    "<li{% if wide %} class=wide{% endif %}>{{ each.name }}: {{ word }} {{ each.age }}</li>"
    "{% endfor %}"
)
texts = st.text(max_size=12) | st.sampled_from(["<b>", "[[age]]", "{{ word }}", "%s", "\\1", "&amp;"])
people = st.lists(
    st.fixed_dictionaries({"name": texts | texts.map(SafeString), "age": st.integers(0, 120)}), max_size=4
)


@given(people, st.booleans())
def test_a_pattern_filled_in_is_what_a_loop_would_say(people: list[dict[str, object]], wide: bool) -> None:
    said = {"people": people, "word": SafeString("Alter"), "wide": wide}
    assert PATTERN.render(Context(said)) == LOOP.render(Context(said))


def test_a_value_is_never_a_gap_and_never_markup() -> None:
    said = PATTERN.render(Context({"people": [{"name": "[[age]]<script>", "age": 4}], "word": "", "wide": False}))
    assert said == "<li>[[age]]&lt;script&gt;:  4</li>"


def test_a_gap_that_no_row_fills_is_named() -> None:
    with pytest.raises(KeyError, match="phone"):
        ENGINE.from_string("{% rows people %}[[phone]]{% endrows %}").render(Context({"people": [{"name": "李"}]}))


def test_the_tag_wants_one_list() -> None:
    with pytest.raises(TemplateSyntaxError, match="one list"):
        ENGINE.from_string("{% rows %}{% endrows %}")
