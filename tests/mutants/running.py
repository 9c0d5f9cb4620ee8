"""Makes the mutants, lets each be walked in a process of its own, and counts those that nobody noticed."""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import gc
import inspect
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from django.apps import apps
from django.db import connection, connections, transaction
from django.test.utils import setup_test_environment

from tests.architecture.access.pages import PAGES
from tests.architecture.access.routes import views
from tests.architecture.access.walks import WALKS
from tests.architecture.access.world import World, build
from tests.cast import NOW
from tests.mutants.operators import mutants
from tests.mutants.targets import EQUIVALENT, FUNCTIONS, WORDS_OF_SCOPE
from zhike.kernel import clock

LIMIT_SECONDS = 1800
TOLD_EVERY = 10
ROUNDS = (
    # Lists show every situation at once: most mutants go no further.
    ("GET api:list_customers", "GET api:list_contacts", "GET api:list_orders", "GET api:list_interactions",
    "GET api:list_commitments", "GET api:list_imports", "GET customers:picker", "GET contacts:picker",
    "GET api:read_customer", "GET api:read_contact", "GET api:read_order", "GET api:read_commitment",
    "GET api:read_interaction", "GET api:read_import", "GET customers:contacts", "GET search:palette"),
    ("POST api:reveal_contact", "POST api:reveal_customer", "PATCH api:change_contact", "DELETE api:remove_contact",
    "POST api:create_contact", "PATCH api:change_customer", "DELETE api:delete_customer", "DELETE api:cancel_order",
    "POST api:state_order", "POST api:create_commitment", "POST api:close_commitment", "DELETE api:undo_import",
    "DELETE api:take_back_interaction", "POST customers:lifecycle", "POST customers:undo", "POST contacts:new",
    "GET people:list"),
)  # fmt: skip
"""The walks that every mutant is shown to at first, and then those that are left; what is left then, to all others."""


@dataclass(frozen=True)
class Mutant:
    """A change: what it is called, how it is put in place, what it changes, and on which walks it must show (any,
    if none)."""

    name: str
    apply: Callable[[], None]
    target: str
    walks: tuple[str, ...] = ()


@dataclass
class Order:
    """In which order a mutant is shown to walks: to those first that have noticed others of the same target.

    `calls` says which targets each walk runs through at all: one that never calls a function cannot notice what is
    changed in it. `noticed` counts by target and walk.
    """

    calls: dict[str, list[str]]
    noticed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, mutant: Mutant) -> list[str]:
        """The names of the walks."""
        if mutant.walks:
            return list(mutant.walks)
        names = [name for name, called in self.calls.items() if not mutant.target or mutant.target in called]
        return sorted(names, key=lambda name: -self.noticed[mutant.target, name])


def run(only: str, at_once: int) -> int:
    """Print killed / made; 1 where one survives."""
    began = time.monotonic()
    setup_test_environment()
    logging.disable()
    clock.now = lambda: NOW
    connection.creation.create_test_db(verbosity=0)
    with transaction.atomic():
        world = build()
    template = Path(connection.settings_dict["NAME"])
    connections.close_all()
    made = [mutant for mutant in everything() if only in mutant.name and mutant.name not in EQUIVALENT]
    shown, gates = [each for each in made if not each.walks], [each for each in made if each.walks]
    say(f"{len(made)} mutants")
    others = [name for name in WALKS if not any(name in each for each in ROUNDS)]
    left = shown
    for walks in (*ROUNDS, others):
        left = list(_left(left, walks, world, template, at_once))
    left += _left(gates, (), world, template, at_once)
    spent = time.monotonic() - began
    say(f"{len(made) - len(left)} / {len(made)} killed in {spent:.0f} s; {len(EQUIVALENT)} change nothing")
    return 1 if left else 0


def _left(mutants: list[Mutant], walks: Sequence[str], world: World, template: Path, at_once: int) -> Iterator[Mutant]:
    """Those that none of the walks has noticed."""
    if not mutants:
        return
    order, left = _census(walks, world, template), 0
    for number, (mutant, walk, note) in enumerate(_walked(mutants, order, world, template, at_once), 1):
        order.noticed[mutant.target, walk] += bool(walk)
        if not walk:
            left += 1
            say(f"not noticed: {mutant.name} {note}")
            yield mutant
        if number % TOLD_EVERY == 0:
            say(f"{number - left} / {number} of {len(mutants)} noticed")


def say(sentence: str) -> None:
    """A line at once: such a run is watched."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def everything() -> Iterator[Mutant]:
    """All mutants there are."""
    for module, names in FUNCTIONS.items():
        for name in names:
            yield from of_function(module, name)
    for model in apps.get_models():
        scope = getattr(model, "scope", None)
        for word in WORDS_OF_SCOPE if scope else ():
            if getattr(scope, word):
                without = replace(scope, **{word: ""})  # type: ignore[type-var]
                yield Mutant(f"{model.__name__}.scope without {word}", _attribute(model, "scope", without), "")
    known = views()
    for way in PAGES:
        if way.gate and (guard := _guard(known[way.route])) and way.method in {"GET", "POST"}:
            yield Mutant(f"{way.name} unguarded", _opened(guard), "", (way.name,))


def of_function(module: str, name: str) -> Iterator[Mutant]:
    """The mutants of one function."""
    source = inspect.getsourcefile(import_module(module))
    assert source is not None
    tree = ast.parse(Path(source).read_text())
    function = _definition(tree, name.replace(".<locals>", "").split("."))
    seen: dict[str, int] = {}
    target = known_as(module, name)
    for word, changed in mutants(function):
        what = f"{target} {word.partition(': ')[2]}"
        seen[what] = seen.get(what, 0) + 1
        label = what if seen[what] == 1 else f"{what} ({seen[what]})"
        yield Mutant(label, _code(name, source, tree, function, changed), target)


def known_as(module: str, name: str) -> str:
    """The name of a function, after that of its module where others are called the same."""
    has_namesakes = sum(name in names for names in FUNCTIONS.values()) > 1
    return f"{module.rpartition('.')[2]}.{name}" if has_namesakes else name


def _definition(tree: ast.Module, names: list[str]) -> ast.FunctionDef:
    found: ast.AST = tree
    for name in names:
        found = next(
            node
            for node in ast.iter_child_nodes(found)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        )
    assert isinstance(found, ast.FunctionDef)
    return found


def _code(
    name: str, source: str, tree: ast.Module, function: ast.FunctionDef, changed: ast.FunctionDef
) -> Callable[[], None]:
    def apply() -> None:
        live = [
            each
            for each in gc.get_objects()
            if type(each) is FunctionType and each.__code__.co_qualname == name and each.__code__.co_filename == source
        ]
        assert live, f"{name} is nowhere"
        # Names of the function around it stay bound, whatever the change has taken away.
        kept = ast.parse(f"if 0: ({', '.join(live[0].__code__.co_freevars)},)").body if live[0].__closure__ else []
        body = list(changed.body)
        function.body, former = [*body, *kept], function.body
        try:
            code = _found(compile(ast.fix_missing_locations(tree), source, "exec"), name)
        finally:
            function.body = former
        for each in live:
            each.__code__ = code

    return apply


def _found(code: CodeType, name: str) -> CodeType:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_qualname == name:
                return each
            with contextlib.suppress(LookupError):
                return _found(each, name)
    raise LookupError(name)


def _attribute(owner: object, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(owner, name, value)


def _guard(view: Any) -> FunctionType | None:
    """The function by which `requires` guards a view."""
    while view is not None:
        if getattr(view, "__code__", None) and view.__code__.co_qualname == "requires.<locals>.guard.<locals>.guarded":
            return view  # type: ignore[no-any-return]
        view = getattr(view, "__wrapped__", None)
    return None


def _opened(guard: FunctionType) -> Callable[[], None]:
    """Leave the guard out: whoever called it calls the view itself."""

    def apply() -> None:
        view = guard.__wrapped__  # type: ignore[attr-defined]
        for each in gc.get_objects():
            if type(each) is FunctionType and each is not guard:
                for cell in each.__closure__ or ():
                    with contextlib.suppress(ValueError):
                        if cell.cell_contents is guard:
                            cell.cell_contents = view

    return apply


def _census(walks: Sequence[str], world: World, template: Path) -> Order:
    """Go on the walks once with nothing broken, and note which of the functions each of them calls.

    Raises SystemExit where that finds fault.
    """
    file = template.with_name("census.json")
    if (child := os.fork()) == 0:
        _count_alone(walks, world, template, file)
    os.waitpid(child, 0)
    found = json.loads(file.read_text())
    file.unlink()
    if found["fault"]:
        raise SystemExit(f"The walk fails before anything is broken: {found['fault']}")
    return Order(calls=found["calls"])


def _count_alone(walks: Sequence[str], world: World, template: Path, file: Path) -> None:
    """Never returns."""
    calls, fault = {}, ""
    called: set[str] = set()
    builtins.called = called.add  # type: ignore[attr-defined]
    for module, names in FUNCTIONS.items():
        for name in names:
            _telling(module, name)()
    with _own_database(template):
        for name in walks:
            called.clear()
            fault = fault or next((each for faults in WALKS[name](world) for each in faults), "")
            calls[name] = sorted(called)
    file.write_text(json.dumps({"calls": calls, "fault": fault}))
    os._exit(0)


def _telling(module: str, name: str) -> Callable[[], None]:
    """Let the function say whenever it is called."""
    source = inspect.getsourcefile(import_module(module))
    assert source is not None
    tree = ast.parse(Path(source).read_text())
    function = _definition(tree, name.replace(".<locals>", "").split("."))
    changed = copy.deepcopy(function)
    changed.body = [*ast.parse(f"called({known_as(module, name)!r})").body, *changed.body]
    return _code(name, source, tree, function, changed)


@contextlib.contextmanager
def _own_database(template: Path) -> Iterator[None]:
    """A copy of the world for this process alone, in which nothing stays."""
    copied = template.with_name(f"mutant-{os.getpid()}.sqlite3")
    shutil.copy(template, copied)
    connection.settings_dict["NAME"] = str(copied)
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere), transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        copied.unlink(missing_ok=True)


def _walked(
    waiting: list[Mutant], order: Order, world: World, template: Path, at_once: int
) -> Iterator[tuple[Mutant, str, str]]:
    """Each mutant with the walk that noticed it, if any did, and what it said."""
    running: dict[int, tuple[Mutant, int]] = {}
    queue = list(reversed(waiting))
    while queue or running:
        while queue and len(running) < at_once:
            mutant = queue.pop()
            told, tell = os.pipe()
            if (child := os.fork()) == 0:
                os.close(told)
                _walk_alone(mutant, order.of(mutant), world, template, tell)
            os.close(tell)
            running[child] = (mutant, told)
        child, status = os.wait()
        mutant, told = running.pop(child)
        with os.fdopen(told) as pipe:
            walk, _line, note = pipe.read().partition("\n")
        yield mutant, walk, note or (f"ended with {status}" if status else "")


def _walk_alone(mutant: Mutant, names: list[str], world: World, template: Path, tell: int) -> None:
    """Never returns: ends as soon as anything is not as it should be, and tells on which walk."""
    signal.alarm(LIMIT_SECONDS)
    name = note = ""
    try:
        mutant.apply()
    except Exception as error:  # a mutant that cannot be made has not been noticed by anybody
        os.write(tell, f"\ncannot be made: {error!r}".encode())
        os._exit(0)
    try:
        with _own_database(template):
            for name in names:
                if note := next((fault for faults in WALKS[name](world) for fault in faults), ""):
                    break
    except BaseException as error:
        note = repr(error)
    os.write(tell, f"{name if note else ''}\n{note}".encode()[:4000])
    os._exit(0)
