from collections.abc import Callable
from datetime import timedelta

from tests.api.conftest import Program
from tests.api.test_orders import GRADING, order
from tests.cast import NOW, Cast
from tests.domain.segmentation.schemes import order as placed
from zhike.domain.accounts.models import User
from zhike.domain.segmentation.services import put_scheme, reevaluate
from zhike.kernel.models import Activity


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


def test_a_tier_is_set_by_hand_and_given_back(cast: Cast, program: Callable[[User], Program]) -> None:
    put_scheme(definition=GRADING, actor=cast.zhao, now=NOW)
    call, tiers = program(cast.zhao), f"/customers/{cast.precision.pk}/tiers/abc/"
    by_hand = {"tier": "a", "reason": "战略合作", "expires_on": "2099-01-01"}
    standing = call("PUT", f"{tiers}override/", by_hand).document
    assert (standing["tier"], standing["is_overridden"], standing["until"]) == ("a", True, None)
    assert call("PUT", f"{tiers}override/", by_hand | {"tier": "z"}).status == 422
    assert call("DELETE", f"{tiers}override/").status == 204
    assert call("DELETE", f"{tiers}override/").status == 404
    assert not call("GET", tiers).document[0]["is_overridden"]
    written = Activity.objects.filter(kind="tier", customer_id=cast.precision.pk).values_list("verb", flat=True)
    assert set(written) == {"overridden", "override_ended"}


def test_the_history_of_a_tier_is_told_the_latest_first(cast: Cast, program: Callable[[User], Program]) -> None:
    put_scheme(definition=GRADING, actor=cast.zhao, now=NOW)
    first, second = NOW.date(), NOW.date() + timedelta(days=40)
    reevaluate(customer_id=cast.precision.pk, as_of=first)
    placed(cast.precision, second, 900_000_00)
    reevaluate(customer_id=cast.precision.pk, as_of=second)
    periods = program(cast.li)("GET", f"/customers/{cast.precision.pk}/tiers/abc/").document
    assert [(each["since"], each["until"]) for each in periods] == [
        (second.isoformat(), None),
        (first.isoformat(), second.isoformat()),
    ]
    assert program(cast.li)("GET", f"/customers/{cast.precision.pk}/tiers/none/").status == 404
