from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.domain.customers.rules.plausible import implausible
from zhike.domain.imports.rules.fields import CustomerRow
from zhike.domain.imports.rules.problems import Problem
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Refused

TODAY = local_date(NOW)
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("profit_margin", Decimal("100"), None),
        ("profit_margin", Decimal("-100"), None),
        ("profit_margin", Decimal("100.01"), "margin"),
        ("profit_margin", Decimal("-100.01"), "margin"),
        ("founded_on", TODAY, None),
        ("founded_on", TOMORROW, "date_to_come"),
        ("cooperation_started_on", TOMORROW, "date_to_come"),
        ("name", "2090", None),
    ],
)
def test_some_values_cannot_be(name: str, value: object, problem: str | None) -> None:
    assert implausible(name, value, today=TODAY) == (problem and Problem(problem))


@pytest.mark.parametrize(
    "fields",
    [{"profit_margin": Decimal(500)}, {"founded_on": date(2090, 1, 1)}, {"cooperation_started_on": TOMORROW}],
)
def test_the_service_names_field_value_and_expectation(cast: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        services.change_customer(customer=cast.precision, actor=cast.li, now=NOW, **fields)
    ((name, value),) = fields.items()
    assert refusal.value.field == name
    assert f"“{value}”" in refusal.value.sentence


def test_a_contact_is_reached_by_a_number_that_can_be_dialled(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        services.add_contact(customer=cast.precision, actor=cast.li, now=NOW, name="张三", phone="abc")
    assert refusal.value.field == "phone"


def test_a_file_is_held_to_the_same(cast: Cast) -> None:
    empty: dict[str, Any] = dict.fromkeys(CustomerRow._fields)
    row = CustomerRow(**{**empty, "name": "远大轴承", "profit_margin": Decimal(500)})
    done = services.upsert_customers([row], actor=cast.zhao, now=NOW)
    assert done.refused == {0: ("profit_margin", Problem("margin"))}
    assert not Customer.objects.unscoped("in a test").filter(sort_name="远大轴承").exists()
