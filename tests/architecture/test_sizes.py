"""Files and functions that one can hold in the head."""

import ast

from tests.architecture.source import PACKAGE, modules, place, tree

MOST_LINES_A_FILE = 400
MOST_LINES_A_FUNCTION = 50
MOST_LINES_A_TEMPLATE = 200


def test_no_file_is_longer_than_one_can_hold_in_the_head() -> None:
    long = {place(path): lines for path in modules() if (lines := path.read_text().count("\n")) > MOST_LINES_A_FILE}
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{place(path, node)} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno > MOST_LINES_A_FUNCTION
    ]
    assert not long


def test_no_template_is_longer_than_it_reads_well() -> None:
    templates = (PACKAGE / "web" / "templates").rglob("*.html")
    long = {place(path): lines for path in templates if (lines := path.read_text().count("\n")) > MOST_LINES_A_TEMPLATE}
    assert not long
