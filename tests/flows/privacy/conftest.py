"""A desk of two: 赵 (`zhao`) approves what 周 (`zhou`), who is given the desk here, asks for."""

from __future__ import annotations

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Permission, Role, User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import add_contact
from zhike.kernel.scope import Level


@pytest.fixture
def desk(cast: Cast) -> User:
    """周, who sees all customers and does everything at the desk but approve."""
    role = Role.objects.create(key="desk", name={"zh": "desk", "en": "desk"})
    cells = {
        "customer": ("view",),
        "contact": ("view", "edit"),
        "order": ("view",),
        "interaction": ("view",),
        "commitment": ("view",),
        "privacy": ("view", "create", "edit"),
    }
    Permission.objects.bulk_create(
        Permission(role=role, kind=kind, action=action, level=Level.ALL)
        for kind, actions in cells.items()
        for action in actions
    )
    cast.zhou.roles.add(role)
    return User.objects.get(pk=cast.zhou.pk)


@pytest.fixture
def liu(cast: Cast) -> Contact:
    return add_contact(
        customer=cast.precision,
        name="刘海棠",
        title="采购总监",
        phone="138-1234-5678",
        email="liu.haitang@example.com",
        wechat="haitang_liu",
        note="喜欢喝普洱茶",
        actor=cast.li,
        now=NOW,
    )


@pytest.fixture
def he(cast: Cast) -> Contact:
    """何, a colleague of 刘 at the same customer, whose data must stay."""
    return add_contact(
        customer=cast.precision, name="何志远", phone="13900002222", email="he@example.com", actor=cast.li, now=NOW
    )


@pytest.fixture
def person(cast: Cast) -> Customer:
    """A customer who is a person."""
    return Customer.objects.create(
        number="C202603009",
        external_id="WX-778899",
        kind="person",
        name="欧阳明月",
        address="杭州市西湖区文三路 99 号",
        note="左撇子",
        owner=cast.li,
        department=cast.east,
        created_at=NOW,
        changed_at=NOW,
    )
