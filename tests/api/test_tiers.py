from collections.abc import Callable

from tests.api.conftest import Program
from tests.api.test_orders import GRADING, order
from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.segmentation.services import put_scheme


def test_a_customer_has_a_tier_and_a_reason_at_once(cast: Cast, program: Callable[[User], Program]) -> None:
    put_scheme(definition=GRADING, actor=cast.zhao, now=NOW)
    call = program(cast.li)
    call("POST", "/orders/", order(customer_id=cast.precision.pk))
    standing = call("GET", f"/customers/{cast.precision.pk}/tiers/").document[0]
    assert (standing["scheme"], standing["tier"], standing["is_overridden"]) == ("abc", "a", False)
    assert standing["why"]
    scheme = call("GET", "/tiers/").document[0]
    assert {share["tier"]: share["customers"] for share in scheme["tiers"]}["a"] == 1
    others = program(cast.wang)("GET", "/tiers/").document[0]
    assert {share["tier"]: share["customers"] for share in others["tiers"]}["a"] == 0
