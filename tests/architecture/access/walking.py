"""Asking at one address as everybody, and comparing the answers with what the rules expect."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse

from tests.architecture.access.reference import (
    ALL,
    NONE,
    OWN,
    Person,
    Row,
    as_kind,
    level,
    may_reveal,
    may_run,
    names_people,
    reaches,
    reads,
    reads_file,
    sees_money,
)
from tests.architecture.access.situations import CORE, IMPORTERS, KEEPERS, LOGGED, found_in
from tests.architecture.access.ways import Right, Way
from tests.architecture.access.world import World
from zhike.kernel.models import Activity
from zhike.kernel.trail.denials import throttle

Rows = Mapping[tuple[str, str], Row]
Keys = frozenset[tuple[str, str]]
MISSING = 987_654_321
OF_UPLOADS = {"run": may_run, "read": reads_file}
"""What is done to an upload that no cell of the table names alone."""
WORDS = {"said": "interaction", "answered": "interaction", "closing": "kept"}
"""Free text, and the record in which it stands."""
NO_MATTER = {
    "django_session", "accounts_apitoken", "identity_session", "kernel_activity", "kernel_activityvalues",
    "kernel_unsealedactivity", "kernel_seal", "vault_datakey",
}  # fmt: skip
"""Tables of the traces of asking: sessions, when a token was last used, the trail, the key of its first reason."""
_WRITTEN = re.compile(r'(?:INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"(\w+)"', re.IGNORECASE)
_READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "EXPLAIN", "PRAGMA", "SET ")
_CHANCE = re.compile(rb'(csrfmiddlewaretoken" value="|"X-CSRFToken": *"|nonce=")[\w+/=-]{16,}')


@dataclass
class Answer:
    """What came back, and what it did to the database."""

    status: int
    content: bytes
    has_written: bool
    written: Collection[str]
    verbs: Collection[str]
    ids: Mapping[str, Any]
    markers: frozenset[tuple[str, str]]


def cells(world: World, way: Way) -> Iterator[list[str]]:
    """Ask at the address as everybody about the records in every situation; what is wrong with each answer."""
    for asker in ("anonymous", "disabled"):
        for situation in ("own", "other") if way.sees else ("",):
            found = list(_faults_of_strangers(way, ask(world, way, asker, situation or "own")))
            yield _told(way, asker, situation, found)
    for asker, person in world.persons.items():
        if not person.is_active:
            continue
        with restored():
            world.step_into(asker)
            yield from cells_of(world, way, person)


def _told(way: Way, asker: str, situation: str, faults: list[str]) -> list[str]:
    return [f"{way.name} · {asker} · {situation or '–'}: {fault}" for fault in faults]


def _faults_of_strangers(way: Way, answer: Answer) -> Iterator[str]:
    """Nobody in particular, and whoever has left, is asked to sign in."""
    expected = {401} if way.is_api else {404} if way.is_public else {302}
    if answer.status not in expected:
        yield f"{answer.status} instead of {sorted(expected)}"
    if answer.markers or answer.has_written:
        yield f"shows {sorted(answer.markers)}, has written: {answer.has_written}"


def cells_of(world: World, way: Way, person: Person, only: Collection[str] = ()) -> Iterator[list[str]]:
    """Ask at the address as one person, about the records in every situation or in those alone."""
    rows = world.rows(person.name)
    visible, listed = in_sight(person, rows), frozenset(key for key, row in rows.items() if reaches(person, row))
    kind = way.sees
    wanted = frozenset(KEEPERS) if way.is_api and way.method == "GET" else frozenset(CORE)
    wanted |= frozenset(LOGGED) if kind == "interaction" else frozenset()
    situations = (
        [situation for known, situation in rows if known == kind and situation in wanted - way.skips] if kind else [""]
    )
    if not is_let_in(way, person):
        # Whoever may not do this to anything is told so before anything is looked up.
        situations = [situation for situation in situations if situation in {"", "own", "other"}]
    if only and kind:
        situations = [situation for situation in situations if situation in only]
    missing: Answer | None = None
    for situation in situations:
        answer = ask(world, way, person.name, situation or "own")
        statuses, may_be_done = expected(way, person, rows, situation)
        if way.only:
            visible, listed = (
                frozenset(key for key in keys if reaches(person, rows["customer", key[1]], way.only))
                for keys in (visible, listed)
            )
        shown = visible | opened(way, person, rows, situation)
        found = list(_faults(way, answer, statuses, may_be_done, shown, listed & visible, situation))
        if not found and kind and not way.names_own and not reaches(person, rows[kind, situation], way.sees_to):
            missing = missing or ask(world, way, person.name, "")
            if told := difference(missing, answer):
                found.append(f"differs from what is not there: {told}")
        yield _told(way, person.name, situation, found)


def _faults(
    way: Way, answer: Answer, statuses: set[int], may_be_done: bool, visible: Keys, listed: Keys, situation: str
) -> Iterator[str]:
    """What is wrong with an answer."""
    if answer.status not in statuses:
        yield f"{answer.status} instead of {sorted(statuses)}"
        return
    if leaked := answer.markers - visible:
        yield f"shows {sorted(leaked)}"
    if not may_be_done:
        if answer.has_written:
            yield "is denied and has changed the database"
        if answer.status in {403, 404} and not way.is_public and "denied" not in answer.verbs:
            yield "is denied without a line on the trail"
        return
    if answer.has_written != way.must_write and not way.may_do_nothing:
        told = ", ".join(sorted(answer.written))
        yield f"changes the database: {told}" if answer.has_written else f"is allowed and does nothing ({told})"
    if way.leaves and way.leaves not in answer.verbs:
        yield f"leaves no line “{way.leaves}” on the trail"
    for kind in way.shows:
        if (kind, situation) in visible - answer.markers:
            yield f"does not show the {kind}"
    for kind in way.lists:
        if left_out := {where for known, where in listed - answer.markers if known == kind}:
            yield f"does not list the {kind} of {sorted(left_out)}"


def expected(way: Way, person: Person, rows: Rows, situation: str) -> tuple[set[int], bool]:
    """The statuses that the rules allow, and whether it is carried out."""
    if not is_let_in(way, person):
        return set(way.denied), False
    if way.sees and not reaches(person, rows[way.sees, situation], way.sees_to):
        return {way.unseen}, False
    if way.finds and not reaches(person, rows[way.finds, situation]):
        return {404}, False
    if not all(may(person, rows, right, situation) for right in way.does):
        return {way.withheld} if way.withheld else set(way.denied), False
    return set(way.statuses), True


def is_let_in(way: Way, person: Person) -> bool:
    """Whether the person may do this at all: to anything, or to everything where only that counts."""
    return way.gate is None or level(person, *way.gate) >= (ALL if way.is_whole else OWN)


def may(person: Person, rows: Rows, right: Right, situation: str) -> bool:
    """Whether the person may do this there. A star is a record yet to be made, for which its maker will answer."""
    kind, action = right
    if action == "reveal":
        return may_reveal(person, rows[kind, situation], rows["contact", situation])
    if action in OF_UPLOADS:
        return OF_UPLOADS[action](person, rows[kind, situation])
    if not kind.endswith("*"):
        there = rows.get((kind, situation)) or as_kind(rows["customer", situation], kind)
        return reaches(person, there, action)
    kind = kind.removesuffix("*")
    if not situation:
        return level(person, kind, action) > NONE
    made = replace(as_kind(rows["customer", situation], kind), responsible=person.name)
    return reaches(person, made, action)


def in_sight(person: Person, rows: Rows) -> Keys:
    """What may appear before the person by name: what is within reach, and the customer beside a row of his own.

    Of contacts that are reached by work alone the names are masked.
    """
    seen = {key for key, row in rows.items() if reaches(person, row)}
    beside = {("customer", where) for kind, where in seen if kind in {"commitment", "kept", "interaction", "request"}}
    beside |= {("contact", where) for kind, where in seen if kind == "request"}
    people = {key for key in seen | beside if key[0] in {"contact", "aide", "request"}}
    masked = {key for key in people if not names_people(person, replace(rows["contact", key[1]], is_deleted=False))}
    told = {("note", where) for kind, where in seen if kind == "contact" and (kind, where) not in masked}
    told |= {
        (words, where)
        for words, kind in WORDS.items()
        for where in KEEPERS
        if reads(person, rows[kind, where], rows["contact", where])
    }
    told |= {("cell", where) for where in IMPORTERS if reads_file(person, rows["import", where])}
    told |= {
        (kind, where)
        for kind in ("revenue", "amount")
        for where in KEEPERS
        if sees_money(person, rows["customer", where])
    }
    return frozenset((seen | beside) - masked | told)


def opened(way: Way, person: Person, rows: Rows, situation: str) -> Keys:
    """What the answer shows beyond that, where masked values may be revealed to the person."""
    contact = rows["contact", situation] if way.opens else None
    if contact and way.sees == "request":
        # Whoever works on what a person asks about himself hands out all of it.
        return frozenset((kind, situation) for kind in way.opens if reaches(person, rows[way.sees, situation], "edit"))
    if contact and may_reveal(person, rows[way.sees, situation], contact):
        return frozenset((kind, situation) for kind in way.opens)
    return frozenset()


def ask(world: World, way: Way, asker: str, situation: str) -> Answer:
    """One request, taken back afterwards; without a situation it is about what is not there."""
    ids: dict[str, Any] = _nothing() | (world.ids[situation] if situation else {})

    def prepare() -> None:
        if way.before and situation and asker in world.persons:
            way.before(world, ids, asker)

    throttle.forget()
    with restored():
        prepare()
        address = reverse(way.route, kwargs=dict(way.address(world, ids)))
        client = (world.programs if way.is_api else world.browsers)[asker]
        body = way.query(world, ids) if way.method == "GET" else way.body(world, ids)
        newest = newest_line()
        with watching() as written:
            response = _send(client, way, address, body)
        verbs = set(Activity.objects.filter(actor=world.pk(asker), pk__gt=newest).values_list("verb", flat=True))
        content = b"".join(response.streaming_content) if response.streaming else response.content
        after = digest(written)
    has_written = False
    if written:
        with restored():
            prepare()
            has_written = digest(written) != after
    markers = frozenset(found_in(_text(content)))
    return Answer(response.status_code, content, has_written, written, verbs, ids, markers)


def _send(client: Any, way: Way, address: str, body: Any) -> Any:
    if way.method == "GET":
        return client.get(address, dict(body or {}))
    body = dict(body or {})
    if not way.is_api or "file" in body:
        return client.post(address, body) if way.method == "POST" else client.generic(way.method, address)
    data = json.dumps(body) if body else ""
    return client.generic(way.method, address, data, content_type="application/json")


def _nothing() -> dict[str, Any]:
    kinds = (
        "customer",
        "contact",
        "aide",
        "order",
        "interaction",
        "commitment",
        "kept",
        "import",
        "activity",
        "hold",
        "sharing",
        "export",
    )
    return {"number": "C999999999", "request": "PR999999999", **dict.fromkeys(kinds, MISSING)}


@contextmanager
def restored() -> Iterator[None]:
    """Whatever happens to the database in here is as if it had not, and no file that was uploaded is gone."""
    mark = transaction.savepoint()
    files = {path: path.read_bytes() for path in Path(settings.ZHIKE_UPLOADS).rglob("*") if path.is_file()}
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)
        for path in files.keys() - set(Path(settings.ZHIKE_UPLOADS).rglob("*")):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path])


def newest_line() -> int:
    """The number of the last line of the trail."""
    return int(Activity.objects.aggregate(newest=Max("pk"))["newest"] or 0)


@contextmanager
def watching() -> Iterator[set[str]]:
    """Note every table that a statement writes to meanwhile, but those of the traces of asking."""
    written: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(_READS):
            written.update(set(_WRITTEN.findall(sql)) - NO_MATTER)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


def digest(tables: set[str]) -> str:
    """Every row of the tables."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return found.hexdigest()


def _text(content: bytes) -> str:
    """The text of an answer, of a workbook too."""
    if content[:1] in {b"{", b"["}:
        return json.dumps(json.loads(content), ensure_ascii=False)
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def difference(missing: Answer, answer: Answer) -> str:
    """Where two answers differ in more than the ids that were asked for; empty where they do not."""
    one, other = _plain(missing), _plain(answer)
    if missing.status == answer.status and one == other:
        return ""
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    around = slice(max(place - 30, 0), place + 40)
    return f"{missing.status} {one[around]!r} · {answer.status} {other[around]!r}"


def _plain(answer: Answer) -> bytes:
    content = _CHANCE.sub(rb"\1", answer.content)
    for value in sorted({str(each) for each in answer.ids.values()}, key=len, reverse=True):
        content = re.sub(rb"(?<![\w.-])" + value.encode() + rb"(?!\w)", b"#", content)
    return content
