"""Who reaches what, at every address: each role, nobody and somebody who has left, before records of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests.architecture.access import commands, queue
from tests.architecture.access.operations import OPERATIONS
from tests.architecture.access.pages import ONES_OWN, OPEN, PAGES
from tests.architecture.access.routes import views
from tests.architecture.access.walks import WALKS
from tests.architecture.access.world import World, build
from tests.cast import NOW
from zhike.api.application import api
from zhike.jobs.requests import HANDLERS
from zhike.jobs.schedule import SCHEDULE
from zhike.kernel import clock


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One company for all walks; whatever they do to it is taken back."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(clock, "now", lambda: NOW)
        patch.setattr(settings, "ZHIKE_UPLOADS", tmp_path_factory.mktemp("uploads"))
        yield build()
        transaction.set_rollback(True)


def test_every_page_has_its_row_and_every_row_its_page() -> None:
    there = {name for name in views() if not name.startswith(ONES_OWN)}
    assert there == {way.route for way in PAGES} | set(OPEN)


def test_every_operation_has_its_row_and_every_row_its_operation() -> None:
    there = {
        (known["operationId"], method.upper())
        for methods in api.get_openapi_schema()["paths"].values()
        for method, known in methods.items()
    }
    assert there == {(way.route.removeprefix("api:"), way.method) for way in OPERATIONS}


def test_every_command_every_job_and_every_kind_of_request_has_its_row() -> None:
    assert {module.name for module in iter_modules(import_module(commands.PACKAGE).__path__)} == set(commands.COMMANDS)
    assert {name for name, _trigger, _call in SCHEDULE} == set(queue.SCHEDULED)
    assert set(HANDLERS) == set(queue.QUEUED)


@pytest.mark.django_db
@pytest.mark.parametrize("name", WALKS)
def test_everybody_gets_as_far_as_the_rules_say(world: World, name: str, record_property: Callable[..., None]) -> None:
    walked = list(WALKS[name](world))
    record_property("cells", len(walked))
    faults = [fault for faults in walked for fault in faults]
    assert not faults, "\n" + "\n".join(faults)
