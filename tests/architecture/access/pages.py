"""Every page, piece of a page and action, with what it wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.access.administration import ADMINISTRATION
from tests.architecture.access.situations import KEEPERS, OWN, TODAY
from tests.architecture.access.ways import Ids, Right, Way, always, fixed, form, number, pk
from tests.architecture.access.world import World
from tests.cast import NOW
from tests.web.segmentation.test_drafts import posted as posted_scheme
from zhike.domain.accounts.models import ExportRequest
from zhike.domain.customers.models import Collaborator, Customer
from zhike.domain.imports.models import Batch
from zhike.domain.segmentation.models import Override, Scheme, SchemeVersion
from zhike.domain.segmentation.queries import spec_of
from zhike.domain.segmentation.rules import TierScheme
from zhike.kernel import trail
from zhike.web.segmentation.drafts import SchemeDraft

CONTACT_DATA = ("phone", "email", "wechat", "birthday")
NEXT_DAY = (TODAY + timedelta(days=3)).isoformat()
FILE = "订单编号,客户名称,订单日期,金额\nA1,nobody,2026-03-05,￥10\n"


def tidied(world: World, _ids: Ids, _asker: str) -> None:
    """No files lie where those of the next import go: the database takes its numbers back, the disk does not."""
    known = {str(ids["import"]) for ids in world.ids.values() if "import" in ids}
    for folder in Path(settings.ZHIKE_UPLOADS).iterdir():
        if folder.name not in known:
            rmtree(folder)


def of_customer(route: str, gate: Right, *shows: str, **said: Any) -> Way:
    return Way(route=route, gate=gate, sees="customer", address=number, shows=shows, **said)


def today() -> Iterator[Way]:
    yield Way(route="today:page", gate=("commitment", "view"), denied=frozenset({302}))
    yield Way(route="search:palette", query=always(q="zz"))
    yield Way(route="care:list", gate=("commitment", "view"), lists=("commitment",))
    yield Way(route="care:calendar", gate=("commitment", "view"))
    day = always(iso=(TODAY + timedelta(days=2)).isoformat())
    yield Way(route="care:day", gate=("commitment", "view"), address=day, lists=("commitment",))
    yield Way(route="care:print", gate=("commitment", "view"), lists=("commitment",))


def commitments() -> Iterator[Way]:
    one: dict[str, Any] = {"sees": "commitment", "address": pk("commitment")}
    edit = (("commitment", "edit"),)
    yield Way(route="commitments:detail", shows=("commitment",), **one)
    yield from form("commitments:fulfilment", does=edit, body=always(note="x"), **one)
    yield from form("commitments:waiver", does=edit, body=always(reason="x"), **one)
    yield from form("commitments:snooze", does=edit, body=always(reason="x", when="next_week"), **one)
    yield Way(route="commitments:waking", method="POST", does=edit, **one)
    closed: dict[str, Any] = {"sees": "kept", "address": pk("kept"), "does": (("kept", "edit"),)}
    yield Way(route="commitments:reopening", method="POST", **closed)
    yield from form("commitments:owner", does=(("commitment", "assign"),), body=fixed("colleague", "owner"), **one)
    yield from form("commitments:planned-day", does=edit, body=always(planned_on=NEXT_DAY), **one)


def interactions() -> Iterator[Way]:
    gate = ("interaction", "create")
    yield Way(route="interactions:new", gate=gate)
    said = {
        "channel": "visit", "when": "now", "is_connected": "yes", "summary": "x", "token": "t",
        "next-TOTAL_FORMS": 0, "next-INITIAL_FORMS": 0,
    }  # fmt: skip
    yield from form(
        "interactions:log", gate=gate, sees="customer", does=(("interaction*", "create"),), address=number,
        body=always(**said), shows=("customer",),
    )  # fmt: skip
    one: dict[str, Any] = {"sees": "interaction", "address": pk("interaction")}
    yield Way(route="interactions:detail", shows=("said", "answered", "kept"), **one)
    yield Way(route="interactions:undo", method="POST", does=(("interaction", "delete"),), **one)
    yield Way(
        route="interactions:proposal", method="POST", does=(("commitment", "edit"),), body=always(due_on=NEXT_DAY),
        # The step proposed may be a promise that is out of sight.
        finds="commitment", **one,
    )  # fmt: skip


def customers() -> Iterator[Way]:
    view, edit = ("customer", "view"), ("customer", "edit")
    yield Way(route="customers:list", gate=view, lists=("customer",))
    yield from form("customers:new", gate=("customer", "create"), body=always(name="新客户"))
    yield Way(route="customers:picker", gate=view, lists=("customer",))
    yield Way(route="customers:people", gate=view)
    chosen: dict[str, Any] = {"sees": "customer", "unseen": 403}
    yield Way(route="customers:owner", gate=("customer", "assign"), query=pk("customer", "ids"))
    yield Way(
        route="customers:owner", method="POST", gate=("customer", "assign"), does=(("customer", "assign"),), **chosen,
        body=lambda world, ids: {"ids": ids["customer"], "owner": world.fixed["boss"]},
    )  # fmt: skip
    yield Way(route="customers:tags", gate=edit, query=pk("customer", "ids"))
    yield Way(
        route="customers:tags", method="POST", gate=edit, does=(edit,), **chosen,
        body=lambda _world, ids: {"ids": ids["customer"], "names": "x"},
    )  # fmt: skip
    yield Way(
        route="customers:undo", method="POST", sees="customer", does=(edit,), before=_change, names_own=True,
        address=lambda _world, ids: {"activity_id": ids["activity"]},
    )  # fmt: skip
    yield of_customer("customers:page", view, "customer", "contact", "aide", "commitment")
    yield of_customer("customers:glance", view, "customer", "contact", "commitment", "said", "answered")
    yield of_customer("customers:timeline", view, "said", "answered", "order", "kept", "closing")
    yield of_customer("customers:archive", view, "customer")
    yield of_customer("customers:contacts", ("contact", "view"), "customer", "contact", "aide")
    yield of_customer("customers:orders", ("order", "view"), "customer", "order")
    yield of_customer("customers:care", ("commitment", "view"), "customer", "commitment")
    yield of_customer("customers:promises", ("commitment", "view"), "customer", "commitment", "kept", "closing")
    one: dict[str, Any] = {"gate": edit, "sees": "customer", "does": (edit,), "address": number}
    yield from form("customers:edit", body=_renamed, shows=("customer", "address"), opens=("address",), **one)
    yield from form("customers:needs", body=always(pain_points="x"), **one)
    yield Way(
        route="customers:reveal", method="POST", gate=view, sees="customer", does=(("customer", "reveal"),),
        address=number, body=always(reason="x"), writes=False, leaves="revealed", opens=("address",),
        shows=("address",),
    )  # fmt: skip
    yield Way(route="customers:lifecycle", method="POST", body=always(lifecycle="active"), **one)
    delete = ("customer", "delete")
    yield from form(
        "customers:removal", gate=delete, sees="customer", does=(delete,), address=number, body=always(),
        shows=("customer",),
    )  # fmt: skip


def further() -> Iterator[Way]:
    """Why a customer is seen and by whom; old values; files to take away."""
    view, edit, share = ("customer", "view"), ("customer", "edit"), (("customer", "share"),)
    yield of_customer("customers:access", view)
    yield Way(
        route="customers:access", method="POST", gate=view, sees="customer", does=share, address=number,
        body=lambda world, _ids: {"person": world.fixed["boss"], "reason": "x"},
    )  # fmt: skip
    yield Way(
        route="customers:collaborator", method="DELETE", gate=view, sees="customer", does=share, before=shared,
        address=lambda _world, ids: {"number": ids["number"], "pk": ids["sharing"]},
    )  # fmt: skip
    former: dict[str, Any] = {
        "gate": view, "sees": "customer", "does": (edit,), "before": _change,
        "address": lambda _world, ids: {"line_number": ids["activity"], "field": "region"},
    }  # fmt: skip
    yield Way(route="customers:restoration", **former)
    yield Way(route="customers:restoration", method="POST", body=_as_it_stands, found=frozenset({302}), **former)
    export = ("customer", "export")
    yield Way(route="exports:list", gate=export)
    yield from form("exports:customers", gate=export, body=always(reason="x"))
    asked = lambda _world, ids: {"pk": ids["export"]}  # noqa: E731
    yield Way(
        route="exports:file", method="POST", gate=export, before=_asked_for_file, address=asked, only="export",
        lists=("customer", "revenue"), found=frozenset({200}),
    )  # fmt: skip
    yield Way(
        route="exports:decision", method="POST", gate=("customer", "approve"), before=_waiting_file, address=asked,
        sees="export", sees_to="approve", body=always(decision="approve"), found=frozenset({302}), leaves="approved",
    )  # fmt: skip


def shared(world: World, ids: Any, _asker: str) -> None:
    """The customer is shared with somebody, which can be ended."""
    made = Collaborator.objects.create(
        pk=7_800_002, customer_id=ids["customer"], person=world.users["boss"], reason="x", shared_at=NOW
    )
    ids["sharing"] = made.pk


def _as_it_stands(_world: World, ids: Ids) -> dict[str, Any]:
    known = Customer.everything.filter(pk=ids["customer"]).first()
    return {"seen_at": known.changed_at.isoformat() if known else ""}


def _asked_for_file(world: World, ids: Any, asker: str) -> None:
    _file_of(world.users[asker], ids, decided_by=world.users["boss"], decided_at=NOW, is_approved=True)


def _waiting_file(world: World, ids: Any, asker: str) -> None:
    keeper = next(KEEPERS[situation] for situation, known in world.ids.items() if known["number"] == ids["number"])
    _file_of(world.users[asker if keeper in {OWN, ""} else keeper], ids)


def _file_of(person: Any, ids: Any, **further: Any) -> None:
    made = ExportRequest.objects.create(
        pk=7_800_003, kind="customer", rows=len(KEEPERS), reason="x", requested_by=person, requested_at=NOW, **further
    )
    ids["export"] = made.pk


def _renamed(world: World, ids: Ids) -> dict[str, Any]:
    known = Customer.everything.filter(pk=ids["customer"]).first()
    return {"name": "x", "owner": (known and known.owner_id) or "", "department": (known and known.department_id) or ""}


def _change(world: World, ids: Any, asker: str) -> None:
    """A change that the asker has made before: he may take it back as long as he may change the file."""
    row = trail.record(
        verb="changed", kind="customer", object_id=ids["customer"], customer_id=ids["customer"],
        actor=world.users[asker], now=NOW, changes={"region": ["苏州", ""]},
    )  # fmt: skip
    ids["activity"] = row.pk


def contacts() -> Iterator[Way]:
    yield Way(route="contacts:picker", gate=("contact", "view"))
    create = ("contact", "create")
    yield from form(
        "contacts:new", gate=create, sees="customer", does=(create,), address=number, body=always(name="x", token="t")
    )
    one: dict[str, Any] = {"sees": "contact", "address": pk("contact")}
    yield Way(route="contacts:edit", gate=("contact", "view"), shows=("contact", "phone"), opens=CONTACT_DATA, **one)
    edit, delete = ("contact", "edit"), ("contact", "delete")
    yield Way(
        route="contacts:edit", method="POST", gate=edit, does=(edit,), body=always(name="x", phone="02112345678"), **one
    )
    yield Way(
        route="contacts:reveal", method="POST", gate=("contact", "view"), does=(("contact", "reveal"),),
        body=always(reason="x"), writes=False, leaves="revealed", opens=CONTACT_DATA,
        shows=("contact", "phone"), **one,
    )  # fmt: skip
    yield Way(route="contacts:removal", method="POST", gate=delete, does=(delete,), **one)


def tiers() -> Iterator[Way]:
    view, approve = ("tier", "view"), ("tier", "approve")
    abc = always(key="abc")
    yield Way(route="segmentation:page", gate=view)
    for name in ("scheme", "migration", "overrides", "versions"):
        yield Way(route=f"segmentation:{name}", gate=view, address=abc)
    yield Way(route="segmentation:heat_map", gate=view, address=always(key="rfm"))
    yield Way(
        route="segmentation:customers", gate=view, address=abc,
        query=always(**{"from": "b", "to": "b", "since": TODAY - timedelta(days=3), "until": TODAY}),
    )  # fmt: skip
    yield Way(route="segmentation:evaluations", method="POST", gate=approve)
    yield Way(route="segmentation:evaluation", gate=view, address=fixed("night"))
    yield Way(route="segmentation:simulation", gate=approve, address=fixed("simulation"))
    yield Way(
        route="segmentation:approval", method="POST", gate=approve, address=fixed("simulation"),
        body=always(is_meant="yes"),
    )  # fmt: skip
    yield from form("segmentation:edit", gate=approve, address=abc, body=_scheme)
    one: dict[str, Any] = {
        "gate": ("tier", "edit"), "sees": "customer", "does": (("customer", "edit"), ("tier", "edit")),
        "address": lambda _world, ids: {"number": ids["number"], "key": "abc"},
    }  # fmt: skip
    said = always(tier="a", reason="x", expires_on=NEXT_DAY)
    yield from form("segmentation:override", body=said, shows=("customer",), **one)
    yield Way(route="segmentation:override", method="DELETE", before=set_by_hand, **one)


def set_by_hand(world: World, ids: Ids, asker: str) -> None:
    Override.objects.create(
        customer_id=ids["customer"], scheme=Scheme.objects.get(key="abc"), tier="a", reason="x", made_at=NOW,
        expires_on=TODAY + timedelta(days=9), made_by=world.users["boss"],
    )  # fmt: skip


def _scheme(world: World, ids: Ids) -> Mapping[str, Any]:
    version = SchemeVersion.objects.select_related("scheme").get(scheme__key="abc", ended_at=None)
    spec = spec_of(version)
    assert isinstance(spec, TierScheme)
    return posted_scheme(SchemeDraft.of_spec(spec)) | {"zh": "改名"}


def imports() -> Iterator[Way]:
    view, create, delete = ("import", "view"), ("import", "create"), ("import", "delete")
    run = ("import", "run")
    one: dict[str, Any] = {"sees": "import", "address": pk("import", "number")}
    yield Way(route="imports:list", gate=view, lists=("import",))
    yield from form(
        "imports:new", gate=create, before=tidied,
        body=lambda _world, _ids: {
            "kind": "orders", "token": "t", "file": SimpleUploadedFile("orders.csv", FILE.encode())
        },
    )  # fmt: skip
    yield Way(route="imports:template", gate=create, address=always(kind="orders"))
    yield Way(route="imports:page", gate=view, shows=("import", "cell"), **one)
    yield Way(route="imports:progress", gate=view, **one)
    yield Way(route="imports:problems", gate=view, shows=("cell",), **one)
    yield Way(
        route="imports:corrections", gate=view, does=(("import", "read"),), leaves="exported", shows=("cell",), **one
    )  # fmt: skip
    said = always(**{"column-number": "A", "column-customer_name": "B", "column-ordered_on": "C", "column-amount": "D"})
    yield Way(route="imports:columns", gate=view, does=(run,), before=_draft, shows=("import",), **one)
    yield Way(route="imports:columns", method="POST", gate=create, does=(run,), before=_draft, body=said, **one)
    yield Way(route="imports:run", method="POST", gate=create, does=(run,), before=_draft, **one)
    yield Way(route="imports:removal", method="POST", gate=create, does=(create,), before=_draft, **one)
    yield Way(route="imports:undo", method="POST", gate=delete, does=(delete,), **one)


def _draft(world: World, ids: Ids, asker: str) -> None:
    Batch.everything.filter(pk=ids["import"]).update(status=Batch.Status.DRAFT)


PAGES: tuple[Way, ...] = (
    *today(), *commitments(), *interactions(), *customers(), *further(), *contacts(), *tiers(), *imports(),
    *ADMINISTRATION,
)  # fmt: skip

OPEN = {
    "set_language": "chooses a language",
    "sign_on": "signing in with the company's own account",
    "sign_on_callback": "signing in with the company's own account",
    "setup:page": "the first run, behind a one-time code",
    "setup:password": "the first run, behind a one-time code",
    "setup:demo": "the first run, behind a one-time code",
    "setup:demo_progress": "the first run, behind a one-time code",
}
"""Addresses that ask for no permission, and why."""
ONES_OWN = "account_", "mfa_"
"""What the addresses are called at which everybody looks after the own log-in; allauth's."""
