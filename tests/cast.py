"""The people every test speaks of.

The company 远山科技 has a head office with two regions. 赵 (`zhao`) administers the system and heads the office.
In the East, 陈 (`chen`) is sales director and head, 李 (`li`) and 孙 (`sun`) are account managers. In the South,
王 (`wang`) is account manager under 周 (`zhou`). 钱 (`qian`) has left: her account is disabled. Customers:
李 keeps 华东精密 (`precision`), 孙 keeps 海潮贸易 (`tide`), 王 keeps 南粤电子 (`southern`); 无主实业 (`orphan`)
belongs to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.management.color import no_style
from django.db import connection

from zhike.domain.accounts.models import Company, Department, Permission, Role, User
from zhike.domain.customers.models import Customer
from zhike.domain.identity.models import Policy
from zhike.kernel import search_text
from zhike.kernel.models import Sequence
from zhike.kernel.scope import Level

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
"""The moment at which the tests' stories happen: a Monday, ten in the morning in Shanghai."""

_KINDS = (
    "customer",
    "contact",
    "order",
    "interaction",
    "commitment",
    "tier",
    "import",
    "person",
    "setting",
    "security",
    "playbook",
    "finance",
)
_FOR_ADMINISTRATORS = ("audit", "privacy")
_ACTIONS = ("view", "create", "edit", "delete", "assign", "share", "reveal", "export", "approve")
_ROLES = {
    "account_manager": Level.OWN,
    "sales_director": Level.BELOW,
    "administrator": Level.ALL,
}


@dataclass(frozen=True)
class Cast:
    """Everybody, by name."""

    company: Company
    office: Department
    east: Department
    south: Department
    zhao: User
    chen: User
    li: User
    sun: User
    zhou: User
    wang: User
    qian: User
    precision: Customer
    tide: Customer
    southern: Customer
    orphan: Customer


def assemble() -> Cast:
    """Write the whole cast to the test database."""
    _count_customers_from_one()
    company = Company.objects.create(name="远山科技", created_at=NOW)
    Policy.objects.create(second_factor=Policy.SecondFactor.NOBODY)
    office = _department("总公司", None)
    east, south = _department("华东大区", office), _department("华南大区", office)
    roles = {key: _role(key, level) for key, level in _ROLES.items()}
    zhao = _person("zhao", "赵敏", office, roles["administrator"])
    chen = _person("chen", "陈立", east, roles["sales_director"])
    li = _person("li", "李雷", east, roles["account_manager"])
    sun = _person("sun", "孙悦", east, roles["account_manager"])
    zhou = _person("zhou", "周平", south, roles["sales_director"])
    wang = _person("wang", "王芳", south, roles["account_manager"])
    qian = _person("qian", "钱静", east, roles["account_manager"], is_active=False)
    for department, head in ((office, zhao), (east, chen), (south, zhou)):
        department.head = head
        department.save(update_fields=["head"])
    Sequence.objects.create(name="C202603", value=4)
    return Cast(
        company=company,
        office=office,
        east=east,
        south=south,
        zhao=zhao,
        chen=chen,
        li=li,
        sun=sun,
        zhou=zhou,
        wang=wang,
        qian=qian,
        precision=_customer("C202603001", "华东精密机械有限公司", li),
        tide=_customer("C202603002", "海潮贸易有限公司", sun),
        southern=_customer("C202603003", "南粤电子有限公司", wang),
        orphan=_customer("C202603004", "无主实业有限公司", None),
    )


def _count_customers_from_one() -> None:
    """Give the customers the same ids in every test: the day on which a customer's turn comes follows from its id."""
    table = Customer._meta.db_table
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), [{"table": table, "column": "id"}]):
            cursor.execute(statement)


def _department(name: str, parent: Department | None) -> Department:
    department = Department.objects.create(name=name, parent=parent)
    department.path = f"{parent.path if parent else ''}{department.pk}/"
    department.save(update_fields=["path"])
    return department


def _role(key: str, level: Level) -> Role:
    role = Role.objects.create(key=key, name={"zh": key, "en": key})
    kinds = _KINDS + (_FOR_ADMINISTRATORS if key == "administrator" else ())
    Permission.objects.bulk_create(
        Permission(role=role, kind=kind, action=action, level=level) for kind in kinds for action in _ACTIONS
    )
    return role


def _person(key: str, name: str, department: Department, role: Role, *, is_active: bool = True) -> User:
    person = User(email=f"{key}@example.com", name=name, department=department, is_active=is_active, created_at=NOW)
    person.set_unusable_password()
    person.save()
    person.roles.add(role)
    return person


def _customer(number: str, name: str, owner: User | None) -> Customer:
    return Customer.objects.create(
        number=number,
        name=name,
        owner=owner,
        department=owner.department if owner else None,
        search_text=search_text.index_text([name, number]),
        created_at=NOW,
        changed_at=NOW,
    )
