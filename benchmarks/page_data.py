"""A company with as many customers and contacts as asked for, the same every time, written straight to the database."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django
from django.db import connection, transaction

django.setup()

from zhike.domain.accounts.models import Company, Department, Permission, Role, User  # noqa: E402
from zhike.domain.accounts.rules import KINDS  # noqa: E402
from zhike.domain.commitments.models import Commitment  # noqa: E402
from zhike.domain.customers.models import Contact, Customer, Tag  # noqa: E402
from zhike.domain.interactions.models import Interaction  # noqa: E402
from zhike.domain.orders.models import Order  # noqa: E402
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing  # noqa: E402
from zhike.kernel.scope import Level  # noqa: E402
from zhike.kernel.search_people import blind_text  # noqa: E402
from zhike.kernel.search_text import index_text  # noqa: E402

EMAIL, PASSWORD = "director@example.com", "a-long-password-for-measuring"
NOW = datetime.now(UTC)
SEED = 20260101
BATCH = 2000

CITIES = re.findall("..", "北京上海广州深圳杭州苏州南京武汉成都重庆西安青岛宁波无锡佛山东莞长沙郑州合肥天津")
HEADS = re.findall("..", "华鑫恒远天成瑞丰中泰海纳金桥东方宏图众诚德润新源博雅启明长盈万和凯越嘉禾锦程力拓")
TAILS = "达通利兴盛隆安泰祥顺发康佳美信诚德仁义和"
TRADES = re.findall("....", "精密机械电子科技智能装备特种材料医疗器械食品饮料仓储物流国际商贸建筑工程软件开发")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华文玉红建国志新宇晨曦浩然子涵雨桐"
BUSINESS = ("customer", "contact", "order", "interaction", "commitment", "tier", "import", "finance")
"""What a director has to do with; rights over the installation would ask for a second factor first."""
ABC = {
    "key": "abc",
    "name": {"zh": "ABC 分级", "en": "ABC grading"},
    "method": "tiers",
    "tiers": [
        {"key": key, "name": {"zh": f"{key.upper()} 级", "en": key.upper()}, **({"when": when} if when else {})}
        for key, when in (
            ("a", {"all": [["amount_365", ">=", 500000]]}),
            ("b", {"all": [["amount_365", ">=", 100000]]}),
            ("c", None),
        )
    ],
}


def main(customers: int) -> None:
    """Write everything, then let the database look at it once."""
    chance = random.Random(SEED)
    with transaction.atomic():
        people = _people(chance)
        version = _scheme()
        tags = [Tag.objects.create(name=name) for name in ("重点客户", "展会", "价格敏感", "偏好电话", "老客户")]
        for start in range(0, customers, BATCH):
            _batch(range(start, min(start + BATCH, customers)), chance, people, version, tags)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(chance: random.Random) -> list[User]:
    Company.objects.create(name="远山科技", created_at=NOW)
    role = Role.objects.create(key="director", name={"zh": "销售总监", "en": "Sales director"})
    Permission.objects.bulk_create(
        Permission(role=role, kind=kind, action=action, level=Level.ALL) for kind in BUSINESS for action in KINDS[kind]
    )
    office = Department.objects.create(name="总公司")
    office.path = f"{office.pk}/"
    office.save()
    director = User(email=EMAIL, name="赵敏", department=office, created_at=NOW)
    director.set_password(PASSWORD)
    director.save()
    director.roles.add(role)
    people = [director]
    for region in ("华东", "华南", "华北", "西南"):
        department = Department.objects.create(name=f"{region}大区", parent=office)
        department.path = f"{office.path}{department.pk}/"
        department.save()
        for number in range(10):
            name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
            person = User(
                email=f"{department.pk}-{number}@example.com", name=name, department=department, created_at=NOW
            )
            person.set_unusable_password()
            people.append(person)
    User.objects.bulk_create(people[1:])
    return list(User.objects.order_by("pk"))


def _scheme() -> SchemeVersion:
    scheme = Scheme.objects.create(key="abc", name=ABC["name"], is_primary=True)
    return SchemeVersion.objects.create(
        scheme=scheme, number=1, definition=ABC, started_at=NOW, evaluated_on=NOW.date()
    )


def _batch(numbers: range, chance: random.Random, people: list[User], version: SchemeVersion, tags: list[Tag]) -> None:
    customers = Customer.objects.bulk_create(_customers(numbers, chance, people))
    Contact.objects.bulk_create(_contacts(customers, chance))
    Customer.tags.through.objects.bulk_create(
        Customer.tags.through(customer=customer, tag=chance.choice(tags)) for customer in customers[::3]
    )
    Standing.objects.bulk_create(
        Standing(
            customer=customer,
            scheme=version.scheme,
            version=version,
            tier=chance.choices("abc", weights=(5, 20, 75))[0],
            figures={"amount_365": chance.randrange(0, 90_000_000)},
            evaluated_on=NOW.date(),
            started_on=NOW.date() - timedelta(days=30),
        )
        for customer in customers
    )
    Order.objects.bulk_create(_orders(customers, chance))
    Interaction.objects.bulk_create(
        Interaction(
            customer=customer,
            occurred_at=NOW - timedelta(days=chance.randrange(400)),
            channel=chance.choice(Interaction.Channel.values),
            summary="电话沟通近期需求，约定下周拜访。",
            logged_by=customer.owner,
            created_at=NOW,
        )
        for customer in customers
        for _ in range(2)
    )
    Commitment.objects.bulk_create(
        Commitment(
            customer=customer,
            content="季度拜访",
            owner=customer.owner,
            due_at=NOW + timedelta(days=chance.randrange(-5, 60)),
            source_kind="plan",
            created_at=NOW,
        )
        for customer in customers
        if chance.random() < 0.4
    )


def _customers(numbers: range, chance: random.Random, people: list[User]) -> Iterator[Customer]:
    for number in numbers:
        owner = chance.choice(people)
        name = (
            f"{chance.choice(CITIES)}{chance.choice(HEADS)}{chance.choice(TAILS)}{chance.choice(TRADES)}有限公司"
            if number % 10
            else chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        )
        code = f"C{2020 + number // 25000}{1 + number // 2500 % 12:02d}{number % 2500:04d}{number // 2500}"
        created = NOW - timedelta(minutes=17 * number)
        yield Customer(
            number=code,
            kind="company" if number % 10 else "person",
            name=name,
            industry=chance.choice(("C35", "C39", "F51", "I65", "E48")),
            region=name[:2],
            source=chance.choice(Customer.Source.values),
            lifecycle=chance.choice(Customer.Lifecycle.values),
            strategic="benchmark" if chance.random() < 0.01 else "",
            owner=owner,
            department=owner.department,
            search_text=index_text([name, code]) if number % 10 else f"{index_text([code])} {blind_text([name])}",
            created_at=created,
            changed_at=created,
        )


def _contacts(customers: list[Customer], chance: random.Random) -> Iterator[Contact]:
    for customer in customers:
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"
        yield Contact(
            customer=customer,
            name=name,
            title=chance.choice(("采购经理", "总经理", "技术总监", "财务主管")),
            phone=phone,
            is_primary=True,
            search_text=blind_text([name]),
            created_at=NOW,
            changed_at=NOW,
        )


def _orders(customers: list[Customer], chance: random.Random) -> Iterator[Order]:
    for customer in customers:
        for position in range(chance.randrange(0, 9)):
            yield Order(
                customer=customer,
                number=f"{customer.number}-{position}",
                ordered_on=NOW.date() - timedelta(days=chance.randrange(900)),
                amount_minor=chance.randrange(10_000, 30_000_000),
                created_at=NOW,
                changed_at=NOW,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))
