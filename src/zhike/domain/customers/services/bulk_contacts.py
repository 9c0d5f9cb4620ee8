"""Contacts by the thousand, from the rows of a file: matched within their customer, made or changed, on the trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from zhike.domain.customers.models import Contact
from zhike.domain.customers.services.contacts import contact_search_text
from zhike.domain.customers.services.matching import Spoken, match_customers
from zhike.domain.imports.rules.changes import Change, Upserted
from zhike.domain.imports.rules.fields import ContactRow
from zhike.domain.imports.rules.problems import Problem
from zhike.kernel import trail
from zhike.kernel.bulk import update_rows
from zhike.kernel.scope import Actor, Level
from zhike.kernel.vault.index import indexed

_PLAIN_FIELDS = (
    "name", "title", "title_level", "decision_role", "email", "wechat", "preferred_channel", "preferred_hours",
    "birthday", "is_primary", "note",
)  # fmt: skip


@transaction.atomic
def upsert_contacts(rows: Sequence[ContactRow], *, actor: Actor, now: datetime) -> Upserted:
    """Make the contacts that aren't there, and change what the rows state about the others; empty cells change nothing.

    Within a customer a contact is known by phone, else by e-mail, else by name where only one bears it.
    """
    done = Upserted()
    matches = match_customers(
        (Spoken(row.customer_external_id, row.customer_name) for row in rows),
        actor=actor,
        kind="contact",
        action="edit",
    )
    may_create = actor.level("contact", "create") > Level.NONE
    colleagues = _colleagues({match for match in matches.values() if isinstance(match, int)})
    new: list[Contact] = []
    found: dict[int, tuple[Contact, dict[str, Any]]] = {}
    for index, row in enumerate(rows):
        match = matches[Spoken(row.customer_external_id, row.customer_name)]
        if not isinstance(match, int):
            field = "customer_external_id" if row.customer_external_id else "customer_name"
            done.refused[index] = (field, match or Problem("customer_unknown"))
            continue
        values = _values(row)
        known = _meant(values, colleagues[match])
        if isinstance(known, Problem):
            done.refused[index] = ("name", known)
        elif known is None and not may_create:
            done.refused[index] = ("name", Problem("contact_not_yours_to_create"))
        elif known is None:
            contact = Contact(customer_id=match, created_at=now, changed_at=now, **values)
            colleagues[match].append(contact)
            new.append(contact)
        elif known._state.adding:
            _set(known, values)
        else:
            stated = found[known.pk][1] if known.pk in found else {}
            found[known.pk] = (known, stated | values)
    _create(new, done, actor=actor, now=now)
    _change(found, done, actor=actor, now=now)
    return done


def _values(row: ContactRow) -> dict[str, Any]:
    """What the row states, by field of the contact; of two telephone numbers the mobile one."""
    values = {name: value for name in _PLAIN_FIELDS if (value := getattr(row, name)) is not None}
    phone = row.mobile or row.phone
    return values | {"phone": phone} if phone else values


def _colleagues(customer_ids: set[int]) -> dict[int, list[Contact]]:
    contacts: dict[int, list[Contact]] = defaultdict(list)
    rows = Contact.objects.unscoped("the customers were matched within the actor's reach").filter(
        customer_id__in=customer_ids, deleted_at__isnull=True
    )
    for contact in rows.select_for_update().order_by("pk"):
        contacts[contact.customer_id].append(contact)
    return contacts


def _meant(values: dict[str, Any], colleagues: Sequence[Contact]) -> Contact | Problem | None:
    for name in ("phone", "email"):
        if stated := indexed(name, values.get(name, "")):
            same = [each for each in colleagues if _index_of(each, name) == stated]
            if len(same) == 1:
                return same[0]
    namesakes = [each for each in colleagues if each.name == values["name"]]
    if len(namesakes) > 1:
        return Problem("contact_ambiguous", {"name": values["name"], "count": len(namesakes)})
    return namesakes[0] if namesakes else None


def _index_of(contact: Contact, name: str) -> str:
    """The blind index of a phone or an e-mail, also of a contact that has not been stored yet."""
    return getattr(contact, f"{name}_index") or indexed(name, getattr(contact, name))


def _set(contact: Contact, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(contact, name, value)


def _create(new: Sequence[Contact], done: Upserted, *, actor: Actor, now: datetime) -> None:
    if not new:
        return
    for contact in new:
        contact.search_text = contact_search_text(contact)
    Contact.objects.bulk_create(new, batch_size=500)
    trail.record_many(
        [(each.pk, each.customer_id, {"name": [None, each.name]}) for each in new],
        verb="imported",
        kind="contact",
        actor=actor,
        now=now,
    )
    done.created += len(new)
    done.changes += [Change("contact", each.pk) for each in new]


def _change(found: dict[int, tuple[Contact, dict[str, Any]]], done: Upserted, *, actor: Actor, now: datetime) -> None:
    changed: list[tuple[Contact, trail.Changes]] = []
    for contact, values in found.values():
        differences = trail.differences({name: getattr(contact, name) for name in values}, values)
        if differences:
            _set(contact, values)
            contact.changed_at = now
            contact.search_text = contact_search_text(contact)
            changed.append((contact, differences))
    update_rows(Contact, (*_PLAIN_FIELDS, "phone", "changed_at", "search_text"), [contact for contact, _ in changed])
    trail.record_many(
        [(contact.pk, contact.customer_id, differences) for contact, differences in changed],
        verb="imported",
        kind="contact",
        actor=actor,
        now=now,
    )
    done.updated += len(changed)
    done.unchanged += len(found) - len(changed)
    done.changes += [Change.of("contact", contact.pk, differences) for contact, differences in changed]
