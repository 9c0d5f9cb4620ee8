"""The demo company: believable, and the same every time."""

from datetime import date
from random import Random

import pytest
from django.db.models import F
from django.test import Client

from tests.cast import NOW
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.models import Standing
from zhike.flows.demo import load_demo
from zhike.flows.demo.archive import contacts, customers
from zhike.flows.demo.trade import orders
from zhike.kernel.errors import Conflict

KEEPERS = {"华东": ["李雷", "孙悦"], "华南": ["王芳"], "华北": ["冯娟"]}


def past(seed: int) -> tuple[list[dict[str, object]], ...]:
    random, today = Random(seed), date(2026, 3, 16)
    everyone = customers(random, KEEPERS, today)
    return [each.row for each in everyone], contacts(random, everyone, today), orders(random, everyone, today)


def test_the_same_seed_tells_the_same_past() -> None:
    assert past(7) == past(7)
    assert past(7) != past(8)


def test_nothing_was_bought_today_or_later() -> None:
    assert max(str(line["订单日期"]) for line in past(7)[2]) < "2026-03-16"


@pytest.mark.django_db(transaction=True)
def test_the_company_is_there_with_its_past_and_somebody_can_sign_in() -> None:
    login = load_demo(now=NOW)
    why = "a test counts"
    assert Customer.objects.unscoped(why).count() == 300
    assert 6_500 < Order.objects.unscoped(why).count() < 9_500
    assert Interaction.objects.unscoped(why).count() > 1_500
    talks = Interaction.objects.unscoped(why)
    assert talks.filter(contacts__isnull=False).distinct().count() > 1_500
    assert not talks.exclude(staff__isnull=True).exclude(logged_by__in=F("staff")).exists()
    tiers = Standing.objects.unscoped(why).current().filter(scheme__key="abc")
    assert set(tiers.values_list("tier", flat=True)) == {"a", "b", "c"}
    assert Standing.objects.unscoped(why).filter(ended_on__isnull=False).exists()
    outcomes = set(Commitment.objects.unscoped(why).values_list("outcome", flat=True))
    assert {"", "kept", "missed"} <= outcomes
    client = Client()
    client.post("/accounts/login/", {"login": login.email, "password": login.password})
    assert client.session["_auth_user_id"] == str(User.objects.get(email=login.email).pk)
    with pytest.raises(Conflict):
        load_demo(now=NOW)
