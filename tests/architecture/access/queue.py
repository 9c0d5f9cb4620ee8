"""What is done later, by the schedule or by a worker: as whom, and with the rights that are left by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unittest import mock

from tests.architecture.access.commands import COMMANDS, own_place
from tests.architecture.access.reference import NONE, Person, as_kind, level, reaches
from tests.architecture.access.situations import KEEPERS
from tests.architecture.access.walking import newest_line, restored
from tests.architecture.access.world import World
from tests.cast import NOW
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.flows import intake
from zhike.flows.intake.arrival import take_in
from zhike.jobs.requests import carry_out
from zhike.jobs.schedule import SCHEDULE
from zhike.kernel.models import Activity, JobRequest

SCHEDULED: Mapping[str, str] = {
    "imports": "whoever uploaded the file",
    "queued requests": "whoever asked",
    "accesses": "the system",
    "seals": "the system",
    "escalation": "the system",
    "reconciliation": "the system",
    "trail retention": "the system",
    "periods of keeping": "the system",
    "sessions": "the system",
    "night": "the system",
}
"""As whom each job of the schedule acts."""
QUEUED: Mapping[str, tuple[str, str] | None] = {
    "night": ("tier", "approve"),
    "simulate": ("tier", "approve"),
    "demo": None,
    "password_mail": None,
}
"""What whoever asked for it must still be able to do when it is done; None where nobody in particular has asked."""
LOST: Mapping[str, Callable[[User], Any]] = {
    "nothing": lambda _user: None,
    "the roles": lambda user: user.roles.clear(),
    "the work": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
}
"""What somebody may have lost between asking and its turn."""
FILES: Mapping[str, tuple[str, str, type[Any]]] = {
    "order": ("订单编号,客户编号,订单日期,金额", "Q-{customer},{number},2026-03-05,10", Order),
    "contact": ("客户编号,联系人姓名", "{number},Q-{customer}", Contact),
    "interaction": ("客户编号,时间,方式,内容", "{number},2026-03-05 10:00,电话,Q-{customer}", Interaction),
}
"""What a file about one customer in every situation says, by the kind of its records."""
IMPORTERS = ("sales_director", "account_manager", "administrator", "team_lead")


def cells_of_schedule(world: World, name: str) -> Iterator[list[str]]:
    """A job that acts as the system leaves no line in anybody's name; what it starts is a command that is walked."""
    job = next(call for known, _trigger, call in SCHEDULE if known == name)
    started: list[tuple[str, ...]] = []
    with own_place(world), restored(), mock.patch("zhike.jobs.schedule._run", lambda *words: started.append(words)):
        newest = newest_line()
        job()
        named = set(Activity.objects.filter(pk__gt=newest, actor__isnull=False).values_list("verb", flat=True))
    yield [f"{name}: acts as a person: {sorted(named)}"] if named else []
    yield [f"{name}: starts {words}" for words in started if words[0] not in COMMANDS]


def cells_of_requests(world: World, name: str) -> Iterator[list[str]]:
    """What has been asked for is done as long as whoever asked may still ask for it, and otherwise says why not."""
    right = QUEUED[name]
    if right is None:
        yield from NOBODYS[name](world)
        return
    for asker, person in world.persons.items():
        for lost, lose in LOST.items():
            failure, _verbs = _carried_out(world, name, _scheme(world) | {"as_of": None}, asker, lose)
            is_allowed = lost == "nothing" and level(person, *right) > NONE
            told = f"{name} · {asker} · without {lost}: {failure or 'done'}"
            yield [told] if is_allowed == bool(failure) else []


def _second_company(world: World) -> Iterator[list[str]]:
    failure, verbs = _carried_out(world, "demo", {})
    yield [] if failure and not verbs else [f"the demo company is loaded beside this one: {verbs}"]


def _mails(world: World) -> Iterator[list[str]]:
    """A link goes to those who work here, to nobody else, and nobody is told which it was."""
    for name, verbs in {"colleague": {"send_password_link"}, "disabled": set(), "nobody": set()}.items():
        said = {"email": f"{name}@example.com", "address": "https://crm.example.com/"}
        failure, found = _carried_out(world, "password_mail", said)
        yield [] if found == verbs and not failure else [f"a mail to {name}: {found}, {failure}"]


NOBODYS: Mapping[str, Callable[[World], Iterator[list[str]]]] = {"demo": _second_company, "password_mail": _mails}


def _scheme(world: World) -> dict[str, Any]:
    return dict(JobRequest.objects.get(pk=world.fixed["simulation"]).arguments)


def _carried_out(
    world: World, name: str, arguments: dict[str, Any], asker: str = "", lose: Callable[[User], Any] = LOST["nothing"]
) -> tuple[str, set[str]]:
    """Why it was not done, if it was not, and the verbs of the lines that it left."""
    user = world.users[asker] if asker else None
    with own_place(world), restored():
        asked = JobRequest.objects.create(name=name, arguments=arguments, requested_at=NOW, requested_by=user)
        newest = newest_line()
        if user:
            lose(user)
        carry_out(asked.pk, now=lambda: NOW)
        asked.refresh_from_db()
        return asked.failure, set(Activity.objects.filter(pk__gt=newest).values_list("verb", flat=True))


def cells_of_files(world: World, kind: str) -> Iterator[list[str]]:
    """A file that has waited is taken in as far as its uploader's rights go by then; the rest is refused row by row."""
    for name in IMPORTERS:
        for lost, lose in LOST.items():
            with own_place(world), restored():
                world.step_into(name)
                batch = waiting(world, name, kind)
                lose(world.users[name])
                assert intake.run_next_batch(clock=lambda: NOW)
                batch.refresh_from_db()
                written = written_about(kind)
            person = world.persons[name] if lost == "nothing" else replace(world.persons[name], may={})
            yield list(
                _faults(f"a file of {kind}s · {name} · without {lost}", batch, written, _due(world, person, kind))
            )


def waiting(world: World, name: str, kind: str) -> Batch:
    head, line, _model = FILES[kind]
    rows = [line.format(number=ids["number"], customer=situation) for situation, ids in world.ids.items()]
    actor = User.objects.get(pk=world.users[name].pk).at(NOW)
    content = "\n".join([head, *rows, ""]).encode()
    batch = take_in([content], kind=f"{kind}s", name="q.csv", actor=actor, now=NOW)
    return services.queue(batch=batch, is_dry_run=False, actor=actor, now=NOW)


def written_about(kind: str) -> set[str]:
    """The situations about whose customer something was written."""
    _head, _line, model = FILES[kind]
    names = {"order": "number", "contact": "name", "interaction": "summary"}
    found = (getattr(row, names[kind]) for row in model.everything.filter(pk__isnull=False))
    return {text.removeprefix("Q-") for text in found if text.startswith("Q-")}


def _due(world: World, person: Person, kind: str) -> set[str]:
    rows = world.rows(person.name)
    return {where for where in KEEPERS if reaches(person, as_kind(rows["customer", where], kind), "create")}


def _faults(told: str, batch: Batch, written: set[str], due: set[str]) -> Iterator[str]:
    if written != due:
        yield f"{told}: writes {sorted(written)} instead of {sorted(due)}"
    if batch.failed != len(KEEPERS) - len(due) and not batch.failure:
        yield f"{told}: says that {batch.failed} rows were refused"
