"""What is broken: the functions that decide who reaches what, and the words by which models say how rows belong."""

from __future__ import annotations

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "zhike.kernel.scope": (
        "Scope.condition", "Scope._root_condition", "Scope._other_ways", "reach", "way", "view_of", "sees_finance",
        "may_reveal", "_root_model", "_opened", "ScopedQuerySet.for_user",
    ),
    "zhike.kernel.sensitivity": ("is_plain", "mask"),
    "zhike.domain.accounts.models": (
        "User.holdings", "User.level", "User.may", "User.department_ids", "User.live_grants", "Grant.live",
    ),
    "zhike.domain.customers.models": ("CustomerQuerySet.present", "Collaborator.live", "Collaborator.roots_for"),
    "zhike.domain.customers.queries.files": ("customer_file", "contact_file", "present_contacts"),
    "zhike.domain.customers.queries.pickers": ("customers_like", "contacts_like"),
    "zhike.domain.customers.services.locking": ("locked", "locked_contact"),
    "zhike.domain.commitments.models": ("CommitmentQuerySet.of_present_customers", "Commitment.roots_for"),
    "zhike.domain.commitments.queries.files": ("commitment_file",),
    "zhike.domain.commitments.services.making": ("_may_promise",),
    "zhike.domain.interactions.queries": ("interaction_file", "may_take_back"),
    "zhike.domain.orders.queries": ("order_file", "present_orders"),
    "zhike.flows.directory": ("known",),
    "zhike.web.permission": ("requires.<locals>.guard.<locals>.guarded",),
    "zhike.web.moment": ("MomentMiddleware.process_view", "MomentMiddleware._look"),
    "zhike.api.security": ("TokenAuth.authenticate",),
    "zhike.domain.accounts.queries": ("live_api_token", "export_to_decide", "own_export"),
    "zhike.domain.accounts.services.looking": ("begin_looking", "may_look"),
    "zhike.domain.accounts.services.exports": ("request_export", "take_export"),
    "zhike.domain.customers.services.matching": ("usable_customers", "_within_reach"),
    "zhike.domain.customers.services.undo": ("take_back", "_take_back_one"),
    "zhike.domain.customers.services.tags": ("_within_reach",),
    "zhike.domain.imports.queries": ("batches", "batch"),
    "zhike.domain.imports.services.batches": ("open_batch",),
    "zhike.domain.orders.services.upsert": ("_within_reach",),
    "zhike.domain.privacy.queries.requests": ("find_request",),
    "zhike.domain.privacy.services.requests": ("locked_request",),
    "zhike.flows.auditing": ("_narrowed", "keep_for"),
    "zhike.flows.exporting": ("_customers", "_rows"),
    "zhike.flows.history": ("former_value", "_row"),
    "zhike.flows.staffing": ("hand_over_everything",),
    "zhike.jobs.requests": ("_refuse_without_right",),
}  # fmt: skip
"""Module → functions, by their qualified names."""

WORDS_OF_SCOPE = ("root_kind", "own", "shared", "work", "by_work")
"""What a model's scope may leave out."""

_NO_DEPARTMENTS = "below that level `department_ids` is empty, and an empty set adds nothing"
_NOTHING_OPENED = "at the level none nothing is opened"
_EMPTY = "an empty set of ids adds nothing"
_SYSTEM = "whoever has no id is the system, whose level is all: that has been answered before"
_SHORT_CUT = "a short cut: the way through departments and owners says the same, with more questions"
_ASKED_BEFORE = "whoever calls has asked that already"
_WORDING = "the refusal is a whole page or its sentence alone, and nothing else"
EQUIVALENT: dict[str, str] = {
    "Scope.condition `level > Level.NONE` → True": _NOTHING_OPENED,
    "Scope.condition Gt → GtE": _NOTHING_OPENED,
    "Scope.condition `actor.pk is None` → False": _SYSTEM,
    "Scope.condition return None for `Q(pk__in=[])`": _SYSTEM,
    "Scope._root_condition `level >= Level.DEPARTMENT and departments` → True": _NO_DEPARTMENTS,
    "Scope._root_condition And → Or": _NO_DEPARTMENTS,
    "Scope._root_condition drop `level >= Level.DEPARTMENT`": _NO_DEPARTMENTS,
    "Scope._root_condition drop `departments`": _NO_DEPARTMENTS,
    "Scope._root_condition Level.DEPARTMENT → Level.OWN": _NO_DEPARTMENTS,
    "Scope._other_ways `opened.shared` → True": _EMPTY,
    "Scope._other_ways drop `opened.work`": _EMPTY,
    "Scope._other_ways |= → &=": "nothing stands there yet, which adds and narrows the same",
    "way drop `actor.pk is not None`": _SYSTEM,
    "way `root.department_id is not None` → True": "no department is among those of anybody",
    "way Level.BELOW → Level.ALL (2)": "the departments of both levels are the same",
    "view_of `_reaches_all(actor, 'contact', root)` → False": _SHORT_CUT,
    "sees_finance drop `_reaches_all(actor, 'finance', root)`": _SHORT_CUT,
    "_opened `key not in actor.recalled` → True": "looked up anew, it is the same",
    "_opened drop `actor.pk is None`": _ASKED_BEFORE,
    "_opened drop `level in (Level.NONE, Level.ALL)`": _ASKED_BEFORE,
    "_opened drop `actor.moment is None`": "without a moment neither sharing nor work counts",
    "_opened drop .exclude()": "what the level reaches is reached already",
    "MomentMiddleware.process_view `request.headers.get('HX-Request') == 'true'` → True": _WORDING,
    "MomentMiddleware.process_view `request.headers.get('HX-Request') == 'true'` → False": _WORDING,
    "User.department_ids drop `self.department_id is None`": "nothing stands in no department",
}
"""Mutants that change nothing that anybody could see, by function and change, with the reason."""
