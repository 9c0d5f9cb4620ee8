"""The source as these tests read it: files, syntax trees, and where a thing stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "zhike"
DOMAIN = PACKAGE / "domain"
DOORS = ("config", "web", "api", "jobs")


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the product except migrations."""
    return tuple(path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def floor(path: Path) -> str:
    """The first folder below the package, such as `web`."""
    return path.relative_to(PACKAGE).parts[0]


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a module with the dotted words it is called by, such as `timezone.now`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)
