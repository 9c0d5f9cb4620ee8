"""Makes the mutants, lets each be walked in a process of its own, and counts those that nobody noticed."""

from __future__ import annotations

import ast
import contextlib
import gc
import inspect
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from django.apps import apps
from django.db import connection, connections, transaction
from django.test.utils import setup_test_environment

from tests.architecture.access.operations import OPERATIONS
from tests.architecture.access.pages import PAGES
from tests.architecture.access.routes import views
from tests.architecture.access.walking import cells
from tests.architecture.access.ways import Way
from tests.architecture.access.world import World, build
from tests.cast import NOW
from tests.mutants.operators import mutants
from tests.mutants.targets import EQUIVALENT, FUNCTIONS, WORDS_OF_SCOPE
from zhike.kernel import clock

LIMIT_SECONDS = 900
WALKED = (
    # Lists show every situation at once: most mutants go no further.
    "GET api:list_customers", "GET api:list_contacts", "GET api:list_orders", "GET api:list_interactions",
    "GET api:list_commitments", "GET api:list_imports", "GET customers:picker", "GET api:read_me",
    "GET api:read_customer", "GET api:read_contact", "GET api:read_order", "GET api:read_commitment",
    "GET api:read_interaction", "GET api:read_import", "GET customers:contacts", "GET search:palette",
    "POST api:reveal_contact", "POST api:reveal_customer", "PATCH api:change_contact", "DELETE api:remove_contact",
    "POST api:create_contact", "PATCH api:change_customer", "DELETE api:delete_customer", "DELETE api:cancel_order",
    "POST api:state_order", "POST api:create_commitment", "POST api:close_commitment", "DELETE api:undo_import",
    "DELETE api:take_back_interaction", "POST customers:lifecycle", "POST customers:undo", "GET contacts:picker",
    "POST contacts:new", "GET people:list",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change: what it is called, how it is put in place, and at which addresses it must show (any, if none)."""

    name: str
    apply: Callable[[], None]
    routes: frozenset[str] = frozenset()


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
    survivors = []
    for mutant, is_killed, note in _walked([Mutant("nothing at all", lambda: None), *made], world, template, at_once):
        if mutant.name == "nothing at all" and is_killed:
            say(f"The walk fails before anything is broken: {note}")
            return 1
        if not is_killed and mutant.name != "nothing at all":
            survivors.append(mutant.name)
            say(f"survived: {mutant.name} {note}")
    spent = time.monotonic() - began
    say(f"{len(made) - len(survivors)} / {len(made)} killed in {spent:.0f} s; {len(EQUIVALENT)} change nothing")
    return 1 if survivors else 0


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
                yield Mutant(f"{model.__name__}.scope without {word}", _attribute(model, "scope", without))
    known = views()
    for way in PAGES:
        if way.gate and (guard := _guard(known[way.route])) and way.method in {"GET", "POST"}:
            yield Mutant(f"{way.name} unguarded", _opened(guard), frozenset({way.route}))


def of_function(module: str, name: str) -> Iterator[Mutant]:
    """The mutants of one function."""
    source = inspect.getsourcefile(import_module(module))
    assert source is not None
    tree = ast.parse(Path(source).read_text())
    function = _definition(tree, name.replace(".<locals>", "").split("."))
    seen: dict[str, int] = {}
    for word, changed in mutants(function):
        what = f"{name} {word.partition(': ')[2]}"
        seen[what] = seen.get(what, 0) + 1
        label = what if seen[what] == 1 else f"{what} ({seen[what]})"
        yield Mutant(label, _code(name, source, tree, function, changed))


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


def _walked(waiting: list[Mutant], world: World, template: Path, at_once: int) -> Iterator[tuple[Mutant, bool, str]]:
    """Each mutant with whether somebody noticed, and what."""
    running: dict[int, tuple[Mutant, int]] = {}
    queue = list(reversed(waiting))
    while queue or running:
        while queue and len(running) < at_once:
            mutant = queue.pop()
            told, tell = os.pipe()
            if (child := os.fork()) == 0:
                os.close(told)
                _walk_alone(mutant, world, template, tell)
            os.close(tell)
            running[child] = (mutant, told)
        child, status = os.wait()
        mutant, told = running.pop(child)
        with os.fdopen(told) as pipe:
            note = pipe.read()
        yield mutant, status != 0, note


def _walk_alone(mutant: Mutant, world: World, template: Path, tell: int) -> None:
    """Never returns: ends with 1 as soon as anything is not as it should be."""
    signal.alarm(LIMIT_SECONDS)
    copy = template.with_name(f"mutant-{os.getpid()}.sqlite3")
    shutil.copy(template, copy)
    connection.settings_dict["NAME"] = str(copy)
    note = ""
    try:
        mutant.apply()
    except Exception as error:  # a mutant that cannot be made has not been noticed by anybody
        os.write(tell, f"cannot be made: {error!r}".encode())
        os._exit(0)
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere), transaction.atomic():
            note = next((fault for way in _ways(mutant) for faults in cells(world, way) for fault in faults), "")
            transaction.set_rollback(True)
    except BaseException as error:
        note = repr(error)
    os.write(tell, note.encode()[:4000])
    copy.unlink(missing_ok=True)
    os._exit(1 if note else 0)


def _ways(mutant: Mutant) -> list[Way]:
    """Where to look, the cheapest first."""
    if mutant.routes:
        return [way for way in PAGES if way.route in mutant.routes]
    known = {way.name: way for way in (*PAGES, *OPERATIONS)}
    return [known[name] for name in WALKED]
