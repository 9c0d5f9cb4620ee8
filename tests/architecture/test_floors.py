"""What each floor may do: doors do not write, nothing below them reads the clock, rows are read for somebody."""

import ast
import re

from tests.architecture.source import DOORS, PACKAGE, calls, floor, modules, place, tree

CLOCK = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime)|time\.time|clock\.now)$"
)
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "executemany"}
NOT_ROWS = re.compile(r"^(request\.session|cache|response|self\.response|messages|hashlib|form|router)\b")


def test_nothing_below_the_doors_reads_the_clock() -> None:
    read = [
        place(path, node)
        for path in modules()
        if floor(path) not in DOORS and path != PACKAGE / "kernel" / "clock.py"
        for node, words in calls(path)
        if CLOCK.search(words)
    ]
    assert not read


def test_doors_do_not_write_to_the_database() -> None:
    written = [
        f"{place(path, node)} {words}"
        for path in modules()
        if floor(path) in {"web", "api", "jobs"}
        for node, words in calls(path)
        if words.rpartition(".")[2] in WRITES and not NOT_ROWS.match(words)
    ]
    assert not written


def test_doors_open_no_transactions() -> None:
    opened = [
        place(path, node)
        for path in modules()
        if floor(path) in {"web", "api", "jobs"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.db"
        and any(n.name == "transaction" for n in node.names)
    ]
    assert not opened


def test_the_manager_without_scope_is_for_django_alone() -> None:
    used = [
        place(path, node)
        for path in modules()
        if path.stem != "models" and path != PACKAGE / "kernel" / "scope.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"everything", "_base_manager", "_default_manager"}
    ]
    assert not used


def test_doors_read_nothing_unscoped() -> None:
    unscoped = [
        place(path, node)
        for path in modules()
        if floor(path) in {"web", "api"}
        for node, words in calls(path)
        if words.endswith(".unscoped")
    ]
    assert not unscoped
