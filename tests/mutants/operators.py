"""Small changes to a function, each a mistake that somebody could make."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_EDGE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_LADDER = ("NONE", "OWN", "DEPARTMENT", "BELOW", "ALL")
_NARROWING = {"filter", "exclude", "present", "of_present_customers", "for_user"}
_ACTIONS = {"view": "edit", "edit": "view", "create": "view", "delete": "view", "assign": "view", "reveal": "view"}
_SWAPPED = {"min": "max", "max": "min"}


def mutants(function: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each change with a word for it, and the function with nothing else changed. Docstrings and types stay out."""
    nodes = list(ast.walk(function))
    types = set(_types(nodes))
    for index, node in enumerate(nodes):
        for word, change in _changes(node) if node not in types else ():
            changed = copy.deepcopy(function)
            twin = list(ast.walk(changed))[index]
            replacement = change(twin)
            if replacement is not twin:
                _Replace(twin, replacement).visit(changed)
            line = getattr(node, "lineno", function.lineno)
            yield f"{line}: {word}", ast.fix_missing_locations(changed)


def _types(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """All that stands in annotations, which nothing reads while the product runs."""
    for node in nodes:
        for name in ("annotation", "returns"):
            if (found := getattr(node, name, None)) is not None:
                yield from ast.walk(found)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:  # noqa: PLR0912 - one branch a kind of node
    match node:
        case ast.Compare(ops=[op]):
            for table in (_TURNED, _EDGE):
                if type(op) in table:
                    new = table[type(op)]
                    yield f"{type(op).__name__} → {new.__name__}", _set("ops", lambda new=new: [new()])
        case ast.BoolOp():
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield f"{type(node.op).__name__} → {other.__name__}", _set("op", other)
            for place in range(len(node.values)):
                yield f"drop `{ast.unparse(node.values[place])}`", _without(place)
        case ast.AugAssign(op=ast.BitOr()):
            yield "|= → &=", _set("op", ast.BitAnd)
            yield "|= dropped", lambda _twin: ast.Pass()
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd() as op):
            yield "| ↔ &", _set("op", ast.BitAnd if isinstance(op, ast.BitOr) else ast.BitOr)
        case ast.UnaryOp(op=ast.Not()):
            yield f"drop not in `{ast.unparse(node)}`", lambda twin: twin.operand
        case ast.If() | ast.IfExp():
            for value in (True, False):
                yield (f"`{ast.unparse(node.test)}` → {value}", _set("test", lambda value=value: ast.Constant(value)))
        case ast.Attribute(value=ast.Name(id="Level"), attr=attr) if attr in _LADDER:
            place = _LADDER.index(attr)
            for beside in (place - 1, place + 1):
                if 0 <= beside < len(_LADDER):
                    yield f"Level.{attr} → Level.{_LADDER[beside]}", _set("attr", lambda b=beside: _LADDER[b])
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED:
            yield f"{name} → {_SWAPPED[name]}", _set("func", lambda: ast.Name(_SWAPPED[name], ast.Load()))
        case ast.Call(func=ast.Attribute(attr=name)) if name in _NARROWING:
            if name != "for_user":
                yield f"drop .{name}()", lambda twin: twin.func.value
            else:
                yield "for_user → unscoped", _unscoped
            if len(node.keywords) > 1:
                for place, keyword in enumerate(node.keywords):
                    yield f"drop {keyword.arg} of .{name}()", _without_keyword(place)
        case ast.Constant(value=str(text)) if text in _ACTIONS:
            yield f"{text} → {_ACTIONS[text]}", _set("value", lambda: _ACTIONS[text])
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield f"return None for `{ast.unparse(value)[:40]}`", _set("value", lambda: ast.Constant(None))
        case ast.Raise():
            yield "raise dropped", lambda _twin: ast.Pass()


def _set(name: str, make: Any) -> Any:
    def change(twin: ast.AST) -> ast.AST:
        setattr(twin, name, make())
        return twin

    return change


def _without(place: int) -> Any:
    def change(twin: ast.BoolOp) -> ast.AST:
        rest = [value for other, value in enumerate(twin.values) if other != place]
        if len(rest) == 1:
            return rest[0]
        twin.values = rest
        return twin

    return change


def _without_keyword(place: int) -> Any:
    def change(twin: ast.Call) -> ast.AST:
        del twin.keywords[place]
        return twin

    return change


def _unscoped(twin: ast.Call) -> ast.AST:
    assert isinstance(twin.func, ast.Attribute)
    twin.func.attr, twin.args, twin.keywords = "unscoped", [ast.Constant("a mutant")], []
    return twin
