"""A company that works by a playbook, with a row of everything at 李's customer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from tests.api.conftest import Program, program, rows_of
from tests.cast import NOW, Cast
from tests.security.routes import Route, routes
from tests.web.conftest import visit
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Customer
from zhike.domain.imports.models import Batch
from zhike.flows.intake import arrival, run_next_batch
from zhike.flows.playbooks import adopt, read

__all__ = ["company", "everywhere", "program", "visit"]

ORDERS = "订单编号,客户名称,订单日期,金额\nA1,华东精密机械有限公司,2026-03-05,￥10\nA2,华东精密机械有限公司,昨天,10\n"


@pytest.fixture
def company(cast: Cast, program: Callable[[User], Program], settings: LazySettings, tmp_path: Path) -> dict[str, Any]:
    """Ids of rows of every kind, by the name of what takes them in an address."""
    settings.ZHIKE_UPLOADS = tmp_path / "uploads"
    adopt(read("value-potential"), now=NOW, actor=cast.zhao)
    rows: dict[str, Any] = dict(rows_of(program(cast.li), cast.li, cast.precision))
    batch = taken_in(cast.li)
    customer = Customer.objects.unscoped("a test").get(pk=cast.precision.pk)
    return rows | {
        "number": customer.number,
        "contacts:pk": rows["contact_id"],
        "commitments:pk": rows["commitment_id"],
        "interactions:pk": rows["interaction_id"],
        "people:pk": cast.sun.pk,
        "imports:number": batch.pk,
        "imports:kind": "orders",
        "import_id": batch.pk,
        "setup:code": "no-such-code",
        "segmentation:key": "abc",
        "key": "abc",
        "uidb36": "1",
        "settings:key": "account_manager",
        "iso": "2026-03-16",
        "styleguide:name": "buttons",
    }


def taken_in(person: User) -> Batch:
    """A file of orders that has been checked, one row of it wrong."""
    batch = arrival.take_in([ORDERS.encode()], kind="orders", name="订单.csv", actor=person, now=NOW)
    arrival.choose(batch, mapping=batch.mapping, sheet="", creates_missing=False, actor=person, now=NOW)
    while run_next_batch(clock=lambda: NOW):
        pass
    batch.refresh_from_db()
    return batch


@pytest.fixture
def everywhere(company: dict[str, Any]) -> list[Route]:
    """Every address, leading to something where it can."""
    return routes(company)
