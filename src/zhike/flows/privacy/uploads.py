"""Imports that somebody is named in, whether or not a row of theirs was taken: their files go when the person does."""

from __future__ import annotations

from itertools import islice
from typing import Final

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import known_by
from zhike.domain.imports.models import Batch
from zhike.domain.imports.rules.texts import text_of
from zhike.domain.imports.services import batches_that_say
from zhike.flows.intake.arrival import limits_of
from zhike.flows.intake.folders import stored_file
from zhike.gateways.spreadsheets.tables import open_table
from zhike.kernel.errors import Refused
from zhike.kernel.traces import Traces
from zhike.kernel.vault import Tampered
from zhike.kernel.vault.files import in_the_clear

_AT_ONCE: Final = 500


def imports_naming(person: Contact | Customer) -> frozenset[int]:
    """Ids of the batches whose cells, names or kept files hold a trace of the person.

    Every kept file is read, which may take seconds each: not for a transaction.
    """
    traces = known_by(person)
    found = batches_that_say(traces)
    kept = Batch.objects.unscoped("the approved erasure of a person").exclude(pk__in=found)
    return frozenset(found | {batch.pk for batch in kept if stored_file(batch).exists() and _is_in(batch, traces)})


def _is_in(batch: Batch, traces: Traces) -> bool:
    """Whether the file has a trace; one that cannot be read any more counts as if it had."""
    try:
        with (
            in_the_clear(stored_file(batch), batch.file_key) as path,
            open_table(path, name=batch.file_name, limits=limits_of(batch)) as table,
        ):
            rows = table.all_records()
            while some := list(islice(rows, _AT_ONCE)):
                if traces.are_in("\n".join(text_of(cell) for _number, cells in some for cell in cells)):
                    return True
    except (Refused, Tampered, OSError):
        return True
    return False
