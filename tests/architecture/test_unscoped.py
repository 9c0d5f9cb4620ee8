"""Reading rows without a person behind it is an exception: each module that does is named here, with how often.

`unscoped(reason)` and `every_row(model, reason)` say why where they stand. A new one is a decision: change the number
here in the same commit, once it is certain that what is read goes to nobody who may not see it.
"""

import ast

from tests.architecture.source import PACKAGE, calls, modules

ALLOWED = {
    "domain/care/services/duties.py": 1,
    "domain/care/services/planning.py": 1,
    "domain/care/services/replanning.py": 4,
    "domain/commitments/queries/board.py": 3,
    "domain/commitments/services/closing.py": 2,
    "domain/commitments/services/escalating.py": 1,
    "domain/commitments/services/forgetting.py": 1,
    "domain/commitments/services/making.py": 2,
    "domain/commitments/services/mending.py": 5,
    "domain/commitments/services/moving.py": 5,
    "domain/customers/services/archive.py": 5,
    "domain/customers/services/bulk.py": 1,
    "domain/customers/services/bulk_contacts.py": 1,
    "domain/customers/services/contacts.py": 3,
    "domain/customers/services/erasing.py": 5,
    "domain/customers/services/matching.py": 1,
    "domain/imports/queries.py": 3,
    "domain/imports/services/batches.py": 4,
    "domain/imports/services/forgetting.py": 4,
    "domain/imports/services/taking_back.py": 1,
    "domain/interactions/services/bulk.py": 2,
    "domain/interactions/services/forgetting.py": 2,
    "domain/interactions/services/logging.py": 1,
    "domain/orders/queries.py": 1,
    "domain/orders/services/stating.py": 1,
    "domain/orders/services/upsert.py": 2,
    "domain/orders/services/withdrawal.py": 1,
    "domain/privacy/queries/consents.py": 3,
    "domain/privacy/queries/requests.py": 1,
    "domain/privacy/services/erasing.py": 3,
    "domain/segmentation/queries/figures.py": 3,
    "domain/segmentation/queries/movements.py": 1,
    "domain/segmentation/services/one_customer.py": 1,
    "flows/archive.py": 2,
    "flows/auditing.py": 4,
    "flows/history.py": 2,
    "flows/contact.py": 3,
    "flows/customer_report.py": 1,
    "flows/demo/desk.py": 1,
    "flows/demo/loading.py": 3,
    "flows/intake/consequences.py": 2,
    "flows/intake/withdrawal.py": 2,
    "flows/intake/work.py": 1,
    "flows/privacy/desk.py": 1,
    "flows/privacy/erasing.py": 7,
    "flows/privacy/person_file.py": 1,
    "flows/privacy/retention.py": 3,
    "flows/privacy/uploads.py": 1,
    "flows/promises.py": 1,
    "flows/staffing.py": 3,
    "flows/timeline.py": 2,
}


def readers() -> list[tuple[str, ast.Call]]:
    """Every call that reads without scope, with its module."""
    return [
        (path.relative_to(PACKAGE).as_posix(), node)
        for path in modules()
        for node, words in calls(path)
        if words.rpartition(".")[2] == "every_row" or words.endswith(".unscoped")
    ]


def test_who_reads_without_a_person_behind_it_is_named_and_counted() -> None:
    found: dict[str, int] = {}
    for module, _node in readers():
        found[module] = found.get(module, 0) + 1
    assert found == ALLOWED


def test_every_reading_without_a_person_says_why() -> None:
    assert not [f"{module}:{node.lineno}" for module, node in readers() if not node.args]


def test_no_door_is_named() -> None:
    assert not [module for module in ALLOWED if module.split("/")[0] in {"web", "api"}]
