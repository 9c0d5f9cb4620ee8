from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.customers.rules.chart import Branch, tree, would_circle


def _names(branches: tuple[Branch[str], ...]) -> list[object]:
    return [[branch.person, *_names(branch.below)] for branch in branches]


def test_the_chart_stands_on_those_who_report_to_nobody() -> None:
    people = [(1, None, "总经理"), (2, 1, "采购总监"), (3, 2, "采购员"), (4, 1, "技术总监"), (5, 99, "顾问")]
    assert _names(tree(people)) == [["总经理", ["采购总监", ["采购员"]], ["技术总监"]], ["顾问"]]


@given(st.dictionaries(st.integers(1, 8), st.none() | st.integers(1, 9), max_size=8))
def test_everybody_stands_on_the_chart_exactly_once_whoever_reports_to_whom(above: dict[int, int | None]) -> None:
    def walk(branches: tuple[Branch[int], ...]) -> list[int]:
        return [one for branch in branches for one in (branch.person, *walk(branch.below))]

    assert sorted(walk(tree([(id, head, id) for id, head in above.items()]))) == sorted(above)


def test_nobody_may_report_to_somebody_below() -> None:
    above = {1: None, 2: 1, 3: 2}
    assert would_circle(above, 1, 3)
    assert would_circle(above, 1, 1)
    assert not would_circle(above, 3, 1)
