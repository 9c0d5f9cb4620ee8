"""Every operation of the API, with what it wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.access.pages import CONTACT_DATA, FILE, set_by_hand, shared, tidied
from tests.architecture.access.ways import Way, always, pk
from tests.cast import NOW

MONEY = {"customer": ("revenue",), "order": ("amount",), "contact": ("note",), "interaction": ("said", "answered")}
SIZE = always(size=500)
AT = NOW.isoformat()
LATER = "2026-04-01T10:00:00+08:00"


def of(kind: str, name: str = "") -> dict[str, Any]:
    return {"sees": kind, "address": pk(kind, name or f"{kind}_id")}


def noun(kind: str, view: str, listing: str) -> Iterator[Way]:
    yield Way(route=f"api:list_{listing}", query=SIZE, lists=("contact", "aide") if kind == "contact" else (kind,))
    yield Way(route=f"api:{view}", shows=(kind, *MONEY.get(kind, ())), **of(kind))


def operations() -> Iterator[Way]:
    yield from noun("customer", "read_customer", "customers")
    yield Way(
        route="api:create_customer",
        method="POST",
        does=(("customer*", "create"),),
        body=always(name="x"),
    )
    customer = of("customer")
    yield Way(
        route="api:change_customer", method="PATCH", does=(("customer", "edit"),), body=always(region="x"), **customer
    )
    yield Way(
        route="api:reveal_customer", method="POST", does=(("customer", "reveal"),), body=always(reason="x"),
        writes=False, leaves="revealed", opens=("address",), shows=("address",), **customer,
    )  # fmt: skip
    yield Way(route="api:read_access", **customer)
    share: dict[str, Any] = {"does": (("customer", "share"),), "sees": "customer"}
    yield Way(
        route="api:share_customer", method="POST", address=customer["address"],
        body=always(person="boss@example.com", reason="x"), **share,
    )  # fmt: skip
    yield Way(
        route="api:unshare_customer", method="DELETE", before=shared, **share,
        address=lambda _world, ids: {"customer_id": ids["customer"], "collaborator_id": ids["sharing"]},
    )  # fmt: skip
    yield Way(route="api:delete_customer", method="DELETE", does=(("customer", "delete"),), **customer)
    yield Way(route="api:read_tiers", **customer)
    yield from tiers()
    yield Way(route="api:read_needs", **customer)
    yield Way(
        route="api:change_needs", method="PATCH", does=(("customer", "edit"),), body=always(plans="x"), **customer
    )
    yield Way(route="api:list_fields")

    yield from noun("contact", "read_contact", "contacts")
    contact = of("contact")
    yield Way(
        route="api:create_contact", method="POST", sees="customer", does=(("contact", "create"),),
        body=lambda _world, ids: {"customer_id": ids["customer"], "name": "x"},
    )  # fmt: skip
    yield Way(
        route="api:change_contact", method="PATCH", does=(("contact", "edit"),), body=always(title="x"), **contact
    )
    yield Way(
        route="api:reveal_contact", method="POST", does=(("contact", "reveal"),), body=always(reason="x"),
        writes=False, leaves="revealed", opens=CONTACT_DATA, shows=("contact", *CONTACT_DATA), **contact,
    )  # fmt: skip
    yield from consents(contact)
    yield Way(route="api:remove_contact", method="DELETE", does=(("contact", "delete"),), **contact)

    yield from noun("order", "read_order", "orders")
    # An order is refused by itself, as one of many would be, also to whoever may state none.
    create_order: dict[str, Any] = {"method": "POST", "sees": "customer", "does": (("order", "create"),)}
    order = {"number": "SO-9", "ordered_on": "2026-03-02", "amount_minor": 100}
    yield Way(
        route="api:state_order", unseen=422, withheld=422, found=frozenset({201}),
        body=lambda _world, ids: order | {"customer_id": ids["customer"]}, **create_order,
    )  # fmt: skip
    yield Way(
        route="api:state_orders", unseen=200, withheld=200, found=frozenset({200}),
        body=lambda _world, ids: {"orders": [order | {"customer_id": ids["customer"]}]}, **create_order,
    )  # fmt: skip
    yield Way(route="api:cancel_order", method="DELETE", does=(("order", "delete"),), **of("order"))

    yield from noun("interaction", "read_interaction", "interactions")
    yield Way(
        route="api:log_interaction", method="POST", sees="customer", does=(("interaction*", "create"),),
        body=lambda _world, ids: {
            "customer_id": ids["customer"], "channel": "phone", "occurred_at": AT, "summary": "x",
        },
    )  # fmt: skip
    yield Way(
        route="api:take_back_interaction", method="DELETE", does=(("interaction", "delete"),), **of("interaction")
    )

    yield Way(route="api:list_commitments", query=SIZE, lists=("commitment", "kept"))
    yield Way(route="api:read_commitment", shows=("commitment",), **of("commitment"))
    commitment: dict[str, Any] = {"method": "POST", "does": (("commitment", "edit"),), **of("commitment")}
    yield Way(
        route="api:create_commitment", method="POST", sees="customer", does=(("commitment*", "create"),),
        body=lambda _world, ids: {"customer_id": ids["customer"], "content": "x", "due_at": LATER},
    )  # fmt: skip
    yield Way(route="api:close_commitment", body=always(outcome="kept"), **commitment)
    yield Way(route="api:snooze_commitment", body=always(until=LATER, reason="x"), **commitment)

    yield Way(route="api:list_schemes", gate=("tier", "view"))
    yield Way(route="api:read_due", query=always(start="2026-03-16T10:00", rule="2 days"))
    yield Way(route="api:read_me")
    yield Way(route="api:list_lines", gate=("audit", "view"))
    yield from requests()
    yield from imports()


def tiers() -> Iterator[Way]:
    """Tiers over time, and by hand."""
    address = lambda _world, ids: {"customer_id": ids["customer"], "scheme_key": "abc"}  # noqa: E731
    one: dict[str, Any] = {"sees": "customer", "address": address}
    yield Way(route="api:read_tier_history", **one)
    does: dict[str, Any] = {"does": (("customer", "edit"), ("tier", "edit"))}
    said = always(tier="a", reason="x", expires_on="2026-04-01")
    yield Way(route="api:set_override", method="PUT", body=said, **one, **does)
    yield Way(route="api:end_override", method="DELETE", before=set_by_hand, **one, **does)


def consents(contact: dict[str, Any]) -> Iterator[Way]:
    """On what basis somebody may be contacted."""
    yield Way(route="api:list_contactable", query=always(purpose="survey"))
    yield Way(route="api:list_consents", **contact)
    edit: dict[str, Any] = {"method": "POST", "does": (("contact", "edit"),), **contact}
    yield Way(route="api:create_consent", body=always(purpose="survey", channel="phone", evidence="x"), **edit)
    yield Way(route="api:create_withdrawal", body=always(purpose="survey", channel="phone"), **edit)


def requests() -> Iterator[Way]:
    """What people ask about themselves."""
    one = of("request", "number")
    yield Way(route="api:list_person_requests", query=SIZE)
    yield Way(route="api:read_person_request", **one)
    yield Way(
        route="api:create_person_request", method="POST", sees="contact", does=(("privacy*", "create"),),
        body=lambda _world, ids: {
            "kind": "access", "contact_id": ids["contact"], "asked_by": "x", "channel": "phone"
        },
    )  # fmt: skip
    yield Way(
        route="api:close_person_request", method="POST", does=(("request", "edit"),),
        body=always(state="refused", answer="x"), **one,
    )  # fmt: skip


def imports() -> Iterator[Way]:
    yield Way(route="api:list_imports", query=SIZE, lists=("import",))
    yield Way(
        route="api:queue_import", method="POST", before=tidied, does=(("import*", "create"),),
        body=lambda _world, _ids: {"kind": "orders", "file": SimpleUploadedFile("orders.csv", FILE.encode())},
    )  # fmt: skip
    one = of("import")
    yield Way(route="api:read_import", shows=("import",), **one)
    yield Way(route="api:undo_import", method="DELETE", does=(("import", "delete"),), **one)
    yield Way(route="api:list_problems", shows=("cell",), **one)
    yield Way(route="api:read_corrections", does=(("import", "read"),), leaves="exported", shows=("cell",), **one)


OPERATIONS: tuple[Way, ...] = tuple(operations())
