from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.kernel.traces import Traces


@pytest.mark.parametrize(
    ("known", "text", "blotted"),
    [
        (["刘海棠"], "与刘海棠通话，海棠很满意", "与***通话，海棠很满意"),
        (["138-1234-5678"], "电话 13812345678、138 1234 5678", "电话 ***、***"),
        (["+86 138 1234 5678"], "打 138-1234-5678", "打 ***"),
        (["0571-8888 1234"], "打0571 88881234转3", "打***转3"),
        (["Liu@Example.com"], "发到 liu@example.COM", "发到 ***"),
        (["刘"], "刘总来了", "刘总来了"),
        (["王芳", "王芳芳"], "王芳芳和王芳", "***和***"),
        (["a.b"], "acb a.b", "acb ***"),
        ([], "没有人", "没有人"),
    ],
)
def test_people_are_blotted_out_in_every_spelling(known: list[str], text: str, blotted: str) -> None:
    assert Traces(known).blotted(text) == blotted


def test_traces_are_found_inside_documents() -> None:
    traces = Traces(["刘海棠"])
    assert traces.are_in({"after": {"name": ["", "刘海棠"]}})
    assert traces.are_in([1, None, "与刘海棠通话"])
    assert not traces.are_in({"after": {"name": "何志远"}, "n": 7, "x": None})
    assert not Traces([]).are_in("刘海棠")


@given(st.lists(st.text("甲乙丙0123456789-@.a", min_size=2, max_size=12), max_size=4), st.text("甲乙丙丁 0-9@.a"))
def test_nothing_that_was_blotted_is_found_again(known: list[str], text: str) -> None:
    traces = Traces(known)
    blotted = traces.blotted(" ".join([text, *known]))
    assert all(value.strip() not in blotted for value in known if len(value.strip()) >= 2)
