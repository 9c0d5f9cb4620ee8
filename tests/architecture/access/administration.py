"""The pages of those who look after the company: people, settings, sign-in, the trail, personal information."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from tests.architecture.access.ways import Ids, Way, always, fixed, form, pk
from tests.architecture.access.world import World
from tests.cast import NOW
from zhike.domain.accounts.models import ExportRequest, User
from zhike.domain.accounts.queries import permission_table
from zhike.domain.accounts.rules import KINDS
from zhike.domain.customers.models import Customer
from zhike.domain.privacy.models import LegalHold, PersonRequest
from zhike.web.playbooks import shipped_text

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def people() -> Iterator[Way]:
    view, create, edit = ("person", "view"), ("person", "create"), ("person", "edit")
    yield Way(route="people:list", gate=view)

    def said(world: World, ids: Ids) -> dict[str, Any]:
        return {"name": "x", "department": world.fixed["south"], "roles": [world.fixed["role"].pk]}

    yield from form(
        "people:new", gate=create, body=lambda world, ids: said(world, ids) | {"email": "x@x.cn", "language": "en"}
    )
    person = fixed("person")
    yield from form("people:page", gate=view, gate_to_change=edit, address=person, body=said)
    secure = ("security", "edit")
    yield Way(route="people:access", method="DELETE", gate=secure, address=person)
    yield Way(route="people:access", method="POST", gate=secure, address=person, writes=False)
    yield Way(route="people:invitation", method="POST", gate=secure, address=person)
    yield from form("people:new_department", gate=create, body=always(name="x"))
    yield from form("people:department", gate=edit, address=fixed("empty"), body=always(name="x"))
    yield Way(route="people:department", method="DELETE", gate=edit, address=fixed("empty"))


def settings() -> Iterator[Way]:
    view, edit = ("setting", "view"), ("setting", "edit")
    seen: dict[str, Any] = {"gate": view, "gate_to_change": edit}
    # Who may see no settings is led to what is his own.
    yield Way(route="settings:page", gate=view, denied=frozenset({302}))
    yield Way(
        route="settings:page", method="POST", gate=view, denied=frozenset({302}), found=frozenset({302}),
        does=(("setting*", "edit"),), withheld=403,
        body=always(name="x", number_prefix="K", **dict.fromkeys(DAYS, "9:00-17:00")),
    )  # fmt: skip
    secure = ("security", "view")
    yield Way(route="settings:roles", gate=secure)
    yield from form(
        "settings:role", gate=secure, gate_to_change=("security", "edit"), address=always(key="technician"),
        body=_levels,
    )  # fmt: skip
    yield from form("settings:fields", body=always(subject="customer", label="y", type="text"), **seen)
    yield Way(route="settings:field", method="DELETE", gate=edit, address=fixed("extra"))
    yield Way(route="settings:standards", gate=view)
    standard = always(
        name="x", content="x", cadence="2 weeks", owner_role="head", channel="visit", escalation="due"
    )  # fmt: skip
    yield from form("settings:standard", address=always(key="a-monthly-talk"), body=standard, **seen)
    yield Way(route="settings:playbook", gate=("playbook", "view"))
    yield Way(route="settings:playbook_file", gate=("playbook", "export"))
    yield Way(
        route="settings:adoption", method="POST", gate=("playbook", "approve"),
        body=lambda _world, _ids: {"text": shipped_text("service-desk")},
    )  # fmt: skip
    yield Way(
        route="settings:adoption", method="POST", case="with other roles", gate=("playbook", "approve"),
        does=(("security*", "edit"),), body=lambda _world, _ids: {"text": _with_other_roles("service-desk")},
    )  # fmt: skip
    yield from form("settings:calendar", body=always(first="2026-05-21", name="x", is_working="no"), **seen)
    yield Way(route="settings:deadline", gate=view, query=always(start="2026-03-16T10:00", rule="2 days"))
    yield Way(route="settings:day", method="DELETE", gate=edit, address=always(iso="2026-05-20"))
    yield Way(route="settings:about", gate=view)
    yield from form("settings:profile", body=always(name="x", language="en"))
    yield from form("settings:tokens", body=always(name="x", days=30, may_write="no"), writes=False)
    # Somebody else's token is nobody's business, the administrator's neither.
    yield Way(route="settings:token", method="DELETE", address=fixed("token"), found=frozenset({404}), writes=False)
    yield Way(route="setup:next", gate=view)


def _with_other_roles(name: str) -> str:
    """A shipped playbook in which everybody who sells may export everything."""
    said = yaml.safe_load(shipped_text(name))
    roles = [{"key": "sales_rep", "name": {"zh": "x", "en": "x"}, "may": {"customer": {"export": "all"}}}]
    return str(yaml.safe_dump(said | {"roles": roles}, allow_unicode=True))


def _levels(world: World, ids: Ids) -> dict[str, Any]:
    table = permission_table()["technician"]
    levels = {(kind, action): table.get((kind, action), 0) for kind, actions in KINDS.items() for action in actions}
    return {f"{kind}.{action}": int(level) for (kind, action), level in levels.items()} | {"order.view": 1}


def styleguide() -> Iterator[Way]:
    hidden: dict[str, Any] = {"gate": ("setting", "edit"), "denied": frozenset({404}), "is_public": True}
    yield Way(route="styleguide:page", **hidden)
    yield Way(route="styleguide:choices", **hidden)
    yield Way(route="styleguide:piece", address=always(name="panel"), **hidden)
    yield Way(route="styleguide:undone", method="POST", writes=False, **hidden)


def sign_in() -> Iterator[Way]:
    """Who may sign in and how; and what everybody does about the own sign-in."""
    view, edit = ("security", "view"), ("security", "edit")
    seen: dict[str, Any] = {"gate": view, "gate_to_change": edit}
    said = always(profile="graded", second_factor="everybody", idle_minutes=20, absolute_hours=8)
    yield from form("settings:security", body=said, **seen)

    def three(world: World, ids: Ids) -> dict[str, Any]:
        named = {"system": "colleague", "security": "junior", "audit": "southerner"}
        return {task: world.users[name].pk for task, name in named.items()}

    yield Way(route="settings:separation", gate=view)
    yield Way(
        route="settings:separation", method="POST", gate=edit, before=_three_can_sign_in, body=three,
        found=frozenset({302}), leaves="separate_administrators",
    )  # fmt: skip
    yield Way(route="settings:provider", gate=view)
    # Its issuer would have to be asked: what is entered here ends before that.
    yield Way(
        route="settings:provider", method="POST", gate=edit, body=always(name="x"), found=frozenset({422}), writes=False
    )
    yield Way(route="settings:everybodys_tokens", gate=view)
    yield Way(route="settings:anybodys_token", method="DELETE", gate=edit, address=fixed("token"), writes=False)
    person = fixed("person")
    yield Way(route="people:lock", method="DELETE", gate=edit, address=person, writes=False)
    yield Way(route="people:second_factor", method="DELETE", gate=edit, address=person)
    yield Way(route="people:sessions", method="DELETE", gate=edit, address=person, writes=False)
    yield from form(
        "people:grants", gate=edit, address=person,
        body=always(right="customer.view", level=4, until="2026-04-01", reason="x"),
    )  # fmt: skip
    granted = {"address": lambda world, _ids: {"pk": world.users["granted"].pk, "grant_id": world.fixed["grant"]}}
    yield Way(route="people:grant", method="DELETE", gate=edit, **granted)  # type: ignore[arg-type]
    yield from form("people:departure", gate=edit, address=person, body=fixed("colleague", "heir"))
    assign = ("customer", "assign")
    yield Way(route="people:hand_over", gate=assign, does=(("person*", "view"),), address=person)
    yield Way(
        # A colleague is known, and keeps all of these customers or none: each of them must be open to it.
        route="people:hand_over", method="POST", gate=assign, does=(("person*", "view"), assign), address=_keeper,
        sees="customer", unseen=403, names_own=True, skips=frozenset({"unassigned", "deleted"}),
        body=fixed("person", "heir"), found=frozenset({200}), leaves="assigned",
    )  # fmt: skip
    yield Way(route="people:colleagues", gate=("person", "view"))
    yield Way(route="people:look", method="POST", gate=("person", "edit"), address=person, writes=False)
    yield Way(route="people:end_looking", method="POST", found=frozenset({404}), writes=False)
    nobodys = {"address": lambda world, _ids: {"pk": world.fixed["person"], "key": "x"}, "found": frozenset({404})}
    yield Way(route="people:session", method="DELETE", gate=edit, writes=False, **nobodys)  # type: ignore[arg-type]
    yield Way(route="settings:sessions", method="DELETE", writes=False)
    yield Way(
        route="settings:session", method="DELETE", address=always(key="x"), found=frozenset({404}), writes=False
    )  # fmt: skip


def _keeper(world: World, ids: Ids) -> dict[str, Any]:
    known = Customer.everything.filter(pk=ids["customer"]).first()
    return {"pk": known.owner_id if known else ids["customer"]}


def _three_can_sign_in(world: World, ids: Ids, asker: str) -> None:
    three = [world.users[name].pk for name in ("colleague", "junior", "southerner")]
    User.objects.filter(pk__in=three).update(password="x")


def trail() -> Iterator[Way]:
    """What everybody did, for auditors."""
    view = ("audit", "view")
    yield Way(route="audit:list", gate=view)
    yield Way(route="audit:line", gate=view, address=fixed("line", "number"))
    nothing: dict[str, Any] = {"found": frozenset({404}), "writes": False}
    yield Way(route="audit:return", method="POST", gate=view, address=fixed("line", "number"), **nothing)
    yield from form("audit:export", gate=("audit", "export"), body=always(reason="x"))
    yield Way(
        route="audit:file", method="POST", gate=("audit", "export"), before=_asked_for_lines,
        address=lambda _world, ids: {"pk": ids["export"]}, found=frozenset({200}),
    )  # fmt: skip
    yield Way(route="audit:keeping", gate=view)
    yield Way(route="audit:keeping", method="POST", gate=("security", "edit"), body=always(days=500))


def _asked_for_lines(world: World, ids: Any, asker: str) -> None:
    made = ExportRequest.objects.create(
        pk=7_800_004, kind="audit", rows=1, reason="x", requested_by=world.users[asker], requested_at=NOW,
        decided_by=world.users["boss"], decided_at=NOW, is_approved=True, filters={"newest": 1},
    )  # fmt: skip
    ids["export"] = made.pk


def desk() -> Iterator[Way]:
    """Consents, and what people ask about themselves."""
    given = always(purpose="survey", basis="consent", channel="phone", evidence="x")
    contact: dict[str, Any] = {"sees": "contact", "address": pk("contact")}
    edit = ("contact", "edit")
    yield Way(route="privacy:contact_consents", gate=("contact", "view"), **contact)
    changed: dict[str, Any] = {"method": "POST", "gate": edit, "does": (edit,), **contact}
    yield Way(route="privacy:contact_consents", body=given, **changed)
    yield Way(route="privacy:contact_withdrawal", body=always(purpose="survey", channel="phone"), **changed)
    customer: dict[str, Any] = {"sees": "customer", "address": lambda _world, ids: {"number": ids["number"]}}
    yield Way(route="privacy:customer_consents", gate=("customer", "view"), **customer)
    edit = ("customer", "edit")
    changed = {"method": "POST", "gate": edit, "does": (edit,), "before": _a_person, **customer}
    yield Way(route="privacy:customer_consents", body=given, **changed)
    yield Way(route="privacy:customer_withdrawal", body=always(purpose="survey", channel="phone"), **changed)
    view, create, approve = ("privacy", "view"), ("privacy", "create"), ("privacy", "approve")
    yield Way(route="privacy:list", gate=view, shows=())
    yield Way(route="privacy:new", gate=create)
    yield Way(
        route="privacy:new", method="POST", gate=create, sees="contact", unseen=422, does=(create,),
        # Somebody at a customer that has been put away may ask, too.
        skips=frozenset({"deleted"}),
        body=lambda world, ids: {
            "contact": ids["contact"], "kind": "access", "asked_by": "x", "channel": "phone",
            "received_at": "2026-03-13 10:00", "owner": world.fixed["boss"],
        },
    )  # fmt: skip
    yield Way(route="privacy:retention", gate=view)
    yield Way(
        route="privacy:retention", method="POST", gate=approve, is_whole=True,
        body=always(key="leads", amount=30, is_on="on"),
    )  # fmt: skip
    yield from steps()


def steps() -> Iterator[Way]:
    """What is done with one request."""
    edit = ("privacy", "edit")
    one: dict[str, Any] = {"sees": "request", "address": pk("request", "number")}
    yield Way(route="privacy:page", gate=("privacy", "view"), shows=("request",), **one)
    does: dict[str, Any] = {"method": "POST", "gate": edit, "does": (("request", "edit"),), **one}
    yield Way(route="privacy:identity", body=always(proof="document"), **does)
    yield Way(route="privacy:work", before=_in_state("checked"), **does)
    yield Way(route="privacy:answer", before=_in_state("in_work"), body=always(answer="x"), **does)
    yield Way(route="privacy:refusal", body=always(answer="x"), **does)
    yield Way(route="privacy:erasure", before=_in_state("in_work", kind="erase"), **does)
    yield Way(route="privacy:holds", body=always(reason="x"), **does)
    held = {"address": lambda _world, ids: {"number": ids["request"], "pk": ids["hold"]}}
    yield Way(route="privacy:lifting", before=_held, **(does | held))
    held_of = ("contact", "phone", "email", "wechat", "birthday", "note", "said", "answered")
    yield Way(
        route="privacy:file", body=always(form="json"), opens=held_of, leaves="exported", may_do_nothing=True, **does
    )
    approved: dict[str, Any] = {"method": "POST", "gate": ("privacy", "approve"), "does": (("request", "approve"),)}
    yield Way(route="privacy:approval", before=_asked_for_erasure, **approved, **one)


def _a_person(world: World, ids: Ids, asker: str) -> None:
    """Companies consent to nothing: here the customer is a person."""
    Customer.everything.filter(pk=ids["customer"]).update(kind="person")


def _in_state(state: str, **further: Any) -> Any:
    def prepare(world: World, ids: Ids, asker: str) -> None:
        PersonRequest.everything.filter(number=ids["request"]).update(state=state, **further)

    return prepare


def _asked_for_erasure(world: World, ids: Ids, asker: str) -> None:
    _in_state("in_work", kind="erase", erasure_asked_by=world.users["boss"], erasure_asked_at=NOW)(world, ids, asker)


def _held(world: World, ids: Any, asker: str) -> None:
    hold = LegalHold.everything.create(pk=7_800_001, customer_id=ids["customer"], reason="x", placed_at=NOW)
    ids["hold"] = hold.pk


ADMINISTRATION: tuple[Way, ...] = (*people(), *settings(), *styleguide(), *sign_in(), *trail(), *desk())
