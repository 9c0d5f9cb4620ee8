"""A night killed at any point and run again comes to the same result as one that was left alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cast import NOW, Cast, assemble
from tests.domain.segmentation.schemes import ABC, RFM, order, put
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import SchemeVersion, Standing
from zhike.domain.segmentation.queries import figures_of, spec_of
from zhike.domain.segmentation.rules import Breakpoints, evaluate
from zhike.flows import night

TODAY = date(2026, 3, 16)
POINTS = (
    "before the evaluation",
    "in the middle of the writing",
    "before the breakpoints are kept",
    "between two schemes",
    "before the care plans",
    "before the escalations",
)


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Cast]:
    people = assemble()
    for place in range(26):
        customer = Customer.objects.create(
            number=f"C{place}", name=f"客户{place}", owner=people.li, created_at=NOW, changed_at=NOW
        )
        for turn in range(place % 5):
            order(customer, TODAY - timedelta(days=7 * place + turn), 30_000 * place, number=f"{place}-{turn}")
    put(RFM)
    scheme = put(ABC).scheme
    ServiceStandard.objects.create(
        key="monthly-talk", trigger="cadence", rule="month", scheme=scheme, tiers=["a", "b", "c"], started_at=NOW
    )
    yield people
    connection.close()


def environment(home: Path) -> dict[str, str]:
    """The surroundings of a night that works on the database of this test."""
    words: dict[str, Any] = connection.settings_dict
    address = (
        f"sqlite:///{words['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgresql://{words['USER']}@{words['HOST']}:{words['PORT']}/{words['NAME']}"
    )
    path = os.pathsep.join(sys.path)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "zhike.config.settings",
        "DATABASE_URL": address,
        "PYTHONPATH": path,
        "ZHIKE_HOME": str(home),
    }


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_night_run_again_comes_to_the_same_result(
    cast: Cast, point: str, tmp_path: Path, settings: Any
) -> None:
    settings.ZHIKE_WAREHOUSE = tmp_path / "warehouse"
    died = subprocess.run(
        [sys.executable, "-m", "tests.flows.dying_night", point, TODAY.isoformat()],
        env=environment(tmp_path),
        check=False,
        capture_output=True,
        text=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    night.run(as_of=TODAY, now=NOW, actor=None)
    everybody = Customer.objects.unscoped("a test").values_list("pk", flat=True)
    for version in SchemeVersion.objects.all():
        spec, points = spec_of(version), Breakpoints.from_data(version.breakpoints)
        expected = {
            pk: evaluate(spec, figures_of(pk, as_of=TODAY, window_days=spec.window_days), points).tier
            for pk in everybody
        }
        found = Standing.everything.filter(version=version, started_on=TODAY, ended_on=None)
        assert dict(found.values_list("customer_id", "tier")) == expected
        assert version.evaluated_on == TODAY
    assert Standing.everything.count() == 2 * len(everybody)
    planned = Commitment.everything.values_list("customer_id", "cycle")
    graded = Standing.everything.filter(scheme__key="abc").exclude(tier="none")
    assert {customer for customer, _ in planned} == set(graded.values_list("customer_id", flat=True))
    assert len(planned) == len(set(planned))
    again = night.run(as_of=TODAY, now=NOW, actor=None)
    assert (again["moved"], again["commitments"]) == (0, 0)
