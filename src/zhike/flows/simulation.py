"""What a changed scheme would move, before it is approved: how many customers, from which tier to which, and who."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from zhike.domain.segmentation.queries import plain_scheme, version_in_force
from zhike.domain.segmentation.rules import SCHEME
from zhike.domain.segmentation.services.schemes import read_definition
from zhike.flows.warehouse_copy import folder, refresh
from zhike.warehouse import process

LISTED = 10_000


def simulate(*, scheme_key: str, definition: Any, as_of: date) -> dict[str, Any]:
    """Evaluate a definition without writing anything, against the tiers in force.

    Returns `{"customers": n, "moved": n, "moves": [{"before", "after", "customers"}], "list": [{"customer_id",
    "before", "after"}]}`; tiers by their keys, at most 10,000 customers in the list. Raises Refused for a wrong
    definition, NotFound for an unknown scheme.
    """
    spec = read_definition(definition)
    version = version_in_force(scheme_key)
    refresh()
    found = process.run(
        "zhike.flows.evaluation:simulate",
        {
            "engine": settings.ZHIKE_ENGINE,
            "folder": str(folder()),
            "as_of": as_of.isoformat(),
            "scheme": plain_scheme(version, as_of=as_of, definition=SCHEME.dump_python(spec, mode="json")),
            "limit": LISTED,
        },
    )
    return {
        "customers": found["customers"],
        "moved": sum(move["customers"] for move in found["moves"]),
        "moves": found["moves"],
        "list": found["moved"],
    }
