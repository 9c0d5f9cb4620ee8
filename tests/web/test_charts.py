"""A chart is a table first."""

import pytest

from zhike.web.charts import Chart


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 2 cells"):
        Chart(kind="bar", columns=["Tier", "Customers"], rows=[("A", 12), ("B",)])


def test_links_are_given_for_every_row_or_for_none() -> None:
    with pytest.raises(ValueError, match="every row"):
        Chart(kind="bar", columns=["Tier", "Customers"], rows=[("A", 12), ("B", 7)], links=["?tier=A"])


def test_every_end_of_a_sankey_has_its_place_in_the_order() -> None:
    with pytest.raises(ValueError, match="every end"):
        Chart(kind="sankey", columns=["From", "To", "Customers"], rows=[("A", "B", 3)], order=["A"])


def test_the_table_beside_the_chart_has_the_rows_that_are_drawn() -> None:
    chart = Chart(
        kind="sankey", columns=["From", "To", "Customers"], rows=[("A", "B", 3)], links=["?moved=AB"], order=["B", "A"]
    )
    assert [(row.cells, row.link) for row in chart.table_rows] == [(("A", "B", 3), "?moved=AB")]
    assert chart.as_data["rows"] == [["A", "B", 3]]
    assert chart.as_data["order"] == ["B", "A"]
    assert chart.label_columns == 2
