"""Interactions by the thousand, from the rows of a file: matched, made or changed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact
from zhike.domain.customers.services.matching import Spoken, match_customers
from zhike.domain.imports.rules.changes import Applied, Change, Upserted
from zhike.domain.imports.rules.fields import InteractionRow
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.imports.services import Keeping, take_back
from zhike.domain.interactions.models import Interaction
from zhike.domain.interactions.services.next_steps import promise_next_steps
from zhike.kernel import trail
from zhike.kernel.bulk import update_rows
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.scope import Actor

_PLAIN_FIELDS = ("channel", "is_connected", "summary", "feedback", "mentions_competitor", "mentions_leaving")

_KEEPING = Keeping(
    model=Interaction,
    kind="interaction",
    parts=((Interaction.contacts.through, "interaction_id"), (Interaction.staff.through, "interaction_id")),
)


@transaction.atomic
def upsert_interactions(rows: Sequence[InteractionRow], *, actor: Actor, now: datetime) -> Upserted:
    """Make the interactions that aren't there, change what the rows state about the others.

    A row means the interaction with its external number, else the one with the same customer, time, channel and
    summary. A time without a zone is the company's. People named are linked when the interaction is made, those unknown
    left out; next actions still to come are promised.
    """
    done = Upserted()
    matches = match_customers(
        (Spoken(row.customer_external_id, row.customer_name) for row in rows),
        actor=actor,
        kind="interaction",
        action="create",
    )
    usable: list[tuple[int, InteractionRow, int]] = []
    for index, row in enumerate(rows):
        match = matches[Spoken(row.customer_external_id, row.customer_name)]
        if isinstance(match, int):
            usable.append((index, row, match))
        else:
            field = "customer_external_id" if row.customer_external_id else "customer_name"
            done.refused[index] = (field, match or Problem("customer_unknown"))
    by_number, by_digest = _known(usable, actor)
    new: list[tuple[Interaction, InteractionRow]] = []
    found: list[tuple[Interaction, dict[str, Any]]] = []
    for index, row, customer_id in usable:
        values = _values(row, customer_id)
        known = by_number.get(row.external_id) if row.external_id else by_digest.get(_digest(values))
        name = "external_id" if row.external_id else "customer_name"
        if values["occurred_at"] > now:
            done.refused[index] = ("occurred_at", Problem("not_yet"))
        elif isinstance(known, Problem):
            done.refused[index] = (name, known)
        elif known is None:
            new.append((_make(values, row, actor, now), row))
        else:
            found.append((known, values))
    _create(new, done, actor=actor, now=now)
    _change(found, done, actor=actor, now=now)
    return done


def withdraw_interactions(applied: Sequence[Applied], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Take back what a batch did, as far as the actor may change it; what came of each by id."""
    return take_back(_KEEPING, applied, actor=actor, now=now)


def _values(row: InteractionRow, customer_id: int) -> dict[str, Any]:
    """What the row states, by attribute of the interaction."""
    at = row.occurred_at if row.occurred_at.tzinfo else row.occurred_at.replace(tzinfo=COMPANY_ZONE)
    stated = {name: value for name in _PLAIN_FIELDS if (value := getattr(row, name)) is not None}
    return {"customer_id": customer_id, "occurred_at": at, "channel": Interaction.Channel.OTHER} | stated


def _digest(values: dict[str, Any]) -> bytes:
    """What makes two interactions without a number the same one."""
    told = (values["customer_id"], values["occurred_at"].timestamp(), values["channel"], values.get("summary", ""))
    return hashlib.sha256("\n".join(map(str, told)).encode()).digest()


def _known(
    usable: Sequence[tuple[int, InteractionRow, int]], actor: Actor
) -> tuple[dict[str, Interaction | Problem], dict[bytes, Interaction | Problem]]:
    """Interactions by external number and by digest, a problem where the actor may not change it."""
    rows = Interaction.objects.unscoped("numbers are compared with all interactions; those out of reach are refused")
    numbers = {row.external_id for _index, row, _customer in usable if row.external_id}
    by_number: dict[str, Interaction | Problem] = {}
    if numbers:
        for each, found in _reached(rows.filter(external_id__in=numbers).select_for_update(), actor):
            by_number[each.external_id] = found
    plain = [(row, customer) for _index, row, customer in usable if not row.external_id]
    by_digest: dict[bytes, Interaction | Problem] = {}
    if plain:
        times = {_values(row, customer)["occurred_at"] for row, customer in plain}
        then = rows.filter(customer_id__in={customer for _row, customer in plain}, occurred_at__in=times)
        for each, found in _reached(then, actor):
            told = {name: getattr(each, name) for name in ("customer_id", "occurred_at", "channel", "summary")}
            by_digest[_digest(told)] = found
    return by_number, by_digest


def _reached(rows: Iterable[Interaction], actor: Actor) -> Iterator[tuple[Interaction, Interaction | Problem]]:
    """Each of the interactions with itself, or with a problem where the actor may not change it."""
    stored = list(rows)
    within = Interaction.objects.for_user(actor, "edit").filter(pk__in=[each.pk for each in stored])
    ids = set(within.values_list("pk", flat=True)) if stored else set()
    for each in stored:
        yield each, each if each.pk in ids else Problem("interaction_out_of_reach")


def _make(values: dict[str, Any], row: InteractionRow, actor: Actor, now: datetime) -> Interaction:
    logged_by = actor if isinstance(actor, User) else None
    return Interaction(**values, external_id=row.external_id or "", logged_by=logged_by, created_at=now)


def _create(new: Sequence[tuple[Interaction, InteractionRow]], done: Upserted, *, actor: Actor, now: datetime) -> None:
    if not new:
        return
    made = [interaction for interaction, _row in new]
    Interaction.objects.bulk_create(made, batch_size=500)
    staff = _staff_by_name({name for _each, row in new for name in row.staff or ()})
    _link_people(new, staff)
    done.changes += promise_next_steps(new, staff=staff, actor=actor, now=now)
    _record([(each, {"channel": [None, each.channel]}) for each in made], actor=actor, now=now)
    done.created += len(made)
    done.changes += [Change("interaction", each.pk) for each in made]


def _change(
    found: Sequence[tuple[Interaction, dict[str, Any]]], done: Upserted, *, actor: Actor, now: datetime
) -> None:
    changed: list[tuple[Interaction, trail.Changes]] = []
    for interaction, values in found:
        differences = trail.differences({name: getattr(interaction, name) for name in values}, values)
        if not differences:
            done.unchanged += 1
            continue
        for name, (_before, after) in differences.items():
            setattr(interaction, name, after)
        named = {name.removesuffix("_id"): pair for name, pair in differences.items()}
        changed.append((interaction, named))
        done.changes.append(Change.of("interaction", interaction.pk, named))
    update_rows(Interaction, ("customer", "occurred_at", *_PLAIN_FIELDS), [interaction for interaction, _ in changed])
    _record(changed, actor=actor, now=now)
    done.updated += len(changed)


def _record(rows: Sequence[tuple[Interaction, trail.Changes]], *, actor: Actor, now: datetime) -> None:
    trail.record_many(
        [(each.pk, each.customer_id, changes) for each, changes in rows],
        verb="imported",
        kind="interaction",
        actor=actor,
        now=now,
    )


def _link_people(new: Sequence[tuple[Interaction, InteractionRow]], staff: dict[str, int]) -> None:
    contacts = _contacts_by_name({each.customer_id for each, row in new if row.contacts})
    contact_links, staff_links = Interaction.contacts.through, Interaction.staff.through
    contact_links.objects.bulk_create(
        [
            contact_links(interaction_id=each.pk, contact_id=contacts[each.customer_id, name])
            for each, row in new
            for name in row.contacts or ()
            if (each.customer_id, name) in contacts
        ]
    )
    staff_links.objects.bulk_create(
        [
            staff_links(interaction_id=each.pk, user_id=pk)
            for each, row in new
            for pk in {staff[name] for name in row.staff or () if name in staff}
        ]
    )


def _contacts_by_name(customer_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    rows = Contact.objects.unscoped("the customers were matched within the actor's reach")
    present = rows.filter(customer_id__in=set(customer_ids), deleted_at__isnull=True)
    return {(each.customer_id, each.name): each.pk for each in present.only("customer_id", "uuid", "name")}


def _staff_by_name(names: set[str]) -> dict[str, int]:
    """People by address and by name; a name that two people bear stands for neither."""
    found: dict[str, set[int]] = defaultdict(set)
    for pk, email, name in User.objects.values_list("pk", "email", "name") if names else ():
        found[email].add(pk)
        found[name].add(pk)
    return {
        name: next(iter(found[key]))
        for name in names
        if len(found.get(key := name if name in found else name.lower(), ())) == 1
    }
