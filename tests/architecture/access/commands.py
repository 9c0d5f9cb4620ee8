"""Every command of the console: as whom it acts, what it shows and writes, which line it leaves; and every wrong call.

Whoever may type on the server's console needs no right: the commands act as the system, which sees everything and is
nobody. The line on the trail then names no person.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from django.core.management.base import CommandError
from django.test import override_settings

from tests.architecture.access.situations import KEEPERS, found_in
from tests.architecture.access.walking import digest, newest_line, restored, watching
from tests.architecture.access.world import World
from zhike.domain.accounts.models import Company
from zhike.kernel.models import Activity

PACKAGE = "zhike.jobs.management.commands"
ORDERS = "订单编号,客户名称,订单日期,金额\nA1,zz-customer-other-zz,2026-03-05,10\n"
PERSONAL = ("contact", "phone", "email", "wechat", "birthday", "note", "said", "answered")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One way to call a command. Words in braces are filled in by the world, and by `folder`.

    `shows` are the kinds of records that it prints, of the situation `about`, or of all where there is none. `writes`
    are the tables that are not the same afterwards. `leaves` is the verb on the trail, in the name of the
    system. `code` is the exit code, any of several where the machine decides.
    """

    words: str = ""
    shows: tuple[str, ...] = ()
    about: str = ""
    writes: frozenset[str] = frozenset()
    leaves: str = ""
    code: tuple[int, ...] = (0,)
    before: Callable[[World], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a command is called with: rightly, and wrongly. `elsewhere` says what is not called here, and why."""

    calls: tuple[Call, ...] = ()
    wrong: tuple[str, ...] = ()
    elsewhere: str = ""


def _of(*tables: str) -> frozenset[str]:
    return frozenset(tables)


def _are_separate(world: World) -> None:
    Company.objects.update(administrators_are_separate=True)


NOBODY = "nobody@example.com"
FOLLOWS = ("orders_changedmonth", "segmentation_standing", "commitments_commitment")
"""What an order brings with it: figures, a tier, and the care that it promises."""
HANDED = _of("customers_customer", "commitments_commitment")
COMMANDS: Mapping[str, Command] = {
    "access": Command(
        calls=(
            Call(words="disable southerner@example.com", writes=_of("accounts_user"), leaves="disable"),
            Call(words="enable disabled@example.com", writes=_of("accounts_user"), leaves="enable"),
            Call(words="unlock southerner@example.com"),
            Call(
                words="reset-second-factor newcomer@example.com", writes=_of("mfa_authenticator"),
                leaves="reset_second_factor",
            ),
            Call(words="sign-out sales_rep@example.com", leaves="end_sessions"),
            Call(words="new-password southerner@example.com", writes=_of("accounts_user"), leaves="void_password"),
            Call(
                words="join-administrators southerner@example.com", before=_are_separate,
                writes=_of("accounts_company", "accounts_user_roles"), leaves="join_administrators",
            ),
        ),
        wrong=(
            "", "disable", "nonsense boss@example.com", f"disable {NOBODY}", f"new-password {NOBODY}",
            "join-administrators southerner@example.com",
        ),
    ),
    "audit": Command(
        calls=(
            Call(words="verify"),
            Call(words="seal"),
            Call(words="head"),
            Call(words="accept --reason x", leaves="accepted"),
            Call(words="export {folder}/trail --reason x", leaves="exported"),
        ),
        wrong=("", "nonsense", "accept", "export", "export {folder}/trail", "export {folder}/none/trail --reason x"),
    ),
    "check": Command(calls=(Call(code=(0, 1)),), wrong=("nonsense",)),
    "commitments": Command(
        calls=(
            Call(words="--json", shows=("commitment", "kept")),
            Call(words="--status open", shows=("commitment",)),
        ),
        wrong=("--status nonsense", "--due-by yesterday", f"--owner {NOBODY}"),
    ),
    "customers": Command(
        calls=(Call(words="--json --reason x", shows=("customer",), leaves="exported"),),
        wrong=("--as-of yesterday", "--json --csv"),
    ),
    "demo": Command(wrong=("", "nonsense"), elsewhere="needs an empty installation: tests/flows/test_demo.py"),
    "due": Command(
        calls=(Call(words="2026-02-13T17:30 24_hours"),),
        wrong=("", "2026-02-13T17:30", "yesterday 24_hours", "2026-02-13 x"),
    ),
    "import": Command(
        calls=(
            Call(
                words="orders {folder}/orders.csv", leaves="imported",
                writes=_of("imports_batch", "imports_recordchange", "orders_order", *FOLLOWS),
            ),
            Call(words="orders {folder}/orders.csv --dry-run", leaves="uploaded"),
            Call(words="--undo {import}", writes=_of("imports_batch"), leaves="undone"),
        ),
        wrong=(
            "", "orders", "fruit {folder}/orders.csv", "orders {folder}/none.csv",
            "orders {folder}/orders.csv --map nonsense", "orders {folder}/orders.csv --sheet none", "--undo x",
            "--undo 987654321",
        ),
    ),
    "init": Command(
        wrong=("", "--playbook b2b-abc --company x --admin x@x.cn", "--playbook none --company x --admin x@x.cn"),
        elsewhere="needs an empty installation: tests/journeys",
    ),
    "job": Command(wrong=("", "x", "987654321"), elsewhere="what it carries out is walked by kind: queue.py"),
    "keys": Command(
        calls=(Call(words="status"),), wrong=("", "nonsense", "rotate --nonsense"),
        elsewhere="other keys would close what this world is sealed with: tests/kernel/vault",
    ),
    "night": Command(
        calls=(Call(words="--json", writes=_of("commitments_commitment", "kernel_jobrequest"), leaves="planned"),),
        wrong=("--as-of yesterday", "--as-of 2099-01-01"),
    ),
    "person": Command(
        calls=(
            Call(
                words="export --contact {contact} --reason x", about="other", shows=PERSONAL, leaves="exported",
            ),
            Call(words="clear --preview"),
        ),
        wrong=(
            "", "export --reason x", "export --contact {contact}", "export --contact 987654321 --reason x",
            "export --customer C999999999 --reason x", "erase {request}", "clear --nonsense",
        ),
    ),
    "prepare": Command(calls=(Call(),), wrong=("nonsense",)),
    "staff": Command(
        calls=(
            Call(words="hand-over southerner@example.com --to boss@example.com", writes=HANDED, leaves="assigned"),
            Call(
                words="let-go southerner@example.com --to boss@example.com", leaves="disable",
                writes=HANDED | {"accounts_user"},
            ),
            Call(
                words="move southerner@example.com --department east", leaves="change",
                writes=HANDED | {"accounts_user"},
            ),
        ),
        wrong=(
            "", "hand-over southerner@example.com", f"hand-over {NOBODY} --to boss@example.com",
            f"hand-over southerner@example.com --to {NOBODY}", "let-go southerner@example.com",
            "hand-over southerner@example.com --to southerner@example.com",
            "let-go southerner@example.com --to disabled@example.com",
            "move southerner@example.com", "move southerner@example.com --department none",
        ),
    ),
    "worker": Command(wrong=("nonsense",), elsewhere="runs until it is stopped; its jobs are walked one by one"),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What came of a call."""

    code: int
    out: str
    complaint: str
    lines: list[tuple[int | None, str]]
    changed: set[str] = field(default_factory=set)


def cells(world: World, name: str) -> Iterator[list[str]]:
    """Every call of the command, and every wrong one; what is wrong with each."""
    command = COMMANDS[name]
    for call in command.calls:
        found = list(_faults(world, call, _called(world, name, call.words, call.before, call.about)))
        yield [f"zhike {name} {call.words}: {fault}" for fault in found]
    for words in ("--nonsense", *command.wrong):
        found = list(_faults_of_wrong(_called(world, name, words)))
        yield [f"zhike {name} {words}: {fault}" for fault in found]


def _faults(world: World, call: Call, outcome: Outcome) -> Iterator[str]:
    if outcome.code not in call.code:
        yield f"ends with {outcome.code}: {outcome.complaint}"
    situations = [call.about] if call.about else [each for each in KEEPERS if each != "deleted"]
    wanted = {(kind, situation) for kind in call.shows for situation in situations}
    if found := set(found_in(outcome.out)) ^ wanted:
        yield f"shows other than {sorted(found)}"
    if outcome.changed != call.writes:
        yield f"changes {sorted(outcome.changed)}"
    if call.leaves and call.leaves not in {verb for _actor, verb in outcome.lines}:
        yield f"leaves no line “{call.leaves}”: {outcome.lines}"
    if others := [line for line in outcome.lines if line[0] is not None]:
        yield f"acts as somebody else: {others}"


def _faults_of_wrong(outcome: Outcome) -> Iterator[str]:
    if outcome.code not in {1, 2}:
        yield f"ends with {outcome.code}"
    if not outcome.complaint or (outcome.code == 1 and len(outcome.complaint.splitlines()) > 1):
        yield f"says {outcome.complaint!r}"
    if outcome.changed or outcome.lines or any(True for _each in found_in(outcome.out)):
        yield f"shows, changes or leaves something: {sorted(outcome.changed)}, {outcome.lines}"


def _called(
    world: World, name: str, words: str, before: Callable[[World], None] | None = None, about: str = ""
) -> Outcome:
    """Call it as the console does, and take back whatever it has done."""
    with own_place(world) as folder:
        ids = world.ids[about or "other"]
        given = [
            word.replace("_", " ") if word[0].isdigit() else word for word in words.format(folder=folder, **ids).split()
        ]
        with restored():
            if before:
                before(world)
            newest = newest_line()
            with watching() as written:
                code, out, complaint = _typed(name, given)
            lines = list(Activity.objects.filter(pk__gt=newest).values_list("actor", "verb"))
            after = {table: digest({table}) for table in written}
        with restored():
            if before:
                before(world)
            changed = {table for table in written if digest({table}) != after[table]}
    return Outcome(code, out, complaint, lines, changed)


def _typed(name: str, given: list[str]) -> tuple[int, str, str]:
    out, errors = io.StringIO(), io.StringIO()
    command: Any = import_module(f"{PACKAGE}.{name}").Command(stdout=out, stderr=errors, no_color=True)
    command._called_from_command_line = True
    try:
        with redirect_stderr(errors), redirect_stdout(out), mock.patch("sys.stdin", io.StringIO()):
            options = vars(command.create_parser("zhike", name).parse_args(given))
            command.execute(**options)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as wrong:
        return int(wrong.code or 0), out.getvalue(), errors.getvalue()
    except Exception as error:
        return -1, out.getvalue(), f"{type(error).__name__}: {error}"
    return 0, out.getvalue(), errors.getvalue()


@contextmanager
def own_place(world: World) -> Iterator[Path]:
    """Files go into a folder that is not kept; for the engine, a process of its own, somebody speaks."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
        with (
            override_settings(ZHIKE_TRAIL=folder / "trail", ZHIKE_UPLOADS=folder / "uploads"),
            mock.patch("zhike.warehouse.process.run", _engine(world, folder)),
            mock.patch("zhike.flows.customer_report.refresh"),
            mock.patch("zhike.flows.simulation.refresh"),
            mock.patch("zhike.flows.customer_report.versions_in_force", return_value=[]),
        ):
            yield folder


def _engine(world: World, folder: Path) -> Callable[..., Any]:
    """The engine's answer about all customers: no figures, no tiers."""

    def run(call: str, words: Mapping[str, Any]) -> Any:
        if not call.endswith(":report"):
            return {"customers": 0, "orders": 0, "seconds": {}, "schemes": [], "moves": [], "moved": []}
        file = folder / "figures"
        present = [ids for situation, ids in world.ids.items() if situation != "deleted"]
        file.write_text("\n".join(f'{{"customer_id": {ids["customer"]}}}' for ids in present))
        return [str(file)]

    return run
