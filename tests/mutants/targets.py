"""What is broken: the functions that decide who reaches what, and the words by which models say how rows belong."""

from __future__ import annotations

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "zhike.kernel.scope": (
        "Scope.condition", "Scope._root_condition", "Scope._other_ways", "reach", "way", "view_of", "sees_finance",
        "may_reveal", "_root_model", "_opened", "ScopedQuerySet.for_user",
    ),
    "zhike.kernel.sensitivity": ("is_plain", "mask"),
    "zhike.domain.accounts.models": (
        "User.levels", "User.level", "User.may", "User.department_ids", "User.departments_below", "User.live_grants",
        "Grant.live",
    ),
    "zhike.domain.accounts.queries": ("live_api_token",),
    "zhike.domain.customers.models": ("CustomerQuerySet.present", "Collaborator.live", "Collaborator.roots_for"),
    "zhike.domain.customers.queries.files": ("customer_file", "contact_file", "present_contacts"),
    "zhike.domain.customers.queries.pickers": ("customers_like", "contacts_like"),
    "zhike.domain.customers.services.locking": ("locked", "locked_contact"),
    "zhike.domain.customers.services.matching": ("usable_customers",),
    "zhike.domain.commitments.models": ("CommitmentQuerySet.of_present_customers", "Commitment.roots_for"),
    "zhike.domain.commitments.queries.files": ("commitment_file",),
    "zhike.domain.commitments.services.making": ("_may_promise",),
    "zhike.domain.interactions.queries": ("interaction_file", "may_take_back"),
    "zhike.domain.orders.queries": ("order_file", "present_orders"),
    "zhike.flows.directory": ("known",),
    "zhike.web.permission": ("requires.<locals>.guard.<locals>.guarded",),
}  # fmt: skip
"""Module → functions, by their qualified names."""

WORDS_OF_SCOPE = ("root_kind", "own", "shared", "work", "by_work")
"""What a model's scope may leave out."""

_NO_DEPARTMENTS = "below that level `department_ids` is empty, and an empty set adds nothing"
EQUIVALENT: dict[str, str] = {
    "Scope._root_condition `level >= Level.DEPARTMENT and departments` → True": _NO_DEPARTMENTS,
    "Scope._root_condition And → Or": _NO_DEPARTMENTS,
    "Scope._root_condition drop `level >= Level.DEPARTMENT`": _NO_DEPARTMENTS,
    "Scope._root_condition drop `departments`": _NO_DEPARTMENTS,
    "Scope._root_condition Level.DEPARTMENT → Level.OWN": _NO_DEPARTMENTS,
    "Scope._other_ways `opened.shared` → True": "an empty set of ids adds nothing",
}
"""Mutants that change nothing that anybody could see, by function and change, with the reason."""
