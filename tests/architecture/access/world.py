"""The people and the records of the walk, each record with a marker of its own that no page can show by accident.

The records stand in situations seen from whoever asks: his own, a colleague's, … `step_into` gives the asker's own ones
to somebody else by a handful of updates, so that one small database serves everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.utils import timezone

from tests.architecture.access.reference import SHIPPED, Person, Row
from tests.architecture.access.situations import (
    BELOW,
    CLOSED,
    EAST,
    GRANTS,
    HOMES,
    IMPORTERS,
    KEEPERS,
    LOGGED,
    LONG_AGO,
    MADE_UP,
    OFFICE,
    OWED,
    OWN,
    RECENTLY,
    ROLES,
    SHARINGS,
    SOUTH,
    TODAY,
    marker,
    secret,
)
from tests.cast import NOW
from zhike.domain.accounts.models import Company, Department, Permission, Role, User
from zhike.domain.accounts.models import Grant as GrantRow
from zhike.domain.accounts.services import create_api_token
from zhike.domain.commitments.models import Closure, Commitment, ServiceStandard
from zhike.domain.customers.models import Collaborator, Contact, Customer, ExtraField
from zhike.domain.imports.models import Batch, RowProblem
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order, OrderLine, Product
from zhike.domain.privacy.models import PersonRequest
from zhike.domain.segmentation.models import SchemeVersion, Standing
from zhike.flows.intake.folders import make_folder, stored_file
from zhike.flows.playbooks import adopt, read
from zhike.kernel import search_text, trail
from zhike.kernel.models import JobRequest, Sequence
from zhike.kernel.scope import Level
from zhike.kernel.search_people import blind_text
from zhike.kernel.vault.files import new_file_key, write_sealed

_UNMISTAKABLE = count(7_700_001)
"""Ids of records, unlike any other number that stands on a page."""


class Visitor(RequestFactory):
    """Asks the whole product, as a browser without memory; cheaper than Django's client, which keeps every context."""

    handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


@dataclass
class World:
    """Everything there is: people by name, departments, and the ids of each situation's records by kind."""

    users: dict[str, User] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    browsers: dict[str, Visitor] = field(default_factory=dict)
    programs: dict[str, Visitor] = field(default_factory=dict)

    def rows(self, asker: str) -> dict[tuple[str, str], Row]:
        """The facts of every record as they are for this asker, by kind and situation."""

        def who(name: str) -> str:
            return asker if name == OWN else name

        found: dict[tuple[str, str], Row] = {}
        for situation, keeper in KEEPERS.items():
            sharing = SHARINGS.get(situation)
            answers = keeper or "boss"
            owes, owed = (OWN if situation in OWED else answers), (OWN if situation in CLOSED else answers)
            opens = answers if situation == "vowed" else owes
            facts: dict[str, Any] = {
                "keeper": who(keeper),
                "department": HOMES[keeper],
                "is_deleted": situation == "deleted",
                "sharings": (replace(sharing, person=asker),) if sharing else (),
                "owed": ((who(opens), None), (who(owed), CLOSED.get(situation, RECENTLY))),
            }
            found |= {
                ("customer", situation): Row(kind="customer", **facts),
                ("contact", situation): Row(kind="contact", is_main=True, **facts),
                ("aide", situation): Row(kind="contact", **facts),
                ("order", situation): Row(kind="order", **facts),
                ("interaction", situation): Row(
                    kind="interaction",
                    responsible=who(OWN if situation in LOGGED else answers),
                    made_at=NOW - LOGGED.get(situation, LONG_AGO),
                    **facts,
                ),
                # What somebody asks about himself is answered although the file has been put away.
                ("request", situation): Row(
                    kind="privacy", responsible=who(answers), **(facts | {"is_deleted": False})
                ),
                ("commitment", situation): Row(kind="commitment", responsible=who(owes), **facts),
                ("kept", situation): Row(kind="commitment", responsible=who(owed), **facts),
            }
        for situation, keeper in IMPORTERS.items():
            found["import", situation] = Row(kind="import", keeper=who(keeper), department=HOMES[keeper])
            # Nobody decides on an export that he has asked for himself, and a person is in reach with the department.
            found["export", situation] = Row(kind="customer", department=HOMES[keeper], is_deleted=keeper in {OWN, ""})
        return found

    def pk(self, asker: str) -> int | None:
        return self.users[asker].pk if asker in self.users else None

    def step_into(self, asker: str) -> None:
        """Give the records of the asker's own to this person; a person's own record stands in the East."""
        me = self.users[asker].pk
        own = [situation for situation, keeper in KEEPERS.items() if keeper == OWN]

        def pks(kind: str, *situations: str) -> list[int]:
            return [self.ids[situation][kind] for situation in situations]

        Customer.everything.filter(pk__in=pks("customer", *own)).update(owner_id=me)
        Interaction.everything.filter(pk__in=pks("interaction", *LOGGED, *own)).update(logged_by_id=me)
        Commitment.everything.filter(pk__in=pks("commitment", *OWED, *own)).update(owner_id=me)
        Commitment.everything.filter(pk__in=pks("kept", *CLOSED, *own)).update(owner_id=me, closed_by_id=me)
        Collaborator.objects.filter(customer__in=pks("customer", *SHARINGS)).update(person_id=me)
        PersonRequest.everything.filter(pk__in=pks("request_pk", *own)).update(owner_id=me)
        Batch.everything.filter(pk=self.ids["own"]["import"]).update(made_by_id=me)


def build() -> World:
    """Write it all to the test database."""
    world = World()
    Company.objects.create(name="远山科技", created_at=NOW, playbook="b2b-abc")
    _people(world)
    adopt(read("b2b-abc"), now=NOW, actor=None)
    _roles(world)
    for number, situation in enumerate(KEEPERS, 1):
        _customer(world, situation, number)
    # Everybody was referred by a customer of another department, whom few may see.
    strangers = Customer.everything.exclude(pk=world.ids["other"]["customer"])
    strangers.update(referred_by=world.ids["other"]["customer"])
    for situation, keeper in IMPORTERS.items():
        _batch(world, situation, keeper)
    _surroundings(world)
    _doors(world)
    return world


def _people(world: World) -> None:
    for path in (OFFICE, EAST, BELOW, SOUTH):
        parent = world.departments.get(path.rpartition("/")[0])
        department = Department.objects.create(name=path.rpartition("/")[2], parent=parent)
        department.path = f"{parent.path if parent else ''}{department.pk}/"
        department.save()
        world.departments[path] = department
    homes = {name: home for name, home in HOMES.items() if name not in {OWN, ""}}
    for name in (*ROLES, *MADE_UP, "granted", "disabled", "newcomer"):
        homes[name] = EAST
    for name, home in homes.items():
        user = User(
            email=f"{name}@example.com", name=name, department=world.departments[home], created_at=NOW,
            is_active=name != "disabled", language="en",
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        world.users[name] = user
    world.departments["empty"] = Department.objects.create(name="empty", parent=world.departments[OFFICE])
    world.departments["empty"].path = f"{world.departments[OFFICE].path}{world.departments['empty'].pk}/"
    world.departments["empty"].save()


def _roles(world: World) -> None:
    for key, may in MADE_UP.items():
        # Written as older versions wrote them: with levels that count for nothing where the whole company is meant.
        role = Role.objects.create(key=key, name={"zh": key, "en": key})
        Permission.objects.bulk_create(
            Permission(role=role, kind=kind, action=action, level=Level[level.upper()])
            for kind, actions in may.items() for action, level in actions.items()
        )  # fmt: skip
    held = {name: name for name in (*ROLES, *MADE_UP)} | {"granted": "technician", "disabled": "administrator"}
    for name, key in held.items():
        world.users[name].roles.set([Role.objects.get(key=key)])
        world.persons[name] = Person(
            name=name, may={**SHIPPED, **MADE_UP}[key], now=NOW, department=EAST, is_active=name != "disabled",
            grants=GRANTS if name == "granted" else (),
        )  # fmt: skip
    for grant in GRANTS:
        GrantRow.objects.create(
            person=world.users["granted"], kind=grant.kind, action=grant.action, level=Level[grant.level.upper()],
            until=grant.until, reason="x", given_at=NOW, ended_at=NOW if grant.has_ended else None,
        )  # fmt: skip
    # Somebody else administers too: nobody's change is refused for being the last one's.
    world.users["boss"].roles.set([Role.objects.get(key="administrator")])


def _customer(world: World, situation: str, number: int) -> None:
    keeper = KEEPERS[situation]
    owner = world.users["boss" if keeper == OWN else keeper] if keeper else None
    answers = owner or world.users["boss"]
    name, code = marker("customer", situation), f"C2026{number:05}"
    customer = Customer.objects.create(
        pk=next(_UNMISTAKABLE),
        number=code, name=name, owner=owner, department=world.departments.get(HOMES[keeper]), created_at=NOW,
        search_text=search_text.index_text([name, code]), changed_at=NOW, address=secret("address", situation),
        yearly_revenue_minor=int(secret("revenue", situation)),
        deleted_at=NOW if situation == "deleted" else None,
    )  # fmt: skip
    person = marker("contact", situation)
    contact = Contact.objects.create(
        pk=next(_UNMISTAKABLE),
        customer=customer, name=person, is_primary=True,
        search_text=blind_text([person]), created_at=NOW, changed_at=NOW,
        birthday=date.fromisoformat(secret("birthday", situation)),
        **{name: secret(name, situation) for name in ("phone", "email", "wechat", "note")},
    )  # fmt: skip
    aide = Contact.objects.create(
        pk=next(_UNMISTAKABLE),
        customer=customer, name=marker("aide", situation), phone=secret("aidephone", situation),
        search_text=blind_text([marker("aide", situation)]), created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    order = Order.objects.create(
        pk=next(_UNMISTAKABLE),
        customer=customer, number=marker("order", situation), ordered_on=TODAY - timedelta(days=3),
        amount_minor=int(secret("amount", situation)), created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    product, _new = Product.objects.get_or_create(code="P1", defaults={"name": "P1"})
    OrderLine.objects.create(order=order, position=1, product=product, quantity=1, amount_minor=order.amount_minor)
    interaction = Interaction.objects.create(
        pk=next(_UNMISTAKABLE),
        customer=customer, occurred_at=NOW - timedelta(days=1), channel="phone",
        external_id=marker("interaction", situation), summary=secret("said", situation),
        feedback=secret("answered", situation), logged_by=answers, created_at=NOW - LOGGED.get(situation, LONG_AGO),
    )  # fmt: skip
    interaction.contacts.add(contact)
    standard = ServiceStandard.objects.get(key="a-monthly-talk", retired_at=None)
    owed = {"customer": customer, "owner": answers, "created_at": NOW - timedelta(days=40)}
    commitment = Commitment.objects.create(
        pk=next(_UNMISTAKABLE),
        **owed, content=marker("commitment", situation), due_at=NOW + timedelta(days=2), standard=standard,
        cycle="2026-03", planned_on=TODAY + timedelta(days=2), source_kind="plan",
        snoozed_until=NOW + timedelta(days=1), opens_customer=situation != "vowed",
        # What a deleted customer was owed has been waived with the deletion.
        **({"outcome": "waived", "closed_at": NOW, "closing_note": "x"} if situation == "deleted" else {}),
    )  # fmt: skip
    kept = Commitment.objects.create(
        pk=next(_UNMISTAKABLE),
        **owed, content=marker("kept", situation), due_at=NOW - timedelta(days=1), source_kind="interaction",
        outcome="kept", closed_at=CLOSED.get(situation, RECENTLY), closed_by=answers,
        cycle="2026-02", planned_on=TODAY, closing_note=secret("closing", situation),
        closing_kind="interaction", closing_id=interaction.pk,
    )  # fmt: skip
    version = SchemeVersion.objects.get(scheme__key="abc", ended_at=None)
    Standing.objects.create(
        customer=customer, scheme=version.scheme, version=version, tier="b", previous_tier="a", evaluated_on=TODAY,
        started_on=TODAY - timedelta(days=5), figures={"amount_365": 100},
    )  # fmt: skip
    world.ids[situation] = {
        "customer": customer.pk, "number": code, "contact": contact.pk, "aide": aide.pk, "order": order.pk,
        "interaction": interaction.pk, "commitment": commitment.pk, "kept": kept.pk,
    }  # fmt: skip
    asked = PersonRequest.objects.create(
        pk=next(_UNMISTAKABLE),
        number=f"PR2026{number:05}", kind="access", customer=customer, contact=contact,
        asked_by=marker("request", situation), channel="phone", received_at=NOW, due_at=NOW + timedelta(days=9),
        owner=answers,
    )  # fmt: skip
    world.ids[situation] |= {"request": asked.number, "request_pk": asked.pk}
    if sharing := SHARINGS.get(situation):
        Collaborator.objects.create(
            customer=customer, person=world.users["boss"], may_edit=sharing.may_edit, until=sharing.until, reason="x",
            shared_at=NOW, ended_at=NOW if sharing.has_ended else None,
        )  # fmt: skip


def _batch(world: World, situation: str, keeper: str) -> None:
    batch = Batch.objects.create(
        pk=next(_UNMISTAKABLE),
        kind="orders", file_key=new_file_key(), file_name=f"{marker('import', situation)}.csv", made_at=NOW,
        made_by=world.users["boss" if keeper == OWN else keeper] if keeper else None,
        status=Batch.Status.DONE, mapping={"number": "A", "customer_name": "B", "ordered_on": "C", "amount": "D"},
        outline={"headings": ["A", "B", "C", "D"], "samples": [[], [], [], []]}, sheet="",
    )  # fmt: skip
    world.ids[situation]["import"] = batch.pk
    cell = secret("cell", situation)
    RowProblem.objects.create(batch=batch, row=2, heading="D", value=cell, code="amount")
    RowProblem.objects.create(batch=batch, row=2, heading="B", code="customer_deleted", parameters={"name": cell})
    make_folder(batch)
    write_sealed(stored_file(batch), [f"A,B,C,D\n1,{cell},2026-01-01,{cell}\n".encode()], batch.file_key)


def _surroundings(world: World) -> None:
    """What settings and tiers speak of, one of each."""
    Sequence.objects.get_or_create(name="C202603", defaults={"value": 900})
    Closure.objects.create(day="2026-05-20", name="x")
    version = SchemeVersion.objects.get(scheme__key="abc", ended_at=None)
    renamed = version.definition | {"name": {"zh": "改", "en": "Changed"}}
    asked = {"requested_at": NOW, "started_at": NOW, "finished_at": NOW}
    simulated = JobRequest.objects.create(
        name="simulate", arguments={"scheme": "abc", "definition": renamed}, **asked,
        result={
            "moved": len(KEEPERS), "customers": len(KEEPERS), "moves": [],
            "list": [{"customer_id": ids["customer"], "before": "a", "after": "b"} for ids in world.ids.values()],
        },
    )  # fmt: skip
    night = JobRequest.objects.create(name="night", arguments={"as_of": None}, **asked, failure="x")
    extra = ExtraField.objects.create(subject="customer", key="x", label="x", type="text")
    token, _secret = create_api_token(
        owner=world.users["southerner"], name="x", expires_at=NOW + timedelta(days=9), actor=None, now=NOW
    )
    Authenticator.objects.create(user=world.users["newcomer"], type=Authenticator.Type.TOTP, data={})
    line = trail.record(
        verb="viewed", kind="customer", object_id=1, actor=world.users["southerner"], now=NOW, changes={}
    )  # fmt: skip
    world.fixed = {
        "line": line.pk,
        "grant": GrantRow.objects.filter(person=world.users["granted"]).earliest("pk").pk,
        "simulation": simulated.pk, "night": night.pk, "extra": extra.pk, "token": token.pk,
        "person": world.users["newcomer"].pk, "colleague": world.users["colleague"].pk,
        "boss": world.users["boss"].pk, "empty": world.departments["empty"].pk, "south": world.departments[SOUTH].pk,
        "role": Role.objects.get(key="technician"),
    }  # fmt: skip


def _doors(world: World) -> None:
    """A browser in which each person is signed in, and a program with each person's token; then one person leaves."""
    User.objects.filter(pk=world.users["disabled"].pk).update(is_active=True)
    for name in world.persons:
        user = User.objects.get(pk=world.users[name].pk)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        client, key = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        world.browsers[name] = Visitor(headers={"Cookie": f"{key}={client.cookies[key].value}"})
        _token, secret = create_api_token(
            owner=user, name="walk", expires_at=timezone.now() + timedelta(days=9), actor=user, now=NOW
        )
        world.programs[name] = Visitor(headers={"Authorization": f"Bearer {secret}"})
    User.objects.filter(pk=world.users["disabled"].pk).update(is_active=False)
    world.browsers["anonymous"] = world.programs["anonymous"] = Visitor()
