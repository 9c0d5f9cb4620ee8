from datetime import date, timedelta

from tests.cast import NOW, Cast
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Standing
from zhike.flows import archive, tiers
from zhike.flows.playbooks import adopt, read


def _planned(customer: Customer) -> set[str]:
    rows = Commitment.everything.filter(customer=customer, closed_at__isnull=True).exclude(cycle="")
    return {row.standard.key for row in rows if row.standard}


def test_the_care_plan_follows_a_tier_that_is_set_by_hand_and_given_back(cast: Cast) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    archive.change_file(customer=cast.precision, actor=cast.li, now=NOW, region="苏州")
    assert "a-monthly-talk" not in _planned(cast.precision)
    tiers.set_by_hand(
        customer_id=cast.precision.pk,
        scheme_key="abc",
        tier="a",
        reason="总部重点项目",
        expires_on=date(2026, 9, 30),
        actor=cast.chen,
        now=NOW + timedelta(hours=1),
    )
    assert "a-monthly-talk" in _planned(cast.precision)
    tiers.give_back(customer_id=cast.precision.pk, scheme_key="abc", actor=cast.chen, now=NOW + timedelta(hours=2))
    assert "a-monthly-talk" not in _planned(cast.precision)
    assert Standing.everything.get(customer=cast.precision, scheme__key="abc").tier == "c"
